"""What each step of a ladder changes in test accuracy.

Rings are seeds, dots their means, lines 95% intervals. Blue is better, vermilion worse; grey may be chance, or rests on
one seed. An arrowhead: the interval is longer.
"""

from typing import TYPE_CHECKING

from cnnbench.analysis.tables.comparisons import Comparison, SeedDifference, Verdict
from cnnbench.reporting.figures.canvas import Canvas, list_rows
from cnnbench.reporting.figures.estimates import paint_estimate, write_beside
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import BLUE, GREY, INK, VERMILION
from cnnbench.reporting.format import points_estimate
from cnnbench.reporting.labels import verdict_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts

_COLOURS: dict[Verdict, str] = {"better": BLUE, "worse": VERMILION}
_LEAST_ROOM = 2.0
"""How far, in percentage points, an interval may widen the axis in any case."""


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a ladder."""
    steps = [row for row in results.rows(Comparison) if row.kind == "ladder" and row.family == subject]
    differences = [row for row in results.rows(SeedDifference) if row.experiment == subject]
    draw_ladder(steps, differences, texts, canvas)


def draw_ladder(steps: list[Comparison], differences: list[SeedDifference], texts: "Texts", canvas: Canvas) -> None:
    """Draw one row per step: the paired differences of the seeds as rings, their mean as a dot, its interval as a line.

    Steps that are better than the one before are blue, worse ones vermilion; those that chance may explain are grey. An
    interval that is very long for what the seeds show ends in an arrowhead at the edge.

    Args:
        steps: the ladder's steps, each compared with the one before, in order.
        differences: what they changed, seed by seed.
        texts: the figure's words.
        canvas: where to draw.
    """
    if not any(step.difference.n for step in steps):
        return canvas.note(texts("No two neighbouring steps have a finished run with the same seed."))

    def paint(figure: "MatplotlibFigure") -> None:
        axes = figure.subplots()
        list_rows(axes, [step.first.name for step in steps])
        axes.set_xlim(_limits(steps, differences))
        axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
        for position, step in enumerate(steps):
            seeds = [row.difference for row in differences if row.step == step.first.name]
            _paint_step(axes, position, step, seeds, texts)
        axes.set_xlabel(texts("Change in test accuracy from the previous step (percentage points)"))

    canvas.draw(0.75 + 0.36 * len(steps), paint)


def _limits(steps: list[Comparison], differences: list[SeedDifference]) -> tuple[float, float]:
    """Return the ends of an axis in percentage points that holds all seeds, and the intervals as far as there is room.

    To each side, intervals may add as much as zero and the seeds take: beside a very long one, these would be one dot.
    """
    seeds = [0.0, *(100 * row.difference for row in differences)]
    room = max(max(seeds) - min(seeds), _LEAST_ROOM)
    known = [step.difference for step in steps if step.difference.has_interval]
    low = max(min([*seeds, *(100 * difference.low for difference in known)]), min(seeds) - room)
    high = min(max([*seeds, *(100 * difference.high for difference in known)]), max(seeds) + room)
    margin = 0.05 * (high - low) or _LEAST_ROOM
    return low - margin, high + margin


def _paint_step(axes: "Axes", position: int, step: Comparison, seeds: list[float], texts: "Texts") -> None:
    difference, colour = step.difference, _COLOURS.get(step.verdict, GREY)
    text = points_estimate(difference) if difference.n else verdict_words(step.verdict, texts)
    write_beside(axes, position, text, colour)
    if difference.n:
        paint_estimate(axes, position, difference, seeds, colour)


FIGURE = Figure(
    category="Ladders",
    description=__doc__,
    drawn_for=Subject.LADDER,
    reads=(Comparison, SeedDifference),
    draw=draw,
)
