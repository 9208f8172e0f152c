"""Test accuracy of each row of an experiment.

Rings are seeds, dots their means, lines 95% t-intervals.
"""

from typing import TYPE_CHECKING

from cnnbench.analysis.experiment_results import results_of
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.reporting.figures.canvas import Canvas, list_rows
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import BLUE, GREY, INK
from cnnbench.reporting.format import percent_estimate
from cnnbench.reporting.labels import status_words
from cnnbench.study.study_file import StudyExperiment, StudyFile

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of an experiment."""
    experiment = results.study.experiment(subject)
    draw_accuracy(experiment, results_of(experiment, results.rows(Result)), results.frame(RunRecord), texts, canvas)


def draw_accuracy(
    experiment: StudyExperiment, results: list[Result], runs: "pd.DataFrame", texts: "Texts", canvas: Canvas
) -> None:
    """Draw the rows of `experiment`: the seeds as rings, their mean as a dot, its 95 % t-interval as a line.

    Args:
        experiment: its rows.
        results: the result of each row, in the same order.
        runs: the table of runs.
        texts: the figure's words.
        canvas: where to draw.
    """
    if not any(result.done for result in results):
        return canvas.note(texts("None of these runs was finished."))
    by_run = runs.set_index("run")

    def paint(figure: "MatplotlibFigure") -> None:
        axes = figure.subplots()
        list_rows(axes, [row.label for row in experiment.rows])
        for position, (row, result) in enumerate(zip(experiment.rows, results, strict=True)):
            if result.done:
                _paint_result(axes, position, result, 100 * by_run.loc[row.runs, "accuracy"].dropna())
            else:
                words = ", ".join(status_words(status, texts) for status in by_run.loc[row.runs, "status"].unique())
                axes.annotate(words, (0.01, position), xycoords=("axes fraction", "data"), va="center", color=GREY)
        left, right = axes.get_xlim()
        axes.set_xlim(max(left, 0), min(right, 100.5))
        axes.set_xlabel(texts("Test accuracy (%)"))

    canvas.draw(0.75 + 0.33 * len(results), paint)


def _paint_result(axes: "Axes", position: int, result: Result, seeds: "pd.Series[float]") -> None:
    accuracy = result.accuracy
    if accuracy.half_width is not None:
        axes.plot([100 * accuracy.low, 100 * accuracy.high], [position] * 2, color=BLUE, linewidth=1.6)
        axes.plot(100 * accuracy.mean, position, "o", color=BLUE, markersize=5)
    axes.plot(seeds, [position] * len(seeds), "o", color=INK, markerfacecolor="none", markersize=3.6, zorder=3)
    # The number, so that the figure can be read without the table.
    axes.annotate(
        percent_estimate(accuracy),
        (1.01, position),
        xycoords=("axes fraction", "data"),
        va="center",
        color=INK,
        annotation_clip=False,
    )


FIGURE = Figure(
    category="Accuracy",
    description=__doc__,
    drawn_for=Subject.EXPERIMENT,
    reads=(StudyFile, Result, RunRecord),
    draw=draw,
)
