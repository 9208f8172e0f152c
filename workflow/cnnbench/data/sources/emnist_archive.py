"""Facts of the official EMNIST archive, and the names of its files in all its editions."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from cnnbench.data.sources.archive import Archive
from cnnbench.errors import UserError

URL = "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip"
MD5 = "58c8d27c78d21e728a6bc7b3cc06412e"

# Classes, training images and test images of every split, in G. Cohen et al., "EMNIST", 2017, table II, as in the
# archive's files.
SIZES = {
    "balanced": (47, 112_800, 18_800),
    "byclass": (62, 697_932, 116_323),
    "bymerge": (47, 697_932, 116_323),
    "digits": (10, 240_000, 40_000),
    "letters": (26, 124_800, 20_800),
    "mnist": (10, 60_000, 10_000),
}


_DIGITS, _CAPITALS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

CHARACTERS = {
    "balanced": f"{_DIGITS}{_CAPITALS}abdefghnqrt",
    "byclass": f"{_DIGITS}{_CAPITALS}{_CAPITALS.lower()}",
    "bymerge": f"{_DIGITS}{_CAPITALS}abdefghnqrt",
    "digits": _DIGITS,
    "letters": _CAPITALS,
    "mnist": _DIGITS,
}
"""Characters of every split in the order of their labels; `letters` counts from 1 and has both cases in one class."""


@dataclass(frozen=True)
class Member:
    """A file in the official archive."""

    bytes: int
    sha256: str


@cache
def official_members() -> dict[str, Member]:
    """Return the official archive's data files by name, without folders."""
    with (Path(__file__).parent / "emnist_archive_members.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {Path(row["name"]).name: Member(int(row["bytes"]), row["sha256"]) for row in rows}


@dataclass(frozen=True)
class SplitFiles:
    """The files of a split in an archive, without folders."""

    edition: Literal["gzip", "idx", "matlab", "csv"]
    """How they are written: IDX files, gzipped or not, MATLAB's format, or tables of pixels."""
    train: tuple[str, ...]
    """The images and the labels, or the one file that has both."""
    test: tuple[str, ...]
    mapping: str
    """Labels and characters; it may be missing, because the official mapping is known."""

    @property
    def data(self) -> list[str]:
        """The files with images and labels."""
        return list(dict.fromkeys((*self.train, *self.test)))


def split_files(split: str) -> list[SplitFiles]:
    """Return the files that a split may have, one edition of EMNIST after the other."""

    def idx(edition: Literal["gzip", "idx"], suffix: str) -> SplitFiles:
        train, test = (
            tuple(f"emnist-{split}-{part}-{kind}-ubyte{suffix}" for kind in ("images-idx3", "labels-idx1"))
            for part in ("train", "test")
        )
        return SplitFiles(edition, train, test, mapping)

    mapping, matlab = f"emnist-{split}-mapping.txt", (f"emnist-{split}.mat",)
    return [
        idx("gzip", ".gz"),
        idx("idx", ""),
        SplitFiles("matlab", matlab, matlab, mapping),
        SplitFiles("csv", (f"emnist-{split}-train.csv",), (f"emnist-{split}-test.csv",), mapping),
    ]


def find_split(archive: Archive, split: str, key: str) -> SplitFiles:
    """Return the files of `split` in the first edition that `archive` has.

    Raises:
        UserError: it has none; the message names the config's `key`, the first missing file and what it may hold.
    """
    editions = split_files(split)
    for files in editions:
        if all(name in archive.entries for name in files.data):
            archive.refuse_unusable(files.data, key)
            return files
    present = max(editions, key=lambda files: sum(name in archive.entries for name in files.data))
    missing = next(name for name in present.data if name not in archive.entries)
    allowed = "; or ".join(", ".join(files.data) for files in editions)
    raise UserError(f"{key}: {archive.path} has no file {missing}; for dataset.split: {split} it must hold {allowed}")


def claims_to_be_official(sizes: Mapping[str, int], split: str) -> bool:
    """Say whether the gzipped files of `split`, given by name and size, have exactly the official sizes."""
    return all(sizes.get(name) == official_members()[name].bytes for name in split_files(split)[0].data)
