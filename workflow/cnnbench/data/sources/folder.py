"""Pictures in one folder for each class."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnbench.data.sources.picture_folder import list_pictures
from cnnbench.data.sources.pictures import PictureSource, read_pictures
from cnnbench.data.sources.raw_images import RawImages
from cnnbench.study.dataset import Fit


def read_folder(path: Path, size: int, fit: Fit) -> RawImages:
    """Return the pictures of a folder of class folders, or of such folders below `train` and `test`.

    Raises:
        UserError: the folder has another layout, or a file cannot be read; the message names it.
    """
    listing = list_pictures(path)
    files = [file for part in listing.files.values() for file, _ in part]
    images, facts = read_pictures([PictureSource(str(file), file) for file in files], size, fit)
    ends = np.cumsum([len(part) for part in listing.files.values()])[:-1]
    names = np.array(listing.classes)
    return RawImages(
        dict(zip(listing.files, np.split(images, ends), strict=True)),
        {part: names[[label for _, label in found]] for part, found in listing.files.items()},
        files,
        listing.classes,
        replace(facts, skipped=[file.relative_to(path).as_posix() for file in listing.skipped]),
    )
