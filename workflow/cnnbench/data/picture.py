"""A stored image as a person reads it."""

import numpy as np
import numpy.typing as npt
from PIL import Image


def picture(image: npt.NDArray[np.uint8], size: tuple[int, int]) -> Image.Image:
    """Return a stored image (height, width, channels) in `size` (width, height) pixels, ink dark on light."""
    grey = image.shape[-1] == 1
    # White ink on black is how EMNIST stores it; dark on light is how one reads.
    drawn = Image.fromarray(255 - image[..., 0]) if grey else Image.fromarray(image)
    return drawn.resize(size, Image.Resampling.BILINEAR).convert("RGB")
