"""Loss and accuracy over the epochs, for each row of an experiment.

Training (dashed) and validation: means and ranges of the finished seeds. Rings mark the epochs whose weights were
kept, crosses runs that failed.
"""

import math
from typing import TYPE_CHECKING, Any

from cnnbench.analysis.tables.runs import Epoch, RunRecord
from cnnbench.analysis.validation import by_validation, kept_epochs
from cnnbench.reporting.figures.canvas import WHOLE, Canvas, percent_limits, wrapped
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import BLUE, GREY, ORANGE, VERMILION
from cnnbench.study.status import DONE
from cnnbench.study.study_file import StudyExperiment, StudyFile, StudyRow

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts

_LINE_HEIGHT = 1.25
"""Height in inches of one line of panels."""
_MOST_ROWS = 12
"""More rows do not fit on a page."""
_TRAINING: dict[str, Any] = {"color": GREY, "linestyle": (0, (4, 1.5))}
_VALIDATION: dict[str, Any] = {"color": BLUE, "linestyle": "-"}
"""Distinguished by the dashes too, not by colour alone."""
_CURVES = (
    ("loss", "loss", _TRAINING),
    ("loss", "validation_loss", _VALIDATION),
    ("accuracy", "accuracy", _TRAINING),
    ("accuracy", "validation_accuracy", _VALIDATION),
)
"""Panel, column of the table of epochs, and look."""
_THIN = 0.6
_BAND = 0.25
"""Opacity of a band."""
_RING: dict[str, Any] = {"markersize": 3.4, "markerfacecolor": "white", "zorder": 3, **WHOLE}
_CROSS: dict[str, Any] = {"markersize": 5, "markeredgewidth": 1.4, "zorder": 3}


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of an experiment."""
    experiment = results.study.experiment(subject)
    draw_learning_curves(experiment, results.frame(RunRecord), results.frame(Epoch), texts, canvas)


def draw_learning_curves(
    experiment: StudyExperiment, runs: "pd.DataFrame", histories: "pd.DataFrame", texts: "Texts", canvas: Canvas
) -> None:
    """Draw loss (left) and accuracy (right) of each row on shared scales.

    A line is the mean of the finished seeds, as far as all of them trained, in a band from the lowest of them to the
    highest. A single finished seed, those that trained for longer than others, and failed runs are thin curves. A ring
    marks the epoch whose weights were kept, a cross at the bottom the epoch in which a run failed. Of more than twelve
    rows, those with the highest mean validation accuracy in the kept epochs are drawn (of equal ones, those with the
    lower mean validation loss), and the figure says so.

    Args:
        experiment: its rows.
        runs: the table of runs.
        histories: the table of epochs.
        texts: the figure's words.
        canvas: where to draw.
    """
    summary = runs.set_index("run")
    trained = [row for row in experiment.rows if histories["run"].isin(row.runs).any()]
    if not trained:
        return canvas.note(texts("None of these runs finished an epoch."))
    rows = _best(trained, kept_epochs(runs, histories))
    pairs = 1 if len(rows) <= 2 else 2
    lines = math.ceil(len(rows) / pairs)
    left_out = texts(
        "Epoch (the {shown} of {all} rows with the highest validation accuracy)", shown=len(rows), all=len(trained)
    )
    some_failed = any(summary.at[run, "status"] != DONE for row in rows for run in row.runs)
    some_bands = any((summary.loc[row.runs, "status"] == DONE).sum() > 1 for row in rows)

    def paint(figure: "MatplotlibFigure") -> None:
        panels = figure.subplots(lines, 2 * pairs, sharex=True, squeeze=False)
        for position, row in enumerate(rows):
            line, pair = divmod(position, pairs)
            loss, accuracy = panels[line][2 * pair], panels[line][2 * pair + 1]
            loss.set_title(wrapped(row.label, 92 // pairs))
            _paint_row(loss, accuracy, row, summary, histories, texts)
        for column in range(2 * (len(rows) - pairs * (lines - 1)), 2 * pairs):
            panels[-1][column].remove()
            panels[-2][column].tick_params(labelbottom=True)
        _share_scales(panels, rows, summary, histories)
        figure.legend(handles=_legend(some_bands, some_failed, texts), loc="outside upper left", ncols=5)
        figure.supxlabel(left_out if len(rows) < len(trained) else texts("Epoch"), fontsize="medium")

    canvas.draw(0.6 + _LINE_HEIGHT * lines, paint)


def _best(rows: list[StudyRow], kept: "pd.DataFrame") -> list[StudyRow]:
    """Return the rows that are best by validation in their kept epochs, in the order that they have."""
    import numpy as np

    if len(rows) <= _MOST_ROWS:
        return rows
    means = [kept.loc[kept.index.isin(row.runs), ["validation_accuracy", "validation_loss"]].mean() for row in rows]
    accuracy, negative_loss = np.array([by_validation(*of_row) for of_row in means]).T
    # The last key counts most; a row that kept no epoch has no means, and comes last.
    best_first = np.lexsort((-negative_loss, -accuracy))
    return [rows[position] for position in np.sort(best_first[:_MOST_ROWS])]


def _paint_row(
    loss: "Axes",
    accuracy: "Axes",
    row: StudyRow,
    summary: "pd.DataFrame",
    histories: "pd.DataFrame",
    texts: "Texts",
) -> None:
    from matplotlib.ticker import MaxNLocator

    done = [run for run in row.runs if summary.at[run, "status"] == DONE]
    own = histories[histories["run"].isin(row.runs)]
    finished = own[own["run"].isin(done)]
    for panel, column, look in _CURVES:
        axes, factor = (loss, 1) if panel == "loss" else (accuracy, 100)
        together = _paint_mean(axes, finished, column, factor, look) if len(done) > 1 else 0
        for epochs, values in _single_curves(own, done, column, together):
            axes.plot(epochs, factor * values, linewidth=_THIN, **look)
    for run in row.runs:
        history = own[own["run"] == run]
        if history.empty:
            continue
        kept = history[history["epoch"] == summary.at[run, "kept_epoch"]]
        if run in done:
            accuracy.plot(kept["epoch"], 100 * kept["validation_accuracy"], "o", color=ORANGE, **_RING)
        else:
            at_the_bottom = accuracy.get_xaxis_transform()
            accuracy.plot([history["epoch"].max()], [0.06], "x", color=VERMILION, transform=at_the_bottom, **_CROSS)
    for axes, name in ((loss, texts("Loss")), (accuracy, texts("Accuracy (%)"))):
        axes.set_ylabel(name)
        axes.grid(axis="y")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))


def _paint_mean(axes: "Axes", finished: "pd.DataFrame", column: str, factor: int, look: dict[str, Any]) -> int:
    """Draw mean and band of the runs in `finished`; return the last epoch that all of them reached."""
    together = int(finished.groupby("run")["epoch"].max().min())
    shared = finished[finished["epoch"] <= together].groupby("epoch")[column]
    low, high, mean = factor * shared.min(), factor * shared.max(), factor * shared.mean()
    axes.fill_between(low.index, low, high, color=look["color"], alpha=_BAND, linewidth=0)
    axes.plot(mean.index, mean, **look)
    return together


def _single_curves(
    own: "pd.DataFrame", done: list[str], column: str, together: int
) -> "Iterator[tuple[pd.Series[int], pd.Series[float]]]":
    """Yield what is drawn run by run: failed runs as a whole, finished ones from where `_paint_mean` ended."""
    for run, history in own.groupby("run", sort=False):
        rest = history[history["epoch"] >= together] if run in done else history
        if len(rest) > 1 or not together:
            yield rest["epoch"], rest[column]


def _share_scales(
    panels: "np.ndarray[Any, Any]", rows: list[StudyRow], summary: "pd.DataFrame", histories: "pd.DataFrame"
) -> None:
    """Give all losses one scale and all accuracies one, wide enough for the runs that are done."""
    import pandas as pd

    shown = [run for row in rows for run in row.runs]
    done = [run for run in shown if summary.at[run, "status"] == DONE]
    histories = histories[histories["run"].isin(done or shown)]
    losses = pd.concat([histories["loss"], histories["validation_loss"]]).dropna()
    accuracies = pd.concat([histories["accuracy"], histories["validation_accuracy"]]).dropna()
    for line in panels:
        for loss, accuracy in zip(line[::2], line[1::2], strict=True):
            if not losses.empty:
                loss.set_ylim(0, 1.05 * losses.max())
            accuracy.set_ylim(percent_limits([*accuracies, 1.0]))


def _legend(some_bands: bool, some_failed: bool, texts: "Texts") -> "list[Line2D | Patch]":
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Line2D | Patch] = [
        Line2D([], [], label=texts("training"), **_TRAINING),
        Line2D([], [], label=texts("validation"), **_VALIDATION),
    ]
    if some_bands:
        handles.append(Patch(color=BLUE, alpha=_BAND, linewidth=0, label=texts("lowest to highest seed")))
    handles.append(
        Line2D([], [], color=ORANGE, label=texts("epoch kept"), linestyle="none", marker="o", **_RING),
    )
    if some_failed:
        failed = texts("failed")
        handles.append(Line2D([], [], color=VERMILION, label=failed, linestyle="none", marker="x", **_CROSS))
    return handles


FIGURE = Figure(
    category="Learning curves",
    description=__doc__,
    drawn_for=Subject.EXPERIMENT,
    reads=(StudyFile, RunRecord, Epoch),
    draw=draw,
)
