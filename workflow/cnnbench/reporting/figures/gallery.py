"""Single test images with what they are and what they were read as."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.reporting.figures.canvas import WIDTH, Canvas, shortened
from cnnbench.reporting.figures.palette import GREY, LIGHT

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

    from cnnbench.data.ink import Ink

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

    image: "npt.NDArray[np.uint8]"
    """As it is stored: (height, width, channels)."""
    reading: list[str]
    """What it is and what it was read as."""
    evidence: str
    """What speaks for it: how sure, or how many."""


def reading(true: str, predicted: str) -> list[str]:
    """Return `4 → 9`, on two lines where the names are long."""
    line = f"{true} \N{RIGHTWARDS ARROW} {predicted}"
    if len(line) <= _LETTERS_A_LINE:
        return [line]
    return [
        shortened(true, _LETTERS_A_LINE),
        f"\N{RIGHTWARDS ARROW} {shortened(predicted, _LETTERS_A_LINE - 2)}",
    ]


def draw_gallery(exhibits: Sequence[Exhibit], note: str, ink: "Ink", canvas: Canvas) -> None:
    """Draw all images in rows of `COLUMNS`, from the left and from the top; `note` if there is none.

    Grey images with light ink are drawn with dark ink on a light ground.
    """
    if not exhibits:
        return canvas.note(note)
    lines = max(len(exhibit.reading) for exhibit in exhibits) + 1
    pitch = PICTURE + lines * LINE + GAP
    height = pitch * -(-len(exhibits) // COLUMNS) + TOP

    def paint(figure: "MatplotlibFigure") -> None:
        figure.set_layout_engine("none")
        # One unit is an inch, so that a picture has the same size on paper in every gallery.
        axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(height, 0))
        axes.axis("off")
        for place, exhibit in enumerate(exhibits):
            row, column = divmod(place, COLUMNS)
            _paint_exhibit(axes, exhibit, ink, (column + 0.5) * CELL, TOP + row * pitch)

    canvas.draw(height, paint)


def _paint_exhibit(axes: "Axes", exhibit: Exhibit, ink: "Ink", middle: float, top: float) -> None:
    import numpy as np

    from cnnbench.data.display import picture, readable

    rows, columns = exhibit.image.shape[:2]
    scale = PICTURE / max(rows, columns)
    left, right = middle - scale * columns / 2, middle + scale * columns / 2
    bottom, upper = top + PICTURE, top + PICTURE - scale * rows
    pixels = np.asarray(picture(readable(exhibit.image, ink), (columns, rows)))
    axes.imshow(pixels, extent=(left, right, bottom, upper), aspect="auto", interpolation="nearest")
    axes.plot([left, right, right, left, left], [upper, upper, bottom, bottom, upper], color=LIGHT, linewidth=0.5)
    for number, line in enumerate(exhibit.reading):
        axes.text(middle, bottom + (number + 0.75) * LINE, line, ha="center", va="center", weight="bold", fontsize=6.5)
    below = bottom + (len(exhibit.reading) + 0.75) * LINE
    axes.text(middle, below, exhibit.evidence, ha="center", va="center", color=GREY, fontsize=6)
