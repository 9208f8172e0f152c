"""The names of classes beside the rows of a sheet of samples: different for different classes, and without boxes.

The fonts come with packages, so that the labels are the same on every machine.
"""

import math
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from cnnbench import font_files

SIZES = (20, 16, 13)
"""Sizes in pixels that letters may have; the first for all names that are short enough."""

WIDEST = 260
"""Width in pixels that no label exceeds, without its margins."""

HEIGHT = 24
"""Height of a label in pixels, which holds the largest letters."""

MARGIN = 2
"""Pixels at both sides of a label, for letters that reach over their own width."""

_ELLIPSIS = "…"


def row_labels(names: Sequence[str]) -> list[Image.Image]:
    """Return a picture of each name, black on white, all of one size, flush right.

    Of a name that is too long even for small letters, the middle is left out. Where a name cannot be shown with all its
    characters, or two would look alike, every label begins with the number of its class: `#0`, `#1`, …
    """
    plain = _draw([_fitted("", name) for name in names])
    looks = {picture.tobytes() for picture in plain}
    empty = Image.new("L", plain[0].size, "white").tobytes()
    if all(_drawable(name) == name for name in names) and len(looks - {empty}) == len(names):
        return plain
    return _draw([_fitted(f"#{number}", name) for number, name in enumerate(names)])


def label_font(text: str, size: int = SIZES[0]) -> ImageFont.FreeTypeFont:
    """Return the font that has most characters of `text`."""
    return _font(_font_file(text), size)


@cache
def _font(file: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


def _draw(labels: Sequence[tuple[str, ImageFont.FreeTypeFont]]) -> list[Image.Image]:
    width = max(math.ceil(font.getlength(text)) for text, font in labels) + 2 * MARGIN
    pictures = []
    for text, font in labels:
        picture = Image.new("L", (width, HEIGHT), "white")
        ImageDraw.Draw(picture).text((width - MARGIN, HEIGHT / 2), text, fill="black", font=font, anchor="rm")
        pictures.append(picture)
    return pictures


def _fitted(number: str, name: str) -> tuple[str, ImageFont.FreeTypeFont]:
    """Return what is written, and its font: the largest in which all of it fits, or the smallest without the middle."""
    shown = _drawable(name)
    text = f"{number} {shown}".strip()
    for size in SIZES:
        font = label_font(name, size)
        if font.getlength(text) <= WIDEST:
            return text, font
    kept = len(shown)
    while font.getlength(text) > WIDEST:
        kept -= 1
        end = kept // 2
        text = f"{number} {shown[: kept - end]}{_ELLIPSIS}{shown[len(shown) - end :]}".strip()
    return text, font


def _drawable(name: str) -> str:
    """Return what of a name can be drawn with its font."""
    return _in_font(name, _font_file(name)).strip()


def _font_file(text: str) -> Path:
    files = (font_files.dejavu("Sans"), font_files.korean())
    # A picture's text is drawn with one font; the second has Hangul, Chinese characters, kana and Latin letters.
    return max(files, key=lambda file: len(_in_font(text, file)))


def _in_font(text: str, file: Path) -> str:
    """Return the characters of `text` that the font in `file` has, without those that are written leftwards."""
    missing = font_files.missing_characters(text, [file])
    # Pillow sets those in the right order only with a library that not every machine has.
    return "".join(
        character
        for character in text
        if character.isprintable()
        and character not in missing
        and unicodedata.bidirectional(character) not in ("R", "AL", "AN")
    )
