"""Facts of the official EMNIST archive."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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


@dataclass(frozen=True)
class Member:
    """A file in the official archive."""

    bytes: int
    sha256: str


@cache
def official_members() -> dict[str, Member]:
    """Return the official archive's data files by name."""
    with (Path(__file__).parent / "emnist_archive_members.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["name"]: Member(int(row["bytes"]), row["sha256"]) for row in rows}


def member_names(split: str) -> dict[str, str]:
    """Return the names of a split's five files in an archive, by what they hold."""
    return {
        "train_images": f"gzip/emnist-{split}-train-images-idx3-ubyte.gz",
        "train_labels": f"gzip/emnist-{split}-train-labels-idx1-ubyte.gz",
        "test_images": f"gzip/emnist-{split}-test-images-idx3-ubyte.gz",
        "test_labels": f"gzip/emnist-{split}-test-labels-idx1-ubyte.gz",
        "mapping": f"gzip/emnist-{split}-mapping.txt",
    }


def claims_to_be_official(sizes: dict[str, int], split: str) -> bool:
    """Say whether the members of `split`, given by name and size, have exactly the official sizes."""
    official = {name: member for name, member in official_members().items() if name in member_names(split).values()}
    return all(sizes.get(name) == member.bytes for name, member in official.items())
