"""Single test images with what they are and what they were read as."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnbench.data.picture import picture
from cnnbench.reporting.figures.canvas import GREY, LIGHT, WIDTH, draw, draw_note, shortened
from cnnbench.reporting.format import percent
from cnnbench.reporting.texts import Texts

COLUMNS = 8
CELL = WIDTH / COLUMNS
"""Width in inches of an image with the gap beside it."""
PICTURE = 0.7
"""Side in inches of the square that an image fills."""
LINE = 0.115
"""Height in inches of a line below an image."""
GAP = 0.1
"""Height in inches between the lines below an image and the next image."""
TOP = 0.02
"""Height in inches above the first images, for their frames."""
_LETTERS_A_LINE = 13


@dataclass(frozen=True)
class Exhibit:
    """An image and the lines below it."""

    image: npt.NDArray[np.uint8]
    """As it is stored: (height, width, channels)."""
    reading: list[str]
    """What it is and what it was read as."""
    evidence: str


def draw_mistakes(mistakes: pd.DataFrame, images: npt.NDArray[np.uint8], texts: Texts, style: Path, path: Path) -> None:
    """Draw the mistakes that the leading combination is surest of.

    Args:
        mistakes: as `analysis/errors/images.py:confident_mistakes` returns it.
        images: the test images (n, height, width, channels).
        texts: the figure's words.
        style: the matplotlib style sheet.
        path: the PNG file.
    """
    exhibits = [
        Exhibit(images[row["image"]], _reading(row["true"], row["predicted"]), f"{percent(row['confidence'], 1)}%")
        for row in mistakes.to_dict("records")
    ]
    _draw_gallery(exhibits, texts("There is no misread image to show."), style, path)


def draw_hardest_images(
    hardest: pd.DataFrame, images: npt.NDArray[np.uint8], texts: Texts, style: Path, path: Path
) -> None:
    """Draw images that every network misreads.

    Args:
        hardest: as `analysis/errors/images.py:hardest_images` returns it.
        images: the test images (n, height, width, channels).
        texts: the figure's words.
        style: the matplotlib style sheet.
        path: the PNG file.
    """
    exhibits = [
        Exhibit(
            images[row["image"]],
            _reading(row["true"], row["predicted"]),
            texts("{agreeing} of {networks}", agreeing=row["agreeing"], networks=row["networks"]),
        )
        for row in hardest.to_dict("records")
    ]
    _draw_gallery(exhibits, texts("There is no image that every network misreads."), style, path)


def _reading(true: str, predicted: str) -> list[str]:
    """Return `4 → 9`, on two lines where the names are long."""
    line = f"{true} \N{RIGHTWARDS ARROW} {predicted}"
    if len(line) <= _LETTERS_A_LINE:
        return [line]
    return [
        shortened(true, _LETTERS_A_LINE),
        f"\N{RIGHTWARDS ARROW} {shortened(predicted, _LETTERS_A_LINE - 2)}",
    ]


def _draw_gallery(exhibits: Sequence[Exhibit], note: str, style: Path, path: Path) -> None:
    """Draw all images in rows of `COLUMNS`, from the left and from the top; `note` if there is none."""
    if not exhibits:
        return draw_note(path, style, note)
    lines = max(len(exhibit.reading) for exhibit in exhibits) + 1
    pitch = PICTURE + lines * LINE + GAP
    height = pitch * -(-len(exhibits) // COLUMNS) + TOP

    def paint(figure: Figure) -> None:
        figure.set_layout_engine("none")
        # One unit is an inch, so that a picture has the same size on paper in every gallery.
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
        axes.axis("off")
        for place, exhibit in enumerate(exhibits):
            row, column = divmod(place, COLUMNS)
            _paint_exhibit(axes, exhibit, (column + 0.5) * CELL, TOP + row * pitch)

    draw(path, style, height, paint)


def _paint_exhibit(axes: Axes, exhibit: Exhibit, middle: float, top: float) -> None:
    rows, columns = exhibit.image.shape[:2]
    scale = PICTURE / max(rows, columns)
    left, right = middle - scale * columns / 2, middle + scale * columns / 2
    bottom, upper = top + PICTURE, top + PICTURE - scale * rows
    pixels = np.asarray(picture(exhibit.image, (columns, rows)))
    axes.imshow(pixels, extent=(left, right, bottom, upper), aspect="auto", interpolation="nearest")
    axes.plot([left, right, right, left, left], [upper, upper, bottom, bottom, upper], color=LIGHT, linewidth=0.5)
    for number, line in enumerate(exhibit.reading):
        axes.text(middle, bottom + (number + 0.75) * LINE, line, ha="center", va="center", weight="bold", fontsize=6.5)
    below = bottom + (len(exhibit.reading) + 0.75) * LINE
    axes.text(middle, below, exhibit.evidence, ha="center", va="center", color=GREY, fontsize=6)
