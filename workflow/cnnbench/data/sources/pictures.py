"""Pictures of any size and kind become images of one size, in grey or RGB, upright."""

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFile, ImageOps, TiffImagePlugin

from cnnbench.data.sources.facts import ReadingFacts
from cnnbench.data.sources.names import shown
from cnnbench.errors import reading
from cnnbench.study.dataset import Fit

Pixels = npt.NDArray[np.uint8]

BLACK, WHITE = 0, 255

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "TIFF", "WEBP", "PPM", "JPEG2000")
"""Formats that are told by a file's first bytes. TGA is not: any damaged file could be taken for one."""

MOST_PIXELS = 50_000_000
"""Larger pictures are refused: a small file can announce any size, and decoding takes some bytes for each pixel."""


@dataclass(frozen=True)
class PictureSource:
    """A picture, in a file of its own or inside another one."""

    name: str
    """Where it is, for messages."""
    content: Path | bytes


@dataclass(frozen=True)
class Picture:
    """A picture as it was read."""

    pixels: Pixels
    """(size, size) in grey, or (size, size, 3)."""
    width: int
    """Before it was brought to its size, upright."""
    height: int
    conversion: str | None
    """What had to be done to its values, as a code; None for plain grey and RGB."""
    turned: bool
    """Whether its EXIF orientation was applied."""
    ground: int | None
    """The value that its transparent pixels got; None without transparency."""


def read_pictures(sources: Sequence[PictureSource], size: int, fit: Fit) -> tuple[Pixels, ReadingFacts]:
    """Return pictures as images (n, size, size, channels): with one channel if all are grey, with three otherwise.

    Transparent pixels become black if what is drawn is light, and white if it is dark, alike in all pictures.

    Raises:
        UserError: a picture is damaged or of a kind that is not read; the message names it.
    """
    pictures = [read_picture(source, size, fit) for source in sources]
    grounds = Counter(picture.ground for picture in pictures if picture.ground is not None)
    ground = grounds.most_common(1)[0][0] if grounds else None
    pictures = [
        picture if picture.ground in (None, ground) else read_picture(source, size, fit, ground)
        for source, picture in zip(sources, pictures, strict=True)
    ]
    grey = all(picture.pixels.ndim == 2 for picture in pictures)
    images = np.stack([picture.pixels if grey else _in_colour(picture.pixels) for picture in pictures])
    return images[..., np.newaxis] if grey else images, _facts(pictures)


def read_picture(source: PictureSource, size: int, fit: Fit, ground: int | None = None) -> Picture:
    """Return a picture as an image of `size` × `size` pixels.

    Args:
        source: the picture.
        size: side in pixels.
        fit: what becomes of a picture that is not square.
        ground: value of transparent pixels; None: whichever of black and white shows what is drawn.

    Raises:
        UserError: naming the picture.
    """
    content = io.BytesIO(source.content) if isinstance(source.content, bytes) else source.content
    problem = f"dataset.path: {shown(source.name)} is damaged or not a picture that can be read"
    formats = ("TGA",) if source.name.lower().endswith(".tga") else FORMATS
    with reading(problem), Image.open(content, formats=formats) as image:
        if image.width * image.height > MOST_PIXELS:
            raise ValueError(
                f"it has {image.width} × {image.height} pixels; allowed are {MOST_PIXELS:,}, make it smaller"
            )
        _refuse_several_frames(image)
        _refuse_odd_tiff(image)
        _load(image)
        upright = ImageOps.exif_transpose(image)
        plain, ground = _on_ground(_in_8_bits(upright, image.format), ground)
        return Picture(
            _grey_if_possible(fitted(plain, size, fit)),
            *upright.size,
            conversion="alpha" if ground is not None else CONVERSIONS.get(image.mode),
            turned=image.getexif().get(ORIENTATION, 1) != 1,
            ground=ground,
        )


def fitted(image: Image.Image, size: int, fit: Fit) -> Image.Image:
    """Return a picture as a square of `size` × `size` pixels."""
    match fit:
        case "pad":
            return ImageOps.pad(image, (size, size), Image.Resampling.BILINEAR, color=border_colour(image))
        case "stretch":
            return image.resize((size, size), Image.Resampling.BILINEAR)
        case "crop":
            return ImageOps.fit(image, (size, size), Image.Resampling.BILINEAR)


def border_colour(image: Image.Image) -> int | tuple[int, ...]:
    """Return the median of the pixels on the border of a picture, channel by channel."""
    pixels = np.atleast_3d(np.asarray(image))
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    colour = tuple(int(value) for value in np.median(border, axis=0))
    return colour[0] if len(colour) == 1 else colour


# Tags of TIFF and EXIF.
BITS_PER_SAMPLE, PHOTOMETRIC, ORIENTATION = 258, 262, 274

