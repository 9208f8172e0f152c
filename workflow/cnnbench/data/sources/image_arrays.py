"""Arrays of images of any usual shape and type become unsigned bytes (n, height, width, channels)."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from cnnbench.data.sources.facts import CONVERSION_WORDS, ReadingFacts
from cnnbench.data.sources.names import of_part
from cnnbench.data.sources.raw_images import RawArrays, RawImages
from cnnbench.errors import UserError

Pixels = npt.NDArray[np.uint8]

CHANNELS = (1, 3)


def understand_arrays(arrays: RawArrays, where: str) -> RawImages:
    """Return the images of all parts as unsigned bytes with channels last, and how they were understood.

    Args:
        arrays: images as (n, height, width), with 1 or 3 channels last or first, or as rows of pixels (n, height²);
            unsigned bytes, other whole numbers from 0 to 255, or from 0 to 65535 with 16 bits, truth values, or real
            numbers from 0 to 1 or from 0 to 255.
        where: the source, for messages.

    Raises:
        UserError: a part is none of these, or the parts differ.
    """
    understood = {
        part: _understand(array, f"{where}: images{of_part(part, arrays.images)}")
        for part, array in arrays.images.items()
    }
    ways = {part: (images.shape[1:], conversions) for part, (images, conversions) in understood.items()}
    (first, way), *others = ways.items()
    for part, other in others:
        if other != way:
            raise UserError(
                f"{where}: the images of the {first} and the {part} part differ in size, channels, or range of values:"
                f" {_described(*way)}, and {_described(*other)}"
            )
    images = {part: pixels for part, (pixels, _) in understood.items()}
    count = sum(map(len, images.values()))
    (height, width, _), conversions = way
    facts = ReadingFacts(
        sizes={f"{width} × {height}": count},
        conversions=dict.fromkeys(conversions, count),
        skipped=arrays.skipped,
    )
    return RawImages(images, arrays.labels, arrays.files, arrays.classes, facts)


def _understand(array: npt.NDArray[np.generic], where: str) -> tuple[Pixels, tuple[str, ...]]:
    """Return images (n, height, width, channels), and the codes of what was done to them."""
    if array.size == 0:
        raise UserError(f"{where}: there are none, found shape {array.shape}")
    shaped, layout = _with_channels_last(array, where)
    scale, conversion = _scale(shaped, where)
    return np.ascontiguousarray(scale(shaped)), (*layout, *conversion)


def _described(shape: tuple[int, ...], conversions: tuple[str, ...]) -> str:
    height, width, channels = shape
    size = f"{width} × {height} with {channels} channel{'s' * (channels > 1)}"
    return ", ".join([size, *(CONVERSION_WORDS[code] for code in conversions)])


def _with_channels_last(array: npt.NDArray[np.generic], where: str) -> tuple[npt.NDArray[np.generic], tuple[str, ...]]:
    shape = array.shape
    if array.ndim == 2 and (side := math.isqrt(shape[1])) ** 2 == shape[1]:
        return array.reshape(-1, side, side, 1), ("flattened",)
    if array.ndim == 3:
        return array[..., np.newaxis], ()
    last, first = (array.ndim == 4 and shape[axis] in CHANNELS for axis in (-1, 1))
    # An image of one or three rows or columns is less likely than channels, but not impossible.
    if last and (not first or min(shape[1:3]) > max(CHANNELS)):
        return array, ()
    if first and not last:
        return array.transpose(0, 2, 3, 1), ("channels_first",)
    raise UserError(
        f"{where} must have the shape (n, height, width), with 1 or 3 channels last or first, or (n, height²), found"
        f" {shape}"
    )


def _scale(
    array: npt.NDArray[np.generic], where: str
) -> tuple[Callable[[npt.NDArray[np.generic]], Pixels], tuple[str, ...]]:
    """Return how values become unsigned bytes, and the codes of that."""
    kind = array.dtype.kind
    if kind not in "biuf":
        raise UserError(f"{where} must be numbers, found {array.dtype}")
    low, high = array.min(), array.max()
    if not (np.isfinite(low) and np.isfinite(high) and low >= 0):
        raise UserError(f"{where} must have values from 0, found {low} to {high}")
    if kind == "f":
        return _scale_of_reals(array, float(high), where)
    if high == 1:
        return lambda values: values.astype(np.uint8) * np.uint8(255), ("binary",)
    if high <= 255:
        return lambda values: values.astype(np.uint8), ()
    if array.dtype == np.uint16:
        return lambda values: ((values.astype(np.uint32) + 128) // 257).astype(np.uint8), ("16_bit",)
    raise UserError(
        f"{where} must have values from 0 to 255, or 0 to 65535 as uint16, found {low} to {high} as {array.dtype}"
    )


def _scale_of_reals(
    array: npt.NDArray[np.generic], high: float, where: str
) -> tuple[Callable[[npt.NDArray[np.generic]], Pixels], tuple[str, ...]]:
    if high <= 1:
        return lambda values: np.rint(values.astype(np.float64) * 255).astype(np.uint8), ("float",)
    if high > 255:
        raise UserError(f"{where} must have values from 0 to 1 or from 0 to 255, found values up to {high:g}")
    whole = bool((array == np.rint(array)).all())
    return lambda values: np.rint(values).astype(np.uint8), () if whole else ("rounded",)
