"""Images that are in two parts of a dataset, pixel for pixel."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations

import numpy as np
import numpy.typing as npt

from cnnbench.data.labelled import LabelledImages

DIGEST_BYTES = 16
"""Long enough that two of a million different images share a digest with a chance of about 1 in 10^27."""


@dataclass(frozen=True)
class Duplicates:
    """How many images of one part also occur in another."""

    part: str
    other_part: str
    images: int
    """Images of `part` that also occur, pixel for pixel, in `other_part`."""
    other_label: int
    """Those of them that have another label there, at least once."""

    def __str__(self) -> str:
        """Say it for the log."""
        return (
            f"Images of the {self.part} part that also occur, pixel for pixel, in the {self.other_part} part:"
            f" {self.images:,}; with another label there: {self.other_label:,}"
        )


def find_duplicates(parts: Mapping[str, LabelledImages]) -> list[Duplicates]:
    """Count, for each two of `parts`, the images of the later one that also occur in the earlier one."""
    digests = {name: _digests(part.images) for name, part in parts.items()}
    return [
        Duplicates(
            later, earlier, *_count(digests[later], parts[later].labels, digests[earlier], parts[earlier].labels)
        )
        for earlier, later in combinations(parts, 2)
    ]


def _digests(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.bytes_]:
    """Return one short digest of the pixels of each image (n,): comparing images by it needs little memory."""
    digests = (blake2b(image.tobytes(), digest_size=DIGEST_BYTES).digest() for image in images)
    return np.fromiter(digests, f"S{DIGEST_BYTES}", len(images))


def _count(
    digests: npt.NDArray[np.bytes_],
    labels: npt.NDArray[np.int32],
    other_digests: npt.NDArray[np.bytes_],
    other_labels: npt.NDArray[np.int32],
) -> tuple[int, int]:
    """Return how many of some images occur among others, and how many of these with another label there."""
    distinct, place = np.unique(other_digests, return_inverse=True)
    lowest, highest = np.full(len(distinct), np.iinfo(np.int32).max), np.full(len(distinct), -1)
    np.minimum.at(lowest, place, other_labels)
    np.maximum.at(highest, place, other_labels)
    found = np.searchsorted(distinct, digests).clip(max=len(distinct) - 1)
    occurs = distinct[found] == digests
    relabelled = occurs & ((lowest[found] != labels) | (highest[found] != labels))
    return int(occurs.sum()), int(relabelled.sum())
