"""Means over seeds in the rows of a figure: rings are seeds, a dot is their mean, a line its 95 % interval."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.values import Estimate
from cnnbench.reporting.figures.canvas import WHOLE
from cnnbench.reporting.figures.palette import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE_WIDTH, DOT_SIZE = 1.6, 5.0
_RING_SIZE = 3.6


def paint_estimate(axes: "Axes", position: int, estimate: Estimate, seeds: Sequence[float], colour: str) -> None:
    """Draw an estimate and its seeds, in percent; an interval that leaves the view ends in an arrowhead at its edge.

    Args:
        axes: where to draw; the ends of its horizontal axis are set, and all seeds lie between them.
        position: the row.
        estimate: of fractions; with at least one seed.
        seeds: the fraction of each seed.
        colour: of dot and line.
    """
    from matplotlib.markers import CARETLEFT, CARETRIGHT

    left, right = axes.get_xlim()
    if estimate.has_interval:
        low, high = 100 * estimate.low, 100 * estimate.high
        ends = [max(low, left), min(high, right)]
        axes.plot(ends, [position] * 2, color=colour, linewidth=LINE_WIDTH, solid_capstyle="butt", **WHOLE)
        for end, marker, is_cut in ((left, CARETLEFT, low < left), (right, CARETRIGHT, high > right)):
            if is_cut:
                axes.plot(end, position, marker=marker, color=colour, markersize=DOT_SIZE, **WHOLE)
    axes.plot(100 * estimate.mean, position, "o", color=colour, markersize=DOT_SIZE, **WHOLE)
    rings = [100 * seed for seed in seeds]
    axes.plot(
        rings, [position] * len(rings), "o", color=INK, markerfacecolor="none", markersize=_RING_SIZE, zorder=3,
        **WHOLE,
    )  # fmt: skip


def write_beside(axes: "Axes", position: int, text: str, colour: str) -> None:
    """Write on the right of a row what it shows, so that the figure can be read without the table."""
    axes.annotate(
        text, (1, position), xycoords=("axes fraction", "data"), xytext=(9, 0), textcoords="offset points", va="center",
        color=colour, annotation_clip=False,
    )  # fmt: skip
