"""EMNIST splits from any of its editions.

G. Cohen, S. Afshar, J. Tapson, A. van Schaik, "EMNIST: an extension of MNIST to handwritten letters", 2017.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnbench.data.labelled import LabelledImages, SourceImages
from cnnbench.data.sources.archive import Archive, list_archive
from cnnbench.data.sources.csv_tables import read_pixel_table
from cnnbench.data.sources.emnist_archive import (
    CHARACTERS,
    SplitFiles,
    claims_to_be_official,
    find_split,
    official_members,
)
from cnnbench.data.sources.idx import BYTES_AT_ONCE, read_idx
from cnnbench.data.sources.image_arrays import understand_arrays
from cnnbench.data.sources.names import PartName, listed, refuse_repeated
from cnnbench.data.sources.official_values import are_official
from cnnbench.data.sources.raw_images import RawArrays
from cnnbench.errors import UserError, reading

Values = npt.NDArray[np.generic]

PARTS: tuple[PartName, ...] = ("train", "test")

TITLES = {
    "balanced": "EMNIST Balanced",
    "byclass": "EMNIST ByClass",
    "bymerge": "EMNIST ByMerge",
    "letters": "EMNIST Letters",
    "digits": "EMNIST Digits",
    "mnist": "EMNIST MNIST",
}


def read_emnist(path: Path, split: str) -> SourceImages:
    """Return a split of EMNIST from a zip archive, or from a folder into which one was unpacked.

    Read are the gzipped IDX files of the official archive, IDX files that are not gzipped, MATLAB's format, and the
    tables of pixels that circulate as CSV. If the gzipped files have exactly the official sizes, they claim to be
    official, and their checksums must be the official ones. Others are official if their images and labels are.

    Raises:
        UserError: a file is missing, changed or damaged; the message names it with the expected and the found checksum.
    """
    archive = list_archive(path, "dataset.archive")
    files = find_split(archive, split, "dataset.archive")
    sums = {name: _checksum(archive, name) for name in _present(archive, files)}
    sizes = {name: archive.entries[name].bytes for name in sums}
    claimed = files.edition == "gzip" and claims_to_be_official(sizes, split)
    if claimed:
        _refuse_changed_files(path, sums)
    labels_of_classes, classes = _mapping(archive, files, split)
    stored = _read(archive, files)
    arrays = RawArrays(
        {part: images for part, (images, _) in stored.items()},
        {part: labels for part, (_, labels) in stored.items()},
        [path],
    )
    read = understand_arrays(arrays, str(path))
    parts = {}
    for part in PARTS:
        images, labels = read.images[part], read.labels[part]
        if len(images) != len(labels):
            raise UserError(f"{path}: {len(images):,} images and {len(labels):,} labels in the {part} part")
        # Stored transposed: rows are columns.
        upright = np.ascontiguousarray(images.transpose(0, 2, 1, 3))
        parts[part] = LabelledImages(upright, _class_indices(labels, labels_of_classes, f"{path}: {part} labels"))
    values = {
        part: (read.images[part][..., 0], labels_of_classes[parts[part].labels].astype(np.uint8)) for part in PARTS
    }
    return SourceImages(
        training=parts["train"],
        validation=None,
        test=parts["test"],
        classes=classes,
        title=TITLES[split],
        official=claimed or are_official(values, split),
        files={name: {"bytes": sizes[name], "sha256": sums[name]} for name in sorted(sums)},
        facts=replace(read.facts, form=files.edition),
    )


def _present(archive: Archive, files: SplitFiles) -> list[str]:
    return [*files.data, *([files.mapping] if files.mapping in archive.entries else [])]


def _checksum(archive: Archive, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while piece := file.read(BYTES_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()


def _read(archive: Archive, files: SplitFiles) -> dict[PartName, tuple[Values, Values]]:
    """Return images (n, 28, 28) or (n, 784), transposed as they are stored, and labels (n,), of both parts."""
    if files.edition == "matlab":
        return _read_matlab(archive, files.train[0])
    read = _read_csv if files.edition == "csv" else _read_idx
    return {"train": read(archive, files.train), "test": read(archive, files.test)}


def _read_idx(archive: Archive, names: tuple[str, ...]) -> tuple[Values, Values]:
    images, labels = names
    with archive.open(images) as file:
        pixels = read_idx(file, dimensions=3)
    with archive.open(labels) as file:
        return pixels, read_idx(file, dimensions=1)


def _read_csv(archive: Archive, names: tuple[str, ...]) -> tuple[Values, Values]:
    with archive.as_file(names[0]) as path:
        return read_pixel_table(path, "dataset.archive")


def _read_matlab(archive: Archive, name: str) -> dict[PartName, tuple[Values, Values]]:
    from scipy.io import loadmat  # a second, which only this edition needs

    with archive.as_file(name) as path:
        dataset = loadmat(path, variable_names=["dataset"])["dataset"][0, 0]
        parts = {part: dataset[part][0, 0] for part in PARTS}
        return {part: (content["images"], content["labels"].reshape(-1)) for part, content in parts.items()}


def _mapping(archive: Archive, files: SplitFiles, split: str) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return the labels in ascending order, and the display name of each; `letters` has two characters each, `A/a`."""
    if files.mapping not in archive.entries:
        characters = CHARACTERS[split]
        if split == "letters":
            return np.arange(1, 27), [f"{letter}/{letter.lower()}" for letter in characters]
        return np.arange(len(characters)), list(characters)
    where = f"{archive.path}: {files.mapping}"
    archive.refuse_unusable([files.mapping], "dataset.archive")
    with archive.open(files.mapping) as file, reading(f"{where} is not a mapping of labels to character codes"):
        lines = file.read().decode("ascii").splitlines()
        rows = sorted([int(word) for word in line.split()] for line in lines if line.strip())
        classes = ["/".join(map(chr, codes)) for _, *codes in rows]
        labels = np.array([label for label, *_ in rows], np.int64)
    if len(rows) < 2 or not all(classes):
        raise UserError(f"{where} is not a mapping of labels to character codes: found {len(rows)} labels")
    if len(set(labels.tolist())) < len(labels):
        raise UserError(f"{where} is not a mapping of labels to character codes: a label appears twice")
    refuse_repeated(classes, where)
    return labels, classes


def _class_indices(labels: Values, labels_of_classes: npt.NDArray[np.int64], where: str) -> npt.NDArray[np.int32]:
    known = set(labels_of_classes.tolist())
    if unknown := sorted(set(labels.tolist()) - known, key=str):
        raise UserError(f"{where}: found {listed(map(str, unknown))}, which the mapping does not name")
    return np.searchsorted(labels_of_classes, labels.astype(np.int64)).astype(np.int32)


def _refuse_changed_files(path: Path, sums: Mapping[str, str]) -> None:
    official = official_members()
    for name, found in sums.items():
        if name in official and found != official[name].sha256:
            raise UserError(
                f"{path}: {name} has the official file's size but is changed or damaged:"
                f" expected SHA-256 {official[name].sha256}, found {found}"
            )
