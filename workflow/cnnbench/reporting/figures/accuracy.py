"""Test accuracy of each row of an experiment.

Rings are seeds, dots their means, lines 95% intervals for other seeds and other images. Paler: not the best of the
grid, with 95% confidence.
"""

from collections.abc import Collection
from itertools import chain
from typing import TYPE_CHECKING

from cnnbench.analysis.experiment_results import results_of
from cnnbench.analysis.tables.comparisons import GridStanding, Result
from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.analysis.tables.values import Combination
from cnnbench.reporting.figures.canvas import Canvas, list_rows, percent_limits
from cnnbench.reporting.figures.estimates import DOT_SIZE, LINE_WIDTH, paint_estimate, write_beside
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import BLUE, GREY, INK, SKY
from cnnbench.reporting.format import percent_estimate
from cnnbench.reporting.labels import status_words
from cnnbench.study.study_file import StudyExperiment, StudyFile

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as MatplotlibFigure
    from matplotlib.lines import Line2D

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of an experiment."""
    experiment = results.study.experiment(subject)
    rows = results_of(experiment, results.rows(Result))
    standings = [row for row in results.rows(GridStanding) if row.experiment == subject]
    draw_accuracy(experiment, rows, standings, results.frame(RunRecord), texts, canvas)


def draw_accuracy(
    experiment: StudyExperiment,
    results: list[Result],
    standings: list[GridStanding],
    runs: "pd.DataFrame",
    texts: "Texts",
    canvas: Canvas,
) -> None:
    """Draw the rows of `experiment`: the seeds as rings, their mean as a dot, its 95 % interval as a line.

    Results that are not the best of a grid, with 95 % confidence, are paler; if there are any, a legend says so.

    Args:
        experiment: its rows.
        results: the result of each row, in the same order.
        standings: how the results of a grid stand; none of a ladder.
        runs: the table of runs.
        texts: the figure's words.
        canvas: where to draw.
    """
    if not any(result.done for result in results):
        return canvas.note(texts("None of these runs was finished."))
    by_run = runs.set_index("run")
    accuracies = [by_run.loc[row.runs, "accuracy"].dropna().tolist() for row in experiment.rows]
    beaten = {standing.combination for standing in standings if not standing.possibly_best}
    legend = _legend(results, beaten, texts) if beaten else []

    def paint(figure: "MatplotlibFigure") -> None:
        axes = figure.subplots()
        list_rows(axes, [row.label for row in experiment.rows])
        axes.set_xlim(_limits(results, accuracies))
        for position, (row, result, seeds) in enumerate(zip(experiment.rows, results, accuracies, strict=True)):
            if result.done:
                paint_estimate(axes, position, result.accuracy, seeds, _colour(result, beaten))
                write_beside(axes, position, percent_estimate(result.accuracy), INK)
            else:
                words = ", ".join(status_words(status, texts) for status in by_run.loc[row.runs, "status"].unique())
                axes.annotate(words, (0.01, position), xycoords=("axes fraction", "data"), va="center", color=GREY)
        axes.set_xlabel(texts("Test accuracy (%)"))
        if legend:
            figure.legend(handles=legend, loc="outside upper left", ncols=len(legend))

    canvas.draw(0.75 + 0.33 * len(results) + (0.2 if legend else 0.0), paint)


def _limits(results: list[Result], accuracies: list[list[float]]) -> tuple[float, float]:
    """Return the ends of an axis that holds all seeds and all intervals."""
    ends = [end for result in results for end in (result.accuracy.low, result.accuracy.high)]
    return percent_limits([*ends, *chain.from_iterable(accuracies)])


def _colour(result: Result, beaten: Collection[Combination]) -> str:
    return SKY if result.combination in beaten else BLUE


def _legend(results: list[Result], beaten: Collection[Combination], texts: "Texts") -> "list[Line2D]":
    """Return what the colours of these results mean."""
    from matplotlib.lines import Line2D

    words = {
        BLUE: texts("possibly the best"),
        SKY: texts("not the best (95% confidence)"),
    }
    shown = {_colour(result, beaten) for result in results if result.done}
    return [
        Line2D([], [], color=colour, marker="o", markersize=DOT_SIZE, linewidth=LINE_WIDTH, label=label)
        for colour, label in words.items()
        if colour in shown
    ]


FIGURE = Figure(
    category="Accuracy",
    description=__doc__,
    drawn_for=Subject.EXPERIMENT,
    reads=(StudyFile, Result, GridStanding, RunRecord),
    draw=draw,
)
