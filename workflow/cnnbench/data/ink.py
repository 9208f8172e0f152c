"""Ink and ground: which of them is light, and whether there is any contrast between them."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import numpy.typing as npt

from cnnbench.data.labelled import LabelledImages
from cnnbench.errors import UserError

Ink = Literal["light", "dark", "mixed"]

CONTRAST = 8
"""Least difference of the darkest and the lightest value of an image in which something can be seen."""

AGREEMENT = 0.9
"""Share of the images whose ink must be light, or dark, for all to count as that."""

IMAGES_AT_ONCE = 10_000


def ink_of(images: npt.NDArray[np.uint8]) -> Ink:
    """Say which ink most images (n, height, width, channels) have.

    The ground of an image is the median of the pixels on its border; its ink is light if its mean is above that.
    """
    border = _border(images.shape[1:3])
    light = dark = 0
    for start in range(0, len(images), IMAGES_AT_ONCE):
        values = images[start : start + IMAGES_AT_ONCE].mean(axis=-1, dtype=np.float32)
        difference = values.mean(axis=(1, 2)) - np.median(values[:, border], axis=1)
        light, dark = light + int((difference > 0).sum()), dark + int((difference < 0).sum())
    if light >= AGREEMENT * (light + dark):
        return "light"
    return "dark" if dark >= AGREEMENT * (light + dark) else "mixed"


def count_blank(images: npt.NDArray[np.uint8]) -> int:
    """Return how many images (n, height, width, channels) have no contrast."""
    return int((~has_contrast(images)).sum())


def has_contrast(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Return which images (n, height, width, channels) show anything, (n,)."""
    difference = images.max(axis=(1, 2)) - images.min(axis=(1, 2))
    seen: npt.NDArray[np.bool_] = (difference >= CONTRAST).any(axis=-1)
    return seen


def refuse_no_contrast(parts: Mapping[str, LabelledImages], classes: list[str], where: str) -> None:
    """Refuse a dataset in which all images of a class, in any part, are without contrast.

    Raises:
        UserError: naming the class and the part.
    """
    for name, part in parts.items():
        seen = np.bincount(part.labels[has_contrast(part.images)], minlength=len(classes))
        blank = [label for number, label in enumerate(classes) if seen[number] == 0 and (part.labels == number).any()]
        if blank:
            whose = "all images" if len(blank) == len(classes) else f"all images of the class {blank[0]}"
            raise UserError(
                f"{where}: {whose} in the {name} part are of one even colour; nothing can be learnt from them. Were the"
                " files saved with the right colours?"
            )


def _border(shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    border = np.ones(shape, bool)
    border[1:-1, 1:-1] = False
    return border
