"""Test accuracy against what it costs, one panel a cost."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter, StrMethodFormatter
from matplotlib.transforms import Bbox

from cnnbench.analysis.costs import COSTS, front
from cnnbench.reporting.figures.canvas import GREY, INK, draw, draw_note
from cnnbench.reporting.texts import Texts

_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
"""Those of Okabe and Ito but the yellow, which is too pale for a dot."""
_MARKERS = "osD^vP*XphH<>d"
"""More than colours, and not a multiple of them: no two of the first 98 architectures have both in common."""
_PANEL_HEIGHT = 2.15
_LEGEND_LINE = 0.17
_NAMES_A_LINE = 4
_DOT: dict[str, Any] = {"markersize": 4.6, "markeredgewidth": 0.7, "linestyle": "none", "zorder": 3}
_FEW_TICKS = 20
"""Costs that differ by less than this factor have too few powers of ten between them."""


def draw_costs(costs: pd.DataFrame, texts: Texts, style: Path, path: Path) -> None:
    """Draw mean test accuracy over each cost that is known, on a log scale: a dot an architecture and recipe.

    Vertical lines are 95 % intervals. A stepped line joins the front: nothing more accurate costs less. Results far
    below the others would press these together; they are drawn hollow, on the lower edge.
    """
    done = costs[costs["seeds"] > 0]
    shown = [cost for cost in COSTS if (done[cost] > 0).any()]
    if not shown:
        return draw_note(path, style, texts("No run was finished."))
    looks = _looks(costs["architecture"].unique())
    # The last place of a grid that is not full is the legend's.
    lines = math.ceil(len(shown) / 2)
    legend_below = len(shown) % 2 == 0
    names = done.drop_duplicates("architecture")
    legend_height = _LEGEND_LINE * math.ceil((len(names) + 2) / _NAMES_A_LINE) if legend_below else 0.0
    bottom = _bottom(done)

    def paint(figure: Figure) -> None:
        panels = figure.subplots(lines, 2, sharey=True, squeeze=False).ravel()
        for panel, cost in zip(panels, shown, strict=False):
            _paint_panel(panel, done[done[cost] > 0], cost, looks, bottom, texts)
        handles = _legend(names, looks, bool((100 * done["accuracy"] < bottom).any()), texts)
        if legend_below:
            figure.legend(handles=handles, loc="outside lower center", ncols=_NAMES_A_LINE)
        else:
            panels[-1].axis("off")
            panels[-1].legend(handles=handles, loc="center", ncols=2 if len(handles) > 8 else 1)
        for panel in panels[: len(shown) : 2]:
            panel.set_ylabel(texts("Test accuracy (%)"))
        # Where labels go is decided where all dots are.
        figure.draw_without_rendering()
        for panel, cost in zip(panels, shown, strict=False):
            _name_the_front(panel, front(done, cost), cost)

    draw(path, style, 0.15 + _PANEL_HEIGHT * lines + legend_height, paint)


def _looks(architectures: "np.ndarray[Any, Any]") -> dict[str, tuple[str, str]]:
    """Return colour and marker of each architecture."""
    return {
        str(name): (_COLOURS[place % len(_COLOURS)], _MARKERS[place % len(_MARKERS)])
        for place, name in enumerate(sorted(architectures))
    }


def _bottom(done: pd.DataFrame) -> float:
    """Return the lower end of the scale: as far below the lower quartile as the best is above it, and an interval."""
    accuracies = 100 * done["accuracy"]
    best, quartile, lowest = (float(accuracies.quantile(share)) for share in (1.0, 0.25, 0.0))
    room = max(0.2 * (best - quartile), 110 * float(done["accuracy_half_width"].fillna(0).median()), 0.2)
    return max(lowest - room, 2 * quartile - best - room, 0.0)


def _paint_panel(
    axes: Axes, rows: pd.DataFrame, cost: str, looks: dict[str, tuple[str, str]], bottom: float, texts: Texts
) -> None:
    for row in rows.to_dict("records"):
        accuracy, half = 100 * row["accuracy"], 100 * row["accuracy_half_width"]
        colour, marker = looks[row["architecture"]]
        if accuracy < bottom:
            axes.plot(row[cost], bottom, marker, color=colour, markerfacecolor="white", clip_on=False, **_DOT)
            continue
        if not math.isnan(half):
            axes.plot([row[cost]] * 2, [accuracy - half, accuracy + half], color=colour, linewidth=0.8, alpha=0.6)
        axes.plot(row[cost], accuracy, marker, color=colour, markeredgecolor="white", **_DOT)
    edge = front(rows, cost)
    axes.step(edge[cost], 100 * edge["accuracy"], where="post", color=INK, linewidth=0.8, zorder=2)
    axes.set_xscale("log")
    axes.set_title(_title(cost, texts))
    # Milliseconds have no letter of their own: a thousandth of one is not "1m".
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}") if cost == "latency_1_ms" else EngFormatter(sep=""))
    axes.xaxis.set_minor_formatter(NullFormatter())
    low, high = float(rows[cost].min()), float(rows[cost].max())
    room = (high / low) ** 0.08 if high / low > _FEW_TICKS else 1.8
    # More room on the left, for the name of the cheapest.
    axes.set_xlim(low / room**2.5, high * room)
    if high / low < _FEW_TICKS:
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    best = 100 * float((rows["accuracy"] + rows["accuracy_half_width"].fillna(0)).max())
    # Room above the best dot for the names on the front.
    axes.set_ylim(bottom, best + 0.3 * max(best - bottom, 0.2))
    axes.grid(axis="both")


def _title(cost: str, texts: Texts) -> str:
    titles = {
        "parameters": texts("Parameters"),
        "flops": texts("Operations for one image"),
        "latency_1_ms": texts("Time to read one image (ms)"),
        "seconds": texts("Training time (s)"),
        "joules": texts("Energy of a training (J)"),
    }
    return titles[cost]


def _name_the_front(axes: Axes, edge: pd.DataFrame, cost: str) -> None:
    """Write the architectures along the front into the room above and left of it, which holds no dot.

    Of several recipes of one architecture the last, which is the most accurate, has the name.
    """
    named = edge.drop_duplicates("architecture", keep="last")
    placed: list[Bbox] = []
    figure = axes.get_figure()
    assert figure is not None
    frame = axes.get_window_extent()
    for row in named.to_dict("records"):
        point = row[cost], 100 * row["accuracy"]
        label = axes.annotate(
            row["title"], point, xytext=(-4, 4), textcoords="offset points", ha="right", va="bottom",
            fontsize="small", color=INK, zorder=4,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.4, "shrinkA": 0, "shrinkB": 2},
        )  # fmt: skip
        label.set_in_layout(False)
        _move(label, max(0.0, float(frame.x0 - _box(label).x0)), 0.0)
        _raise_above(label, placed)
        placed.append(_box(label))


def _box(label: Annotation) -> Bbox:
    """Return where the words of a label stand, without its line."""
    label.get_window_extent()  # moves the words to where they belong now
    return Text.get_window_extent(label)


def _raise_above(label: Annotation, placed: list[Bbox]) -> None:
    """Move a label up until it stands on none of the others."""
    # From the lowest up, so that one pass is enough.
    for other in sorted(placed, key=lambda box: float(box.y0)):
        if _box(label).overlaps(other):
            _move(label, 0.0, float(other.y1 - _box(label).y0))


def _move(label: Annotation, right: float, up: float) -> None:
    """Move a label by pixels."""
    figure = label.get_figure(root=True)
    assert figure is not None  # a label is made by its axes
    points = 72 / figure.dpi
    x, y = label.get_position()
    label.set_position((x + right * points, y + up * points))


def _legend(names: pd.DataFrame, looks: dict[str, tuple[str, str]], hollow: bool, texts: Texts) -> list[Line2D]:
    handles = [
        Line2D([], [], color=looks[key][0], marker=looks[key][1], label=title, **_DOT)
        for key, title in sorted(zip(names["architecture"], names["title"], strict=True))
    ]
    handles.append(Line2D([], [], color=INK, linewidth=0.8, label=texts("front")))
    below = Line2D([], [], color=GREY, marker="o", markerfacecolor="white", label=texts("below the scale"), **_DOT)
    return [*handles, below] if hollow else handles
