"""Stratified draws: every class contributes the same share."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cnnbench.data.labelled import LabelledImages
from cnnbench.errors import UserError


def divide(
    part: LabelledImages, fraction: float, seed: int, classes: Sequence[str]
) -> tuple[LabelledImages, LabelledImages]:
    """Return `part` without a stratified draw of `fraction`, and the draw.

    Every class contributes its share, rounded, but at least one image and not all; images keep their order.

    Raises:
        UserError: a class has fewer than two images; the message names it.
    """
    drawn = _draw(part.labels, fraction, seed, classes)
    return part.chosen(~drawn), part.chosen(drawn)


def reduce(part: LabelledImages, subset: float, seed: int, classes: Sequence[str]) -> LabelledImages:
    """Return a stratified draw of a share of `part`, or of about that many images if `subset` is above one.

    If that is all of it, it is returned without a copy.

    Raises:
        UserError: the draw leaves a class fewer than two images.
    """
    fraction = subset if subset <= 1 else subset / len(part.labels)
    if fraction >= 1:
        return part
    reduced = divide(part, fraction, seed, classes)[1]
    for label, name in enumerate(classes):
        if (left := int((reduced.labels == label).sum())) < 2:
            raise UserError(
                f"dataset.subset: {subset} leaves class {name} {left} of its {(part.labels == label).sum():,} training"
                " images; at least 2 are needed to set one aside for validation"
            )
    return reduced


def fold_of_each(labels: npt.NDArray[np.int32], folds: int, seed: int) -> npt.NDArray[np.intp]:
    """Return the number of the fold (n,), from 0, that each image is drawn into.

    The sizes of two folds differ by at most one, and so do the numbers of their images of any class.

    Args:
        labels: class of each image (n,).
        folds: number of folds.
        seed: seed of the draw.
    """
    generator = np.random.default_rng(seed)
    fold = np.zeros(len(labels), np.intp)
    dealt = 0
    for label in np.unique(labels):
        members = generator.permutation(np.flatnonzero(labels == label))
        # Dealt out like cards: each class goes on where the one before it stopped.
        fold[members] = (dealt + np.arange(len(members))) % folds
        dealt += len(members)
    return fold


def _draw(labels: npt.NDArray[np.int32], fraction: float, seed: int, classes: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which images are drawn, bool (n,)."""
    generator = np.random.default_rng(seed)
    drawn = np.zeros(len(labels), bool)
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) < 2:
            raise UserError(
                f"class {classes[label]} has {len(members)} image to draw from; at least 2 are needed to set one aside"
            )
        share = min(max(round(fraction * len(members)), 1), len(members) - 1)
        drawn[generator.permutation(members)[:share]] = True
    return drawn
