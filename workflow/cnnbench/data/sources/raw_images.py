"""What readers of the user's own images return."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnbench.data.sources.facts import ReadingFacts
from cnnbench.data.sources.names import PartName


@dataclass(frozen=True)
class RawArrays:
    """Arrays as a source has them, by part; the part `train` alone if it is not divided."""

    images: Mapping[PartName, npt.NDArray[np.generic]]
    """Of any shape and type."""
    labels: Mapping[PartName, npt.NDArray[np.generic]]
    """In the order of the images."""
    files: Sequence[Path]
    """What was read."""
    classes: Sequence[str] | None = None
    """Names of the classes; None if the labels are all there is."""
    skipped: list[str] = field(default_factory=list)
    """What was not read."""


@dataclass(frozen=True)
class RawImages:
    """Images as unsigned bytes, with labels as a source has them, by part; `train` alone if it is not divided."""

    images: Mapping[PartName, npt.NDArray[np.uint8]]
    """(n, height, width, 1 or 3)."""
    labels: Mapping[PartName, npt.NDArray[np.generic]]
    """In the order of the images."""
    files: Sequence[Path]
    """What was read."""
    classes: Sequence[str] | None
    """Names of the classes; None if the labels are all there is."""
    facts: ReadingFacts
    """How the images were understood."""
