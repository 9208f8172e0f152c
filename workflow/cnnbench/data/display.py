"""A stored image as people read it."""

import numpy as np
import numpy.typing as npt
from PIL import Image


def picture(image: npt.NDArray[np.uint8], size: tuple[int, int]) -> Image.Image:
    """Return a stored image (height, width, channels) in `size` (width, height) pixels, ink dark on light."""
    grey = image.shape[-1] == 1
    # EMNIST stores white ink on black; people read dark ink on light.
    drawn = Image.fromarray(255 - image[..., 0]) if grey else Image.fromarray(image)
    return drawn.resize(size, Image.Resampling.BILINEAR).convert("RGB")
