"""How the keys of a grid act together on the test accuracy: an interaction plot."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from cnnbench.analysis.grid_effects import Factor, factors_of
from cnnbench.analysis.resolved import Experiment, Row
from cnnbench.reporting.figures.canvas import BLUE, GREEN, GREY, ORANGE, VERMILION, draw, draw_note, wrapped
from cnnbench.reporting.texts import Texts
from cnnbench.study.expansion import describe

_PANEL_HEIGHT = 1.75
"""Height in inches of one line of panels."""
_MARKERS = "osD^vP*X"


def draw_grid_effects(experiment: Experiment, runs: pd.DataFrame, texts: Texts, style: Path, path: Path) -> None:
    """Draw a panel an architecture: levels of the first key from left to right, one line a level of the second key.

    A dot is the mean over the finished seeds, small dots are seeds. Over further keys the means are averaged; where one
    of their combinations has no finished run, there is no dot.
    """
    factors = factors_of(experiment)[:2]
    done = runs[runs["status"] == "done"].set_index("run")["accuracy"]
    titles = dict(zip(runs["architecture"], runs["title"], strict=True))
    architectures = list(dict.fromkeys(row.architecture for row in experiment.rows))
    if not any(run in done.index for row in experiment.rows for run in row.runs):
        return draw_note(path, style, texts("None of these runs was finished."))
    columns = _columns(len(architectures))
    lines = math.ceil(len(architectures) / columns)

    def paint(figure: Figure) -> None:
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

    draw(path, style, 0.7 + _PANEL_HEIGHT * lines, paint)


def _columns(panels: int) -> int:
    """Return how many panels stand side by side."""
    return panels if panels <= 3 else 2 if panels == 4 else 3 if panels <= 9 else 4


def _paint(axes: Axes, rows: Sequence[Row], factors: Sequence[Factor], done: "pd.Series[float]") -> None:
    first, others = factors[0], factors[1].levels if len(factors) > 1 else [""]
    for place, other in enumerate(others):
        chosen = [row for row in rows if len(factors) == 1 or describe(row.changes[factors[1].key]) == other]
        by_level = [[row for row in chosen if describe(row.changes[first.key]) == level] for level in first.levels]
        shift = 0.06 * (place - (len(others) - 1) / 2)
        positions = np.arange(len(first.levels)) + shift
        style = _line(place, len(others))
        for position, same in zip(positions, by_level, strict=True):
            seeds = 100 * _seeds(same, done)
            axes.plot([position] * len(seeds), seeds, ".", color=style["color"], alpha=0.45, markersize=3, zorder=2)
        axes.plot(positions, [100 * _mean(same, done) for same in by_level], **style, zorder=3)
    axes.set_xticks(range(len(first.levels)), [wrapped(level, 14) for level in first.levels])
    axes.set_xlim(-0.5, len(first.levels) - 0.5)
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.grid(axis="y")
    if not axes.has_data() or all(np.isnan(np.asarray(line.get_ydata(), dtype=float)).all() for line in axes.lines):
        axes.set_yticks([])
        axes.text(0.5, 0.5, "–", ha="center", va="center", color=GREY, transform=axes.transAxes)


def _seeds(rows: Sequence[Row], done: "pd.Series[float]") -> npt.NDArray[np.float64]:
    """Return the accuracies of all finished runs."""
    return np.array([done[run] for row in rows for run in row.runs if run in done.index], dtype=float)


def _mean(rows: Sequence[Row], done: "pd.Series[float]") -> float:
    """Return the mean of the rows' means; NaN where one of them has no finished run."""
    means = [_seeds([row], done) for row in rows]
    return float(np.mean([seeds.mean() for seeds in means])) if all(len(seeds) for seeds in means) else math.nan


def _line(place: int, of: int) -> dict[str, Any]:
    """Return the look of a line; beyond four, colours go from dark to light in the order of the levels."""
    few = (BLUE, ORANGE, GREEN, VERMILION)
    colour = few[place] if of <= len(few) else matplotlib.colormaps["viridis"](0.88 * place / (of - 1))
    return {"color": colour, "marker": _MARKERS[place % len(_MARKERS)], "markersize": 4, "linewidth": 1.2}


def _legend(factor: Factor) -> list[Line2D]:
    return [
        Line2D([], [], label=level, **_line(place, len(factor.levels))) for place, level in enumerate(factor.levels)
    ]


def _words(key: str) -> str:
    return key.replace("_", " ").capitalize()
