"""Test accuracy of an experiment's rows: every seed, the mean and its interval."""

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnbench.analysis.leaderboard import Entry, experiment_entries
from cnnbench.analysis.resolved import Experiment
from cnnbench.reporting.figures.canvas import BLUE, GREY, INK, draw, draw_note, list_rows
from cnnbench.reporting.format import percent_estimate
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.words import status_words


def draw_accuracy(experiment: Experiment, runs: pd.DataFrame, texts: Texts, style: Path, path: Path) -> None:
    """Draw one row per row of `experiment`: the seeds as rings, the mean as a dot, the 95 % t-interval as a line."""
    entries = experiment_entries(experiment, runs)
    if not any(entry.done for entry in entries):
        return draw_note(path, style, texts("None of these runs was finished."))
    by_run = runs.set_index("run")

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        list_rows(axes, [row.label for row in experiment.rows])
        for position, (row, entry) in enumerate(zip(experiment.rows, entries, strict=True)):
            accuracy = entry.result.accuracy
            seeds = 100 * by_run.loc[row.runs, "accuracy"].dropna()
            if not entry.done:
                words = ", ".join(status_words(status, texts) for status in by_run.loc[row.runs, "status"].unique())
                axes.annotate(words, (0.01, position), xycoords=("axes fraction", "data"), va="center", color=GREY)
                continue
            if accuracy.half_width is not None:
                axes.plot([100 * accuracy.low, 100 * accuracy.high], [position] * 2, color=BLUE, linewidth=1.6)
                axes.plot(100 * accuracy.mean, position, "o", color=BLUE, markersize=5)
            axes.plot(seeds, [position] * len(seeds), "o", color=INK, markerfacecolor="none", markersize=3.6, zorder=3)
            _write_value(axes, position, entry)
        left, right = axes.get_xlim()
        axes.set_xlim(max(left, 0), min(right, 100.5))
        axes.set_xlabel(texts("Test accuracy (%)"))

    draw(path, style, 0.75 + 0.33 * len(entries), paint)


def _write_value(axes: Axes, position: int, entry: Entry) -> None:
    """Write the number at the right edge, so that the figure can be read without the table."""
    axes.annotate(
        percent_estimate(entry.result.accuracy),
        (1.01, position),
        xycoords=("axes fraction", "data"),
        va="center",
        color=INK,
        annotation_clip=False,
    )
