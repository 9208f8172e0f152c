"""Test accuracy against what it costs.

Means of every architecture and recipe, with their 95% intervals. Stepped lines are fronts: nothing more accurate costs
less.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnbench.analysis.tables.costs import COSTS, Cost, front
from cnnbench.reporting.figures.canvas import WHOLE, Canvas, percent_limits
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import BLACK, BLUE, GREEN, GREY, INK, ORANGE, PINK, SKY, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure
    from matplotlib.lines import Line2D
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts

_COLOURS = [BLUE, VERMILION, GREEN, PINK, ORANGE, SKY, BLACK]
_MARKERS = "osD^vP*XphH<>d"
"""More than colours, and not a multiple of them: no two of the first 98 architectures have both in common."""
_PANEL_HEIGHT = 2.15
_AXIS_HEIGHT = 105.0
"""About how high a panel's axis is, in points."""
_NAMES = 0.3
"""Room for the names on the front, as a multiple of what dots and intervals take of the axis."""
_LONGEST = 2.0
"""How long the longest interval is that is shown whole, as a multiple of the median."""
_TITLE_PAD = 6.0
"""Distance in points between a panel's title and what is below it."""
_LEGEND_LINE = 0.17
_NAMES_PER_LINE = 4
_DOT: dict[str, Any] = {"markersize": 4.6, "markeredgewidth": 0.7, "linestyle": "none", "zorder": 3, **WHOLE}
_CUT: dict[str, Any] = {"markersize": 3.6, "linestyle": "none", "alpha": 0.6, "zorder": 2, **WHOLE}
"""Look of an arrowhead where an interval leaves the view."""
_FEW_TICKS = 20
"""Costs that differ by less than this factor have too few powers of ten between them."""


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a study."""
    draw_costs(results.rows(Cost), texts, canvas)


def draw_costs(costs: list[Cost], texts: "Texts", canvas: Canvas) -> None:
    """Draw mean test accuracy over each cost that is known, on a log scale: one dot per architecture and recipe.

    Vertical lines are 95 % intervals; those that leave the view end in an arrowhead. A stepped line joins the front:
    nothing more accurate costs less. Results far below the others would press these together; they are drawn hollow, on
    the lower edge.

    Args:
        costs: the table of costs.
        texts: the figure's words.
        canvas: where to draw.
    """
    done = [row for row in costs if row.accuracy.n]
    shown = [cost for cost in COSTS if _with_known(done, cost)]
    if not shown:
        return canvas.note(texts("No run was finished."))
    looks = _looks(row.architecture for row in costs)
    # The last place of a grid that is not full is the legend's.
    lines = math.ceil(len(shown) / 2)
    legend_below = len(shown) % 2 == 0
    titles = {row.architecture: row.title for row in done}
    legend_height = _LEGEND_LINE * math.ceil((len(titles) + 2) / _NAMES_PER_LINE) if legend_below else 0.0
    scale = _accuracy_scale(done)

    def paint(figure: "MatplotlibFigure") -> None:
        panels = figure.subplots(lines, 2, sharey=True, squeeze=False).ravel()
        for panel, cost in zip(panels, shown, strict=False):
            _paint_panel(panel, _with_known(done, cost), cost, looks, scale, texts)
        handles = _legend(titles, looks, any(100 * row.accuracy.mean < scale.bottom for row in done), texts)
        if legend_below:
            figure.legend(handles=handles, loc="outside lower center", ncols=_NAMES_PER_LINE)
        else:
            panels[-1].axis("off")
            panels[-1].legend(handles=handles, loc="center", ncols=2 if len(handles) > 8 else 1)
        for panel in panels[: len(shown) : 2]:
            panel.set_ylabel(texts("Test accuracy (%)"))
        # Where labels go is decided where all dots are.
        figure.draw_without_rendering()
        for panel, cost in zip(panels, shown, strict=False):
            _name_the_front(panel, front(done, cost), cost)

    canvas.draw(0.15 + _PANEL_HEIGHT * lines + legend_height, paint)


def _with_known(rows: Iterable[Cost], cost: str) -> list[Cost]:
    """Return the rows of which a cost is known."""
    return [row for row in rows if row.of(cost) > 0]


def _looks(architectures: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return colour and marker of each architecture."""
    return {
        name: (_COLOURS[place % len(_COLOURS)], _MARKERS[place % len(_MARKERS)])
        for place, name in enumerate(sorted(set(architectures)))
    }


@dataclass(frozen=True)
class _Scale:
    """The axis of accuracies in percent."""

    bottom: float
    top: float
    above: float
    """Room for names above the top, which ends at 100 %, as a share of the axis."""


def _accuracy_scale(done: list[Cost]) -> _Scale:
    """Return the scale: as far below the lower quartile as the best is above it, and intervals of a usual length."""
    import numpy as np

    accuracies = [row.accuracy for row in done]
    lows, means, highs = np.array(
        [(one.low, one.mean, one.high) if one.has_interval else [one.mean] * 3 for one in accuracies]
    ).T
    best, quartile = means.max(), np.quantile(means, 0.25)
    least = max(means.min(), 2 * quartile - best)
    below, above = _LONGEST * np.median(means - lows), _LONGEST * np.median(highs - means)
    bottom, top = percent_limits([max(lows.min(), least - below), min(highs.max(), best + above)])
    with_names = top + _NAMES * (top - bottom)
    over = max(with_names - 100.0, 0.0)
    return _Scale(bottom, with_names - over, over / (with_names - bottom))


