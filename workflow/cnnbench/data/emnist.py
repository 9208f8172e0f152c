"""EMNIST splits from an archive in the official layout.

G. Cohen, S. Afshar, J. Tapson, A. van Schaik, "EMNIST: an extension of MNIST to handwritten letters", 2017.
"""

import hashlib
import zipfile
import zlib
from pathlib import Path

import numpy as np

from cnnbench.data.emnist_archive import claims_to_be_official, member_names, official_members
from cnnbench.data.idx import read_images, read_labels
from cnnbench.data.labelled import LabelledImages, SourceImages
from cnnbench.errors import UserError

TITLES = {
    "balanced": "EMNIST Balanced",
    "byclass": "EMNIST ByClass",
    "bymerge": "EMNIST ByMerge",
    "letters": "EMNIST Letters",
    "digits": "EMNIST Digits",
    "mnist": "EMNIST MNIST",
}


def read_emnist(archive: Path, split: str) -> SourceImages:
    """Return a split of the archive in the official layout.

    If the files of this split have exactly the official sizes, the archive claims to be official, and their checksums
    must be the official ones.

    Raises:
        UserError: a file is missing, changed or damaged; the message names it with the expected and the found checksum.
    """
    names = member_names(split)
    contents = _read_members(archive, list(names.values()))
    official = claims_to_be_official({name: len(content) for name, content in contents.items()}, split)
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    if official:
        _refuse_changed_members(archive, sums)
    labels_of_classes, classes = _read_mapping(contents[names["mapping"]], f"{archive}: {names['mapping']}")
    parts = {}
    for part in ("train", "test"):
        images_name, labels_name = names[f"{part}_images"], names[f"{part}_labels"]
        images = read_images(contents.pop(images_name), f"{archive}: {images_name}")
        labels = read_labels(contents.pop(labels_name), f"{archive}: {labels_name}")
        if len(images) != len(labels):
            raise UserError(f"{archive}: {images_name} has {len(images)} images, {labels_name} {len(labels)} labels")
        indices = np.searchsorted(labels_of_classes, labels).clip(max=len(classes) - 1).astype(np.int32)
        if (unknown := labels[labels_of_classes[indices] != labels]).size:
            raise UserError(f"{archive}: {labels_name} has the label {unknown[0]}, which the mapping does not name")
        # Stored transposed: rows are columns.
        parts[part] = LabelledImages(np.ascontiguousarray(images.transpose(0, 2, 1))[..., np.newaxis], indices)
    return SourceImages(
        training=parts["train"],
        test=parts["test"],
        classes=classes,
        title=TITLES[split],
        official=official,
        facts={"members": {name: {"bytes": sizes, "sha256": sums[name]} for name, sizes in _sizes(archive, sums)}},
    )


def _sizes(archive: Path, names: dict[str, str]) -> list[tuple[str, int]]:
    with zipfile.ZipFile(archive) as file:
        return [(name, file.getinfo(name).file_size) for name in sorted(names)]


def _read_members(archive: Path, names: list[str]) -> dict[str, bytes]:
    contents = {}
    try:
        with zipfile.ZipFile(archive) as file:
            for name in names:
                try:
                    contents[name] = file.read(name)
                except KeyError:
                    raise UserError(f"{archive} has no file {name}") from None
                except (zipfile.BadZipFile, EOFError, OSError, zlib.error) as error:
                    raise UserError(f"{archive}: {name} is damaged: {error}") from None
    except zipfile.BadZipFile as error:
        raise UserError(
            f"{archive} ({archive.stat().st_size:,} bytes) is damaged or not a zip archive: {error}"
        ) from None
    return contents


def _refuse_changed_members(archive: Path, sums: dict[str, str]) -> None:
    official = official_members()
    for name, found in sums.items():
        if name in official and found != official[name].sha256:
            raise UserError(
                f"{archive}: {name} has the official file's size but is changed or damaged:"
                f" expected SHA-256 {official[name].sha256}, found {found}"
            )


def _read_mapping(content: bytes, name: str) -> tuple[np.ndarray, list[str]]:
    """Return the labels in ascending order, and the display name of each; `letters` has two characters each, `A/a`."""
    try:
        rows = sorted(
            [int(word) for word in line.split()] for line in content.decode("ascii").splitlines() if line.strip()
        )
        classes = ["/".join(map(chr, characters)) for _, *characters in rows]
        labels = np.array([label for label, *_ in rows])
    except ValueError as error:
        raise UserError(f"{name} is not a mapping of labels to character codes: {error}") from None
    if len(rows) < 2 or not all(classes):
        raise UserError(f"{name} is not a mapping of labels to character codes: found {len(rows)} labels")
    return labels, classes
