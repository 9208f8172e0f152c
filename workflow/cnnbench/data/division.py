"""Stratified draws: every class gives the same share."""

import numpy as np
import numpy.typing as npt

from cnnbench.data.parts import Labelled
from cnnbench.errors import UserError


def divide(part: Labelled, fraction: float, seed: int) -> tuple[Labelled, Labelled]:
    """Return `part` without a stratified draw of `fraction`, and the draw.

    Every class gives its share, rounded, but at least one image and not all; images keep their order.

    Raises:
        UserError: a class has fewer than two images.
    """
    drawn = _draw(part.labels, fraction, seed)
    return Labelled(part.images[~drawn], part.labels[~drawn]), Labelled(part.images[drawn], part.labels[drawn])


def reduce(part: Labelled, subset: float, seed: int) -> Labelled:
    """Return a stratified draw of a share of `part`, or of about so many images if `subset` is above one.

    All of it is returned uncopied.
    """
    fraction = subset if subset <= 1 else subset / len(part.labels)
    return part if fraction >= 1 else divide(part, fraction, seed)[1]


def _draw(labels: npt.NDArray[np.int32], fraction: float, seed: int) -> npt.NDArray[np.bool_]:
    """Return which images are drawn, bool (n,)."""
    generator = np.random.default_rng(seed)
    drawn = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) < 2:
            raise UserError(f"class {label} has {len(members)} training image; at least 2 are needed to set one aside")
        share = min(max(round(fraction * len(members)), 1), len(members) - 1)
        drawn[generator.permutation(members)[:share]] = True
    return drawn
