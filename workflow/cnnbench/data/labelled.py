"""What every source of images provides before it is divided and written."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cnnbench.data.sources.facts import ReadingFacts


class LabelledImages(NamedTuple):
    """Images and their classes."""

    images: npt.NDArray[np.uint8]
    """(n, height, width, channels), upright, ink high."""

    labels: npt.NDArray[np.int32]
    """Class indices (n,), from 0."""

    def chosen(self, which: npt.NDArray[np.bool_] | slice) -> "LabelledImages":
        """Return those that `which` chooses, in their order."""
        return LabelledImages(self.images[which], self.labels[which])


@dataclass(frozen=True)
class SourceImages:
    """The images of a source as they came, with what is known of them."""

    training: LabelledImages
    validation: LabelledImages | None
    """None if it is yet to be drawn from the training images."""
    test: LabelledImages
    classes: list[str]
    """Display names, in the order of the class indices."""
    title: str
    official: bool | None
    """Whether these are the official EMNIST files; None where the question makes no sense."""
    files: dict[str, Any]
    """Sizes and checksums of the files that were read."""
    facts: ReadingFacts
    """How they were understood."""
