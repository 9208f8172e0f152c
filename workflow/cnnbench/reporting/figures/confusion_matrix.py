"""Which characters the leading architecture and recipe takes for which.

Counts over all its seeds, as shares of each true class.
"""

from typing import TYPE_CHECKING

from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import ConfusionCell, RunRecord, finished_runs_of
from cnnbench.reporting.figures.canvas import WIDTH, Canvas, shortened
from cnnbench.reporting.figures.cells import band_patches, frame_cells, paint_bands
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import GREY, INK
from cnnbench.reporting.format import percent

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts

_EDGES = [0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
"""Bounds of the shares that get one colour: fine where confusions are, coarse where the diagonal is."""
_NUMBERS_UP_TO = 16
"""With more classes the cells are too small for numbers."""


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a study: the confusions of what leads the leaderboard, over all its finished seeds."""
    from cnnbench.analysis.confusion import confusion_matrix

    leader = next((result for result in results.rows(Result) if result.done), None)
    if leader is None:
        return canvas.note(texts("No run was finished."))
    runs = finished_runs_of(results.frame(RunRecord), leader.architecture, leader.recipe_hash)
    draw_confusion_matrix(confusion_matrix(results.frame(ConfusionCell), runs), leader.name, texts, canvas)


def draw_confusion_matrix(matrix: "pd.DataFrame", title: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the counts `matrix` (true classes as rows), each row as shares of its images."""
    from cnnbench.analysis.confusion import row_shares

    shares = row_shares(matrix).to_numpy()
    names = [shortened(name, 14) for name in map(str, matrix.index)]

    def paint(figure: "MatplotlibFigure") -> None:
        axes = figure.subplots()
        paint_bands(axes, shares, _EDGES, "Blues")
        _label(axes, names)
        axes.set(xlabel=texts("Read as"), ylabel=texts("True class"))
        if len(names) <= _NUMBERS_UP_TO:
            _write_shares(axes, shares)
        axes.set_title(title)
        patches = band_patches(_EDGES, "Blues")
        figure.legend(handles=patches, loc="outside lower center", ncols=8, columnspacing=0.9, handlelength=1.0)

    # Smaller than the page is wide: heading, findings and this figure share a page.
    canvas.draw(min(max(1.0 + 0.4 * len(names), 3.0), 0.92 * WIDTH) + 0.45, paint)


def _label(axes: "Axes", names: list[str]) -> None:
    size = min(max(300 / len(names), 4.8), 8.0)
    long = max(map(len, names)) > 3
    axes.set_xticks(range(len(names)), names, fontsize=size, rotation=90 if long else 0)
    axes.set_yticks(range(len(names)), names, fontsize=size)
    frame_cells(axes, len(names))


def _write_shares(axes: "Axes", shares: "npt.NDArray[np.float64]") -> None:
    import numpy as np

    for row, column in np.argwhere(shares > 0):
        share = shares[row, column]
        colour = "white" if share > 0.2 else INK if share > 0.005 else GREY
        axes.text(column, row, percent(share, 1), ha="center", va="center", color=colour, fontsize="small")


FIGURE = Figure(
    category="Errors",
    description=__doc__,
    drawn_for=Subject.STUDY,
    reads=(Result, RunRecord, ConfusionCell),
    draw=draw,
)
