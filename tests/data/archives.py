"""Small archives in EMNIST's layout, with images that show how they were turned."""

import gzip
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

# Labels, and the characters of each, as in the official mappings.
CLASSES: Mapping[str, list[tuple[int, str]]] = {
    "balanced": list(enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt")),
    "bymerge": list(enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt")),
    "byclass": list(enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")),
    "letters": [(number, f"{chr(64 + number)}{chr(96 + number)}") for number in range(1, 27)],
    "digits": list(enumerate("0123456789")),
    "mnist": list(enumerate("0123456789")),
}
EACH_CLASS = {"train": 10, "test": 3}


def member_names(split: str) -> dict[str, str]:
    """Names of a split's five files in the official archive, by what they hold."""
    return {
        "train_images": f"gzip/emnist-{split}-train-images-idx3-ubyte.gz",
        "train_labels": f"gzip/emnist-{split}-train-labels-idx1-ubyte.gz",
        "test_images": f"gzip/emnist-{split}-test-images-idx3-ubyte.gz",
        "test_labels": f"gzip/emnist-{split}-test-labels-idx1-ubyte.gz",
        "mapping": f"gzip/emnist-{split}-mapping.txt",
    }


def upright(label: int) -> np.ndarray:
    """The image of a class: a bright top row, and the label in one pixel of the left column."""
    image = np.zeros((28, 28), np.uint8)
    image[0] = 255
    image[10, 0] = label + 1
    return image


def write_archive(path: Path, split: str, changes: Mapping[str, bytes] | None = None) -> Path:
    """Write an archive with one split; `changes` replaces files by their names."""
    names = member_names(split)
    mapping = "".join(
        f"{label} {' '.join(str(ord(c)) for c in characters)}\r\n" for label, characters in CLASSES[split]
    )
    contents = {names["mapping"]: mapping.encode()}
    for part, count in EACH_CLASS.items():
        labels = np.array([label for label, _ in CLASSES[split]] * count, np.uint8)
        images = np.stack([upright(label).T for label in labels])
        contents[names[f"{part}_labels"]] = idx(labels)
        contents[names[f"{part}_images"]] = idx(images)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**contents, **(changes or {})}.items():
            archive.writestr(name, content)
    return path


def idx(array: np.ndarray, magic: int | None = None) -> bytes:
    """A gzipped IDX file, written apart from the project's own writer."""
    number = magic if magic is not None else 0x800 + array.ndim
    # A fixed time: the same array is the same bytes, whenever it is written.
    return gzip.compress(struct.pack(f">{1 + array.ndim}i", number, *array.shape) + array.tobytes(), mtime=0)
