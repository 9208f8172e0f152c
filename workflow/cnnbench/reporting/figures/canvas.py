"""What all figures share: the page's width, the style, and files with the same bytes each time."""

import math
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnbench import font_files
from cnnbench.provenance import write_recorded
from cnnbench.reporting.figures.palette import GREY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 6.7
"""Width of the report's text in inches; a figure of this width is printed in its real size."""
MAXIMUM_HEIGHT = 8.6
"""Height in inches that a page leaves for a figure and its caption."""
_FORMATS: dict[str, dict[str, Any]] = {
    ".svg": {"metadata": {"Date": None, "Creator": None}},
    ".png": {"metadata": {"Software": None}, "dpi": 300},
}
"""How files of each kind are written; paper shows no more than 300 dots per inch."""
_LEAST_ROOM = 0.1
"""Room in percentage points at both ends of an axis in percent."""
WHOLE: dict[str, Any] = {"clip_on": False, "in_layout": False}
"""Draws a mark at the end of an axis whole, and leaves the layout as it is without the mark."""


@dataclass(frozen=True)
class Canvas:
    """Where a figure is drawn: the style, and the file."""

    style: Path
    """The matplotlib style sheet."""
    path: Path
    """The file; what is made of lines and text is an `.svg`, what is made of pixels a `.png`."""

    def draw(self, height: float, paint: "Callable[[Figure], None]") -> None:
        """Let `paint` fill a figure of the report's width, and write it.

        Args:
            height: height in inches; more than a page has is cut to a page.
            paint: draws into the figure.
        """
        import matplotlib.style
        from matplotlib.figure import Figure

        with matplotlib.style.context(self.style, after_reset=True):
            matplotlib.rcParams["font.family"] += _families_for_what_it_lacks()
            figure = Figure(figsize=(WIDTH, min(height, MAXIMUM_HEIGHT)), layout="constrained")
            paint(figure)
            with write_recorded(self.path) as temporary:
                figure.savefig(temporary, **_FORMATS[self.path.suffix])

    def note(self, text: str) -> None:
        """Write a figure that holds one sentence: why there is nothing to show."""

        def paint(figure: "Figure") -> None:
            axes = figure.subplots()
            axes.axis("off")
            axes.text(0.5, 0.5, text, ha="center", va="center", color=GREY, transform=axes.transAxes)

        self.draw(0.9, paint)


@cache
def _families_for_what_it_lacks() -> list[str]:
    """Make the Korean font known to matplotlib, and return its family: it draws what the style's own font cannot."""
    from matplotlib import font_manager

    for file in (font_files.korean(), font_files.korean("Bold")):
        font_manager.fontManager.addfont(file)
    return [font_files.KOREAN_FAMILY]


def wrapped(label: str, width: int) -> str:
    """Break a label into lines of `width` characters at most."""
    return "\n".join(textwrap.wrap(label, width)) or label


def shortened(label: str, width: int) -> str:
    """Cut a label to `width` characters, with an ellipsis for what is cut."""
    return label if len(label) <= width else f"{label[: width - 1].rstrip()}…"


def percent_limits(fractions: Iterable[float]) -> tuple[float, float]:
    """Return the ends in percent of an axis that holds all `fractions`, with some room, but none below 0 or above 100.

    What lies at an end is drawn whole with `WHOLE`.

    Args:
        fractions: from 0 to 1, at least one of them known; NaN is passed over.
    """
    known = [100 * fraction for fraction in fractions if not math.isnan(fraction)]
    low, high = min(known), max(known)
    room = max(0.05 * (high - low), _LEAST_ROOM)
    return max(low - room, 0.0), min(high + room, 100.0)


def list_rows(axes: "Axes", labels: list[str]) -> None:
    """Label one row per entry from top to bottom, with light guides instead of a frame."""
    room = 72 * (MAXIMUM_HEIGHT - 0.8) / len(labels)  # points per row, on a full page
    texts = [wrapped(label, 46) if room > 20 else label for label in labels]
    axes.set_yticks(range(len(labels)), texts, fontsize=min(0.8 * room, 7.5))
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x")
