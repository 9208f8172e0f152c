"""Accuracy against confidence.

Each architecture with its best recipe on the validation part, seeds pooled. Vertical lines are 95% intervals; bars
count test images.
"""

import math
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.calibration import Calibration, ReliabilityBin, shown_rows
from cnnbench.reporting.figures.canvas import Canvas, wrapped
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import BLUE, GREY, LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a study."""
    draw_calibration(results.rows(Calibration), results.rows(ReliabilityBin), texts, canvas)


def draw_calibration(
    calibration: list[Calibration], reliability: list[ReliabilityBin], texts: "Texts", canvas: Canvas
) -> None:
    """Draw a reliability diagram for each architecture, with its best recipe on the validation part, seeds pooled.

    Of more than twelve architectures, the twelve that read the test part best are shown. A bar below each diagram
    counts the images of a bin on a log scale; vertical lines are 95 % Wilson intervals.

    Args:
        calibration: the table of calibration.
        reliability: the table of its bins.
        texts: the figure's words.
        canvas: where to draw.
    """
    rows = shown_rows(calibration)
    if not rows:
        return canvas.note(texts("No run was finished."))
    columns = 2 if len(rows) <= 2 else 3 if len(rows) <= 9 else 4
    lines = math.ceil(len(rows) / columns)
    bins = [[one for one in reliability if one.combination == row.combination] for row in rows]
    most = max(one.images for own in bins for one in own)

    def paint(figure: "MatplotlibFigure") -> None:
        panels = figure.subplots(2 * lines, columns, sharex=True, squeeze=False, height_ratios=[3, 1] * lines)
        for position, (row, own) in enumerate(zip(rows, bins, strict=True)):
            line, column = divmod(position, columns)
            diagram, counts = panels[2 * line][column], panels[2 * line + 1][column]
            diagram.set_title(wrapped(row.title, 84 // columns))
            _paint_diagram(diagram, own)
            _paint_counts(counts, own, most)
            if column == 0:
                diagram.set_ylabel(texts("Accuracy (%)"))
                counts.set_ylabel(texts("Images"))
            else:
                diagram.tick_params(labelleft=False)
                counts.tick_params(labelleft=False)
            if position + columns >= len(rows):
                counts.tick_params(labelbottom=True)
                counts.set_xlabel(texts("Confidence (%)"))
        for position in range(len(rows), lines * columns):
            line, column = divmod(position, columns)
            panels[2 * line][column].remove()
            panels[2 * line + 1][column].remove()
        figure.legend(handles=_legend(texts), loc="outside upper left", ncols=3)

    canvas.draw(0.35 + 6.9 / columns * lines, paint)


def _paint_diagram(axes: "Axes", bins: list[ReliabilityBin]) -> None:
    confidence, accuracy = [100 * one.confidence for one in bins], [100 * one.accuracy for one in bins]
    low, high = [100 * one.accuracy_low for one in bins], [100 * one.accuracy_high for one in bins]
    axes.plot([0, 100], [0, 100], color=GREY, linewidth=0.7, linestyle="--", zorder=1)
    axes.vlines(confidence, low, high, color=BLUE, linewidth=0.8)
    axes.plot(confidence, accuracy, "o-", color=BLUE, markersize=3, linewidth=0.7, clip_on=False)
    axes.set(xlim=(0, 100), ylim=(0, 100), xticks=range(0, 101, 25), yticks=range(0, 101, 25))
    axes.grid(axis="both")


def _paint_counts(axes: "Axes", bins: list[ReliabilityBin], most: int) -> None:
    low, width, images = zip(*((100 * one.low, 100 * (one.high - one.low), one.images) for one in bins), strict=True)
    axes.bar(low, images, width=width, align="edge", color=LIGHT, edgecolor=GREY, linewidth=0.4)
    top = 10.0 ** math.ceil(math.log10(most + 1))
    axes.set_yscale("log")
    # From below one, so that a bin of a single image has a bar.
    axes.set_ylim(0.5, top)
    decades = round(math.log10(top))
    ticks = [10**power for power in range(0, decades + 1, max(1, decades - 1))]
    axes.set_yticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()


def _legend(texts: "Texts") -> "list[Line2D | Patch]":
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    return [
        Line2D([], [], color=BLUE, marker="o", markersize=3, label=texts("accuracy, with its 95% interval")),
        Line2D([], [], color=GREY, linestyle="--", linewidth=0.7, label=texts("perfectly calibrated")),
        Patch(facecolor=LIGHT, edgecolor=GREY, linewidth=0.4, label=texts("test images, all seeds")),
    ]


FIGURE = Figure(
    category="Calibration",
    description=__doc__,
    drawn_for=Subject.STUDY,
    reads=(Calibration, ReliabilityBin),
    draw=draw,
)
