"""Loss and accuracy over the epochs, one pair of panels for each row of an experiment."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from cnnbench.analysis.resolved import Experiment, Row
from cnnbench.reporting.figures.canvas import BLUE, GREY, ORANGE, VERMILION, draw, draw_note, wrapped

_LINE_HEIGHT = 1.25
"""Height in inches of one line of panels."""
_MOST_ROWS = 12
"""More rows do not fit on a page."""
_RING: dict[str, Any] = {"markersize": 3.4, "markerfacecolor": "white", "zorder": 3}
_CROSS: dict[str, Any] = {"markersize": 5, "markeredgewidth": 1.4, "zorder": 3}


def draw_learning_curves(
    experiment: Experiment, runs: pd.DataFrame, histories: pd.DataFrame, style: Path, path: Path
) -> None:
    """Draw loss (left) and accuracy (right) of each row on shared scales, one thin curve a seed.

    Of more than twelve rows, those with the highest mean validation accuracy are drawn, and the figure says so.
    A ring marks the epoch whose weights were kept, a cross at the bottom the epoch in which a run failed.
    """
    summary = runs.set_index("run")
    trained = [row for row in experiment.rows if histories["run"].isin(row.runs).any()]
    if not trained:
        return draw_note(path, style, "None of these runs finished an epoch.")
    rows = _best(trained, summary)
    pairs = 1 if len(rows) <= 2 else 2
    lines = math.ceil(len(rows) / pairs)
    left_out = f" (the {len(rows)} of {len(trained)} rows with the highest validation accuracy)"
    some_failed = any(summary.at[run, "status"] != "done" for row in rows for run in row.runs)

    def paint(figure: Figure) -> None:
        panels = figure.subplots(lines, 2 * pairs, sharex=True, squeeze=False)
        for position, row in enumerate(rows):
            line, pair = divmod(position, pairs)
            loss, accuracy = panels[line][2 * pair], panels[line][2 * pair + 1]
            loss.set_title(wrapped(row.label, 92 // pairs))
            _paint_row(loss, accuracy, row, summary, histories)
        for column in range(2 * (len(rows) - pairs * (lines - 1)), 2 * pairs):
            panels[-1][column].remove()
            panels[-2][column].tick_params(labelbottom=True)
        _share_scales(panels, rows, summary, histories)
        figure.legend(handles=_legend(some_failed), loc="outside upper left", ncols=4)
        figure.supxlabel("Epoch" + left_out * (len(rows) < len(trained)), fontsize="medium")

    draw(path, style, 0.6 + _LINE_HEIGHT * lines, paint)


def _best(rows: list[Row], summary: pd.DataFrame) -> list[Row]:
    """Return the rows with the highest mean validation accuracy, in the order that they have."""
    if len(rows) <= _MOST_ROWS:
        return rows
    accuracy = [summary.loc[row.runs, "validation_accuracy"].mean() for row in rows]
    return [rows[position] for position in np.sort(np.argsort(-np.array(accuracy), stable=True)[:_MOST_ROWS])]


def _paint_row(loss: Axes, accuracy: Axes, row: Row, summary: pd.DataFrame, histories: pd.DataFrame) -> None:
    for run in row.runs:
        history = histories[histories["run"] == run]
        if history.empty:
            continue
        epoch = history["epoch"]
        loss.plot(epoch, history["loss"], color=GREY)
        loss.plot(epoch, history["validation_loss"], color=BLUE)
        accuracy.plot(epoch, 100 * history["accuracy"], color=GREY)
        accuracy.plot(epoch, 100 * history["validation_accuracy"], color=BLUE)
        kept = history[epoch == summary.at[run, "kept_epoch"]]
        if summary.at[run, "status"] == "done":
            accuracy.plot(kept["epoch"], 100 * kept["validation_accuracy"], "o", color=ORANGE, **_RING)
        else:
            at_the_bottom = accuracy.get_xaxis_transform()
            accuracy.plot([epoch.max()], [0.06], "x", color=VERMILION, transform=at_the_bottom, **_CROSS)
    for axes, name in ((loss, "Loss"), (accuracy, "Accuracy (%)")):
        axes.set_ylabel(name)
        axes.grid(axis="y")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))


def _share_scales(
    panels: "np.ndarray[Any, Any]", rows: list[Row], summary: pd.DataFrame, histories: pd.DataFrame
) -> None:
    """Give all losses one scale and all accuracies one, wide enough for the runs that are done."""
    shown = [run for row in rows for run in row.runs]
    done = [run for run in shown if summary.at[run, "status"] == "done"]
    histories = histories[histories["run"].isin(done or shown)]
    losses = pd.concat([histories["loss"], histories["validation_loss"]]).dropna()
    accuracies = 100 * pd.concat([histories["accuracy"], histories["validation_accuracy"]]).dropna()
    if losses.empty or accuracies.empty:
        return
    top, bottom = float(losses.max()), float(accuracies.min())
    for line in panels:
        for loss, accuracy in zip(line[::2], line[1::2], strict=True):
            loss.set_ylim(0, 1.05 * top)
            accuracy.set_ylim(max(0.0, bottom - 3), 100.5)


def _legend(some_failed: bool) -> list[Line2D]:
    handles = [
        Line2D([], [], color=GREY, label="training"),
        Line2D([], [], color=BLUE, label="validation"),
        Line2D([], [], color=ORANGE, label="epoch kept", linestyle="none", marker="o", **_RING),
    ]
    failed = Line2D([], [], color=VERMILION, label="failed", linestyle="none", marker="x", **_CROSS)
    return [*handles, failed] if some_failed else handles