CONVERSIONS: Mapping[str, str] = {
    "1": "1_bit",
    "P": "palette",
    "PA": "palette",
    "CMYK": "cmyk",
    "YCbCr": "ycbcr",
    "HSV": "hsv",
    "I": "16_bit",
    "I;16": "16_bit",
    "I;16B": "16_bit",
    "I;16L": "16_bit",
    "I;16N": "16_bit",
    "F": "float",
}
"""Code of what is done to the values of a picture, by Pillow's name of its mode."""


def _in_8_bits(image: Image.Image, file_format: str | None) -> Image.Image:
    """Return a picture in the mode L, RGB or RGBA, its values scaled by their range.

    Raises:
        ValueError: the mode has no agreed meaning as light and dark, or is unknown.
    """
    wide = image.mode in ("I", "F") or image.mode.startswith("I;16")
    if "transparency" in image.info and not wide:
        return image.convert("RGBA")
    # Of 32-bit pictures, only those of the PNM family say what is white.
    if image.mode not in _TO_8_BITS or (image.mode == "I" and file_format != "PPM"):
        raise ValueError(f"pictures in Pillow's mode {image.mode} are not read; save it in grey or RGB with 8 bits")
    if wide and "transparency" in image.info:
        raise ValueError("16 bits with a transparent colour are not read; save it in grey or RGB with 8 bits")
    return _TO_8_BITS[image.mode](image)


def _from_16_bits(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.int64)
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def _from_floats(image: Image.Image) -> Image.Image:
    values = np.asarray(image)
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("a picture with floating-point values must have them between 0 and 1; save it with 8 bits")
    return Image.fromarray(np.rint(values * 255).astype(np.uint8))


def _converted(mode: str) -> Callable[[Image.Image], Image.Image]:
    return lambda image: image.convert(mode)


_TO_8_BITS: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    **dict.fromkeys(("1", "L"), _converted("L")),
    **dict.fromkeys(("RGB", "RGBX", "P", "CMYK", "YCbCr", "HSV"), _converted("RGB")),
    **dict.fromkeys(("LA", "PA", "RGBA"), _converted("RGBA")),
    **dict.fromkeys(("I", "I;16", "I;16B", "I;16L", "I;16N"), _from_16_bits),
    "La": lambda image: image.convert("LA").convert("RGBA"),
    "RGBa": _converted("RGBA"),
    "F": _from_floats,
}
"""How a picture of each of Pillow's modes becomes one of L, RGB and RGBA; another mode is refused."""


def _on_ground(image: Image.Image, ground: int | None) -> tuple[Image.Image, int | None]:
    """Return a picture without transparency, and the value that transparent pixels got; None if there are none."""
    if image.mode != "RGBA":
        return image, None
    alpha = np.asarray(image.getchannel("A"), np.float64)
    if (alpha == 255).all():
        return image.convert("RGB"), None
    if ground is None:
        lightness = np.asarray(image.convert("RGB").convert("L"), np.float64)
        ink = (lightness * alpha).sum() / max(alpha.sum(), 1)
        ground = WHITE if ink < 128 else BLACK
    return Image.alpha_composite(Image.new("RGBA", image.size, (ground,) * 3 + (255,)), image).convert("RGB"), ground


def _grey_if_possible(image: Image.Image) -> Pixels:
    """Return pixels (height, width) if no pixel has a colour, else (height, width, 3)."""
    pixels = np.asarray(image)
    if pixels.ndim == 3 and (pixels == pixels[..., :1]).all():
        return pixels[..., 0]
    return pixels


def _in_colour(pixels: Pixels) -> Pixels:
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., np.newaxis], 3, axis=-1)


def _load(image: Image.Image) -> None:
    """Decode the whole picture, also where another library lets Pillow fill up what is missing, as WeasyPrint does."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _refuse_several_frames(image: Image.Image) -> None:
    # MPO is how phones save a photograph together with a preview; the first one is the photograph.
    if image.format != "MPO" and (frames := getattr(image, "n_frames", 1)) > 1:
        raise ValueError(f"it has {frames} frames; save one picture in each file")


def _refuse_odd_tiff(image: Image.Image) -> None:
    """Refuse a TIFF file with more than 8 bits whose white Pillow does not know: 12 bits, or white as 0."""
    if isinstance(image, TiffImagePlugin.TiffImageFile) and image.mode.startswith("I;16"):
        bits, white_is_zero = image.tag_v2.get(BITS_PER_SAMPLE, (16,))[0], image.tag_v2.get(PHOTOMETRIC) == 0
        if bits != 16 or white_is_zero:
            found = "0 for white" if white_is_zero else f"{bits} bits"
            raise ValueError(f"a TIFF file with {found} is not read; save it with 8 bits, or 16 and 0 for black")


def _facts(pictures: Sequence[Picture]) -> ReadingFacts:
    conversions = Counter(picture.conversion for picture in pictures if picture.conversion)
    conversions.update("orientation" for picture in pictures if picture.turned)
    sizes = Counter(f"{picture.width} × {picture.height}" for picture in pictures)
    return ReadingFacts(sizes=dict(sizes.most_common()), conversions=dict(conversions.most_common()))
