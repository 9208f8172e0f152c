"""Images as pictures: as they are stored, or as people read them."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnbench.data.ink import Ink


def picture(image: npt.NDArray[np.uint8], size: tuple[int, int]) -> Image.Image:
    """Return a stored image (height, width, channels) in `size` (width, height) pixels."""
    drawn = Image.fromarray(image[..., 0] if image.shape[-1] == 1 else image)
    return drawn.resize(size, Image.Resampling.BILINEAR).convert("RGB")


def readable(image: npt.NDArray[np.uint8], ink: Ink) -> npt.NDArray[np.uint8]:
    """Return a stored image (height, width, channels) as people read it: without light ink on a dark ground, if grey.

    Args:
        image: an image of the dataset.
        ink: the ink that the dataset's images have.
    """
    return np.invert(image) if ink == "light" and image.shape[-1] == 1 else image
