"""Test accuracy for each combination of two keys of a grid.

Means, one panel per architecture; rings are seeds. Lines that are not parallel show keys that act together.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cnnbench.analysis.tables.runs import RunRecord, finished
from cnnbench.reporting.figures.canvas import WHOLE, Canvas, percent_limits, wrapped
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import BLUE, GREEN, GREY, ORANGE, VERMILION
from cnnbench.study.expansion import describe
from cnnbench.study.study_file import StudyExperiment, StudyFile, StudyRow

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure
    from matplotlib.lines import Line2D

    from cnnbench.analysis.grid_effects import Factor
    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts

_PANEL_HEIGHT = 1.75
"""Height in inches of one line of panels."""
_MARKERS = "osD^vP*X"
_RING: dict[str, Any] = {
    "marker": "o", "markerfacecolor": "none", "markersize": 2.6, "markeredgewidth": 0.6, "linestyle": "none",
    "zorder": 2, **WHOLE,
}  # fmt: skip


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a grid."""
    draw_grid_effects(results.study.experiment(subject), results.frame(RunRecord), texts, canvas)


def draw_grid_effects(experiment: StudyExperiment, runs: "pd.DataFrame", texts: "Texts", canvas: Canvas) -> None:
    """Draw one panel per architecture: levels of the first key from left to right, one line per level of the second.

    A dot is the mean over the finished seeds, rings are seeds. Over further keys the means are averaged; where one
    of their combinations has no finished run, there is no dot.

    Args:
        experiment: a grid in which at least one key has several values.
        runs: the table of runs.
        texts: the figure's words.
        canvas: where to draw.
    """
    from cnnbench.analysis.grid_effects import factors_of

    factors = factors_of(experiment)[:2]
    done = finished(runs).set_index("run")["accuracy"]
    titles = dict(zip(runs["architecture"], runs["title"], strict=True))
    architectures = list(dict.fromkeys(row.architecture for row in experiment.rows))
    if not any(run in done.index for row in experiment.rows for run in row.runs):
        return canvas.note(texts("None of these runs was finished."))
    columns = _columns(len(architectures))
    lines = math.ceil(len(architectures) / columns)

    def paint(figure: "MatplotlibFigure") -> None:
        panels = figure.subplots(lines, columns, squeeze=False, sharex=True).ravel()
        for panel, architecture in zip(panels, architectures, strict=False):
            panel.set_title(wrapped(titles[architecture], 92 // columns))
            _paint(panel, [row for row in experiment.rows if row.architecture == architecture], factors, done)
        for panel in panels[len(architectures) :]:
            panel.remove()
        for panel in panels[max(0, len(architectures) - columns) : len(architectures)]:
            panel.tick_params(labelbottom=True)
        figure.supxlabel(_words(factors[0].key), fontsize="medium")
        figure.supylabel(texts("Test accuracy (%)"), fontsize="medium")
        if len(factors) > 1:
            handles = _legend(factors[1])
            title, in_a_row = _words(factors[1].key), min(len(handles), 6)
            figure.legend(handles=handles, loc="outside upper left", ncols=in_a_row, title=title, alignment="left")

    canvas.draw(0.7 + _PANEL_HEIGHT * lines, paint)


def _columns(panels: int) -> int:
    """Return how many panels stand side by side."""
    return panels if panels <= 3 else 2 if panels == 4 else 3 if panels <= 9 else 4


def _paint(axes: "Axes", rows: Sequence[StudyRow], factors: "Sequence[Factor]", done: "pd.Series[float]") -> None:
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    first, others = factors[0], factors[1].levels if len(factors) > 1 else [""]
    for place, other in enumerate(others):
        chosen = [row for row in rows if len(factors) == 1 or describe(row.changes[factors[1].key]) == other]
        by_level = [[row for row in chosen if describe(row.changes[first.key]) == level] for level in first.levels]
        shift = 0.06 * (place - (len(others) - 1) / 2)
        positions = np.arange(len(first.levels)) + shift
        style = _line(place, len(others))
        for position, same in zip(positions, by_level, strict=True):
            seeds = 100 * _seeds(same, done)
            axes.plot([position] * len(seeds), seeds, color=style["color"], **_RING)
        axes.plot(positions, [100 * _mean(same, done) for same in by_level], **style, zorder=3, **WHOLE)
    axes.set_xticks(range(len(first.levels)), [wrapped(level, 14) for level in first.levels])
    axes.set_xlim(-0.5, len(first.levels) - 0.5)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.grid(axis="y")
    if len(accuracies := _seeds(rows, done)):
        axes.set_ylim(percent_limits(accuracies.tolist()))
    else:
        axes.set_yticks([])
        axes.text(0.5, 0.5, "–", ha="center", va="center", color=GREY, transform=axes.transAxes)


def _seeds(rows: Sequence[StudyRow], done: "pd.Series[float]") -> "npt.NDArray[np.float64]":
    """Return the accuracies of all finished runs."""
    import numpy as np

    return np.array([done[run] for row in rows for run in row.runs if run in done.index], dtype=float)


def _mean(rows: Sequence[StudyRow], done: "pd.Series[float]") -> float:
    """Return the mean of the rows' means; NaN where one of them has no finished run."""
    import numpy as np

    means = [_seeds([row], done) for row in rows]
    return float(np.mean([seeds.mean() for seeds in means])) if all(len(seeds) for seeds in means) else math.nan


def _line(place: int, of: int) -> dict[str, Any]:
    """Return the look of a line; beyond four, colours go from dark to light in the order of the levels."""
    import matplotlib

    few = (BLUE, ORANGE, GREEN, VERMILION)
    colour = few[place] if of <= len(few) else matplotlib.colormaps["viridis"](0.88 * place / (of - 1))
    return {"color": colour, "marker": _MARKERS[place % len(_MARKERS)], "markersize": 4, "linewidth": 1.2}


def _legend(factor: "Factor") -> "list[Line2D]":
    from matplotlib.lines import Line2D

    return [
        Line2D([], [], label=level, **_line(place, len(factor.levels))) for place, level in enumerate(factor.levels)
    ]


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()


FIGURE = Figure(
    category="Effects",
    description=__doc__,
    drawn_for=Subject.VARIED_GRID,
    reads=(StudyFile, RunRecord),
    draw=draw,
)
