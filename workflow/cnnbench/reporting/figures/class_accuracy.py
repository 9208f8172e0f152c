"""How well each class is read.

Share of the test images of each class that the leading architecture and recipe reads correctly, with its 95%
interval, against the range of all.
"""

from typing import TYPE_CHECKING

from cnnbench.analysis.tables.errors import ClassAccuracy
from cnnbench.reporting.figures.canvas import WHOLE, Canvas, list_rows, percent_limits
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import BLUE, LIGHT, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a study."""
    draw_class_accuracy(results.rows(ClassAccuracy), texts, canvas)


def draw_class_accuracy(classes: list[ClassAccuracy], texts: "Texts", canvas: Canvas) -> None:
    """Draw one line per class, the worst read first: the leading combination against the range of all.

    Args:
        classes: the table of classes; those without test images are left out.
        texts: the figure's words.
        canvas: where to draw.
    """
    known = sorted((row for row in classes if row.support), key=lambda row: row.accuracy)
    if not known:
        return canvas.note(texts("No run was finished."))

    def paint(figure: "MatplotlibFigure") -> None:
        axes = figure.subplots()
        list_rows(axes, [row.class_ for row in known])
        if (combinations := known[0].combinations) > 1:
            _paint_range(axes, known, combinations, texts)
        places = range(len(known))
        axes.set_xlim(percent_limits([_least_shown(known), 1.0]))
        low, high = [100 * row.low for row in known], [100 * row.high for row in known]
        axes.hlines(places, low, high, color=BLUE, linewidth=1.2, zorder=3)
        label = texts("first on the leaderboard, with its 95% interval over the test images")
        accuracy = [100 * row.accuracy for row in known]
        axes.plot(accuracy, places, "o", color=BLUE, markersize=3.6, zorder=4, label=label, **WHOLE)
        axes.set_xlabel(texts("Test images of the class that were read correctly (%)"))
        figure.legend(loc="outside upper center", ncols=2, columnspacing=1.2)

    canvas.draw(0.95 + 0.17 * len(known), paint)


def _least_shown(known: list[ClassAccuracy]) -> float:
    """Return where the axis begins: a combination that learned nothing may fall off it, for the sake of the others."""
    lowest, worst = min(row.low for row in known), min(row.worst for row in known)
    return max(min(lowest, worst), 1 - 2.5 * (1 - lowest))


def _paint_range(axes: "Axes", known: list[ClassAccuracy], combinations: int, texts: "Texts") -> None:
    places = range(len(known))
    label = texts.plural(
        "worst to best of {n} architecture and recipe", "worst to best of {n} architectures and recipes", combinations
    )
    worst, best = [100 * row.worst for row in known], [100 * row.best for row in known]
    axes.hlines(places, worst, best, color=LIGHT, linewidth=4, label=label)
    mean, label = [100 * row.mean for row in known], texts("their mean")
    axes.plot(mean, places, "|", color=ORANGE, markersize=6, markeredgewidth=1.6, zorder=2, label=label)


FIGURE = Figure(
    category="Errors",
    description=__doc__,
    drawn_for=Subject.STUDY,
    reads=(ClassAccuracy,),
    draw=draw,
)