def _paint_panel(
    axes: "Axes", rows: list[Cost], cost: str, looks: dict[str, tuple[str, str]], scale: _Scale, texts: "Texts"
) -> None:
    for row in rows:
        _paint_dot(axes, row, cost, looks[row.architecture], scale)
    edge = front(rows, cost)
    accuracies = [100 * row.accuracy.mean for row in edge]
    axes.step([row.of(cost) for row in edge], accuracies, where="post", color=INK, linewidth=0.8, zorder=2)
    _set_scales(axes, rows, cost, scale)
    axes.set_title(_title(cost, texts), pad=_TITLE_PAD + _AXIS_HEIGHT * scale.above)
    axes.grid(axis="both")


def _paint_dot(axes: "Axes", row: Cost, cost: str, look: tuple[str, str], scale: _Scale) -> None:
    place, accuracy = row.of(cost), 100 * row.accuracy.mean
    colour, marker = look
    if accuracy < scale.bottom:
        axes.plot(place, scale.bottom, marker, color=colour, markerfacecolor="white", **_DOT)
        return
    if row.accuracy.has_interval:
        _paint_interval(axes, place, 100 * row.accuracy.low, 100 * row.accuracy.high, colour, scale)
    axes.plot(place, accuracy, marker, color=colour, markeredgecolor="white", **_DOT)


def _paint_interval(axes: "Axes", place: float, low: float, high: float, colour: str, scale: _Scale) -> None:
    from matplotlib.markers import CARETDOWN, CARETUP

    ends = [max(low, scale.bottom), min(high, scale.top)]
    axes.plot([place] * 2, ends, color=colour, linewidth=0.8, alpha=0.6)
    for end, marker, is_cut in ((scale.bottom, CARETDOWN, low < scale.bottom), (scale.top, CARETUP, high > scale.top)):
        if is_cut:
            axes.plot(place, end, marker=marker, color=colour, **_CUT)


def _set_scales(axes: "Axes", rows: list[Cost], cost: str, scale: _Scale) -> None:
    """Set the ends and the ticks of both axes, with room for the names on the front."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter, StrMethodFormatter

    axes.set_xscale("log")
    # Milliseconds have no letter of their own: a thousandth of one is not "1m".
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:g}") if cost == "latency_1_ms" else EngFormatter(sep=""))
    axes.xaxis.set_minor_formatter(NullFormatter())
    low, high = min(row.of(cost) for row in rows), max(row.of(cost) for row in rows)
    room = (high / low) ** 0.08 if high / low > _FEW_TICKS else 1.8
    # More room on the left, for the name of the cheapest.
    axes.set_xlim(low / room**2.5, high * room)
    if high / low < _FEW_TICKS:
        axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.set_ylim(scale.bottom, scale.top)


def _title(cost: str, texts: "Texts") -> str:
    titles = {
        "parameters": texts("Parameters"),
        "flops": texts("Operations for one image"),
        "latency_1_ms": texts("Time to read one image (ms)"),
        "seconds": texts("Training time (s)"),
        "joules": texts("Training energy (J)"),
    }
    return titles[cost]


def _name_the_front(axes: "Axes", edge: list[Cost], cost: str) -> None:
    """Write the architectures along the front into the room above and left of it, which holds no dot.

    Of several recipes of one architecture the last, which is the most accurate, has the name.
    """
    last = {row.architecture: row for row in edge}
    placed: list[Bbox] = []
    figure = axes.get_figure()
    assert figure is not None
    frame = axes.get_window_extent()
    for row in sorted(last.values(), key=edge.index):
        point = row.of(cost), 100 * row.accuracy.mean
        label = axes.annotate(
            row.title, point, xytext=(-4, 4), textcoords="offset points", ha="right", va="bottom",
            fontsize="small", color=INK, zorder=4, annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.4, "shrinkA": 0, "shrinkB": 2},
        )  # fmt: skip
        label.set_in_layout(False)
        _move(label, max(0.0, float(frame.x0 - _box(label).x0)), 0.0)
        _raise_above(label, placed)
        placed.append(_box(label))


def _box(label: "Annotation") -> "Bbox":
    """Return where the words of a label stand, without its line."""
    from matplotlib.text import Text

    label.get_window_extent()  # moves the words to where they belong now
    return Text.get_window_extent(label)


def _raise_above(label: "Annotation", placed: "list[Bbox]") -> None:
    """Move a label up until it stands on none of the others."""
    # From the lowest up, so that one pass is enough.
    for other in sorted(placed, key=lambda box: float(box.y0)):
        if _box(label).overlaps(other):
            _move(label, 0.0, float(other.y1 - _box(label).y0))


def _move(label: "Annotation", right: float, up: float) -> None:
    """Move a label by pixels."""
    figure = label.get_figure(root=True)
    assert figure is not None  # a label is made by its axes
    points = 72 / figure.dpi
    x, y = label.get_position()
    label.set_position((x + right * points, y + up * points))


def _legend(titles: dict[str, str], looks: dict[str, tuple[str, str]], hollow: bool, texts: "Texts") -> "list[Line2D]":
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=looks[key][0], marker=looks[key][1], label=title, **_DOT)
        for key, title in sorted(titles.items())
    ]
    handles.append(Line2D([], [], color=INK, linewidth=0.8, label=texts("front")))
    below = Line2D([], [], color=GREY, marker="o", markerfacecolor="white", label=texts("below the scale"), **_DOT)
    return [*handles, below] if hollow else handles


FIGURE = Figure(
    category="Accuracy and cost",
    description=__doc__,
    drawn_for=Subject.STUDY,
    reads=(Cost,),
    draw=draw,
)
