"""What every source of images comes down to before it is divided and written."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Labelled:
    """Images with their classes."""

    images: npt.NDArray[np.uint8]
    """(n, height, width, channels), upright, ink high."""

    labels: npt.NDArray[np.int32]
    """Class indices (n,), from 0."""


@dataclass(frozen=True)
class Source:
    """Images as they came, with what is to be said of them."""

    training: Labelled
    test: Labelled
    classes: list[str]
    """Display names in the order of the class indices."""
    title: str
    note: str | None
    official: bool | None
    """Whether these are the official EMNIST files; None where the question makes no sense."""
    facts: dict[str, Any]
    """Sizes and checksums of the files that were read."""
