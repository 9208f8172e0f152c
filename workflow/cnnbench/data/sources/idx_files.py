"""Datasets in IDX files, such as MNIST, Fashion-MNIST and KMNIST: `train-images-idx3-ubyte` and the like."""

import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnbench.data.sources.archive import Archive, list_archive
from cnnbench.data.sources.idx import read_idx
from cnnbench.data.sources.named_arrays import understand_names
from cnnbench.data.sources.names import shown
from cnnbench.data.sources.raw_images import RawArrays

ALLOWED = (
    "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, gzipped or"
    " not"
)


def read_idx_files(path: Path) -> RawArrays:
    """Return the images of a folder or zip file of IDX files, as they are stored.

    Raises:
        UserError: a file is missing or damaged.
    """
    archive = list_archive(path, "dataset.path")
    files = {
        _words(name): name
        for name in archive.entries
        # torchvision keeps both the gzipped and the unpacked files.
        if "ubyte" in name.casefold() and f"{name}.gz" not in archive.entries
    }
    slots = understand_names(files, f"dataset.path: {shown(path)}", ALLOWED)
    archive.refuse_unusable((files[name] for name in slots.names.values()), "dataset.path")
    skipped = [name for name in archive.entries if name not in files.values()]
    places = [path / archive.entries[name].place for name in files.values()] if path.is_dir() else [path]
    return RawArrays(
        {part: _read(archive, files[slots.name("images", part)], 3) for part in slots.parts},
        {part: _read(archive, files[slots.name("labels", part)], 1) for part in slots.parts},
        places,
        skipped=skipped,
    )


def _words(name: str) -> str:
    """Return what the name of an IDX file says: `t10k-images-idx3-ubyte.gz` is `test-images`."""
    words = re.sub(r"[-_.](idx[0-9]?|ubyte|gz)", "", name.casefold())
    return words.replace("t10k", "test")


def _read(archive: Archive, name: str, dimensions: int) -> npt.NDArray[np.uint8]:
    with archive.open(name) as file:
        return read_idx(file, dimensions)
