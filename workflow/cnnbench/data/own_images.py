"""The user's own images: read, understood, and divided unless they are divided already."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnbench.data.ink import ink_of
from cnnbench.data.labelled import LabelledImages, SourceImages
from cnnbench.data.sources.csv_tables import read_csv
from cnnbench.data.sources.folder import read_folder
from cnnbench.data.sources.idx_files import read_idx_files
from cnnbench.data.sources.image_arrays import understand_arrays
from cnnbench.data.sources.labels import name_labels
from cnnbench.data.sources.names import PartName, of_part, shown
from cnnbench.data.sources.numpy_arrays import read_npz
from cnnbench.data.sources.parquet_tables import read_parquet
from cnnbench.data.sources.raw_images import RawArrays, RawImages
from cnnbench.data.split import divide, fold_of_each
from cnnbench.errors import UserError
from cnnbench.study.dataset import PreparedDataset

ARRAY_READERS: Mapping[str, Callable[[Path], RawArrays]] = {"npz": read_npz, "csv": read_csv, "idx": read_idx_files}
PICTURE_READERS: Mapping[str, Callable[..., RawImages]] = {"folder": read_folder, "parquet": read_parquet}


def read_own_images(path: Path, settings: PreparedDataset) -> SourceImages:
    """Return the user's own images as classes of unsigned bytes, dark and light as `settings` ask for.

    Raises:
        UserError: the source is damaged, is not understood, or has too few images of a class; the message names it.
    """
    where = f"dataset.path: {shown(path)}"
    raw = (
        understand_arrays(ARRAY_READERS[settings.name](path), where)
        if settings.name in ARRAY_READERS
        else PICTURE_READERS[settings.name](path, settings.image_size, settings.fit)
    )
    _refuse_other_counts(raw, where)
    named = name_labels(raw.labels, raw.classes, where)
    inverted = _is_to_invert(raw.images, settings, where)
    parts = {
        part: LabelledImages(np.invert(images) if inverted else images, named.indices[part])
        for part, images in raw.images.items()
    }
    training, test = (
        (parts["train"], parts["test"])
        if "test" in parts
        else _set_test_images_aside(parts["train"], named.classes, settings)
    )
    return SourceImages(
        training,
        parts.get("validation"),
        test,
        named.classes,
        title=path.name if settings.name == "folder" else path.stem,
        official=None,
        files=_files(path, raw.files),
        facts=replace(raw.facts, form=settings.name, labels=named.came_as, one_hot=named.one_hot, inverted=inverted),
    )


def _refuse_other_counts(raw: RawImages, where: str) -> None:
    for part, images in raw.images.items():
        labels = raw.labels[part].shape[:1]
        if labels != images.shape[:1]:
            found = f"{labels[0]:,} labels" if labels else "a single label"
            raise UserError(f"{where}: there are {len(images):,} images{of_part(part, raw.images)}, but {found}")


def _is_to_invert(images: Mapping[PartName, npt.NDArray[np.uint8]], settings: PreparedDataset, where: str) -> bool:
    """Say whether dark and light are to be swapped."""
    grey = images["train"].shape[-1] == 1
    if settings.invert != "auto" or not grey:
        return settings.invert == "yes"
    inks = {part: ink_of(pixels) for part, pixels in images.items()}
    if {"light", "dark"} <= set(inks.values()):
        found = ", ".join(f"{ink} ink in the {part} part" for part, ink in inks.items())
        raise UserError(f"{where}: found {found}; the parts must look alike (dataset.invert: no uses them as they are)")
    return inks["train"] == "dark"


def _set_test_images_aside(
    everything: LabelledImages, classes: list[str], settings: PreparedDataset
) -> tuple[LabelledImages, LabelledImages]:
    """Return the images to learn from, and the test images: a fold, or a draw."""
    if settings.folds is None:
        return divide(everything, settings.test_fraction, settings.seed, classes)
    counts = np.bincount(everything.labels, minlength=len(classes))
    smallest = int(counts.argmin())
    if counts[smallest] < settings.folds:
        raise UserError(
            f"dataset.folds: {settings.folds} folds need at least {settings.folds} images of each class, but class"
            f" {classes[smallest]} has {counts[smallest]}; allowed: 2 to {max(counts[smallest], 2)}"
        )
    tested = fold_of_each(everything.labels, settings.folds, settings.seed) == settings.fold
    return everything.chosen(~tested), everything.chosen(tested)


def _files(path: Path, files: Sequence[Path]) -> dict[str, Any]:
    """Return the number of files that were read, and one checksum of the names and contents of them all."""
    digest = hashlib.sha256()
    for file in files:
        if file != path:
            digest.update(f"{file.relative_to(path).as_posix()}\n".encode())
        with file.open("rb") as content:
            while piece := content.read(2**20):
                digest.update(piece)
    return {"files": len(files), "sha256": digest.hexdigest()}
