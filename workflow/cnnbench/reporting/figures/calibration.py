"""How often networks are right against how sure they are."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from cnnbench.analysis.calibration import shown_rows
from cnnbench.reporting.figures.canvas import BLUE, GREY, LIGHT, draw, draw_note, wrapped
from cnnbench.reporting.texts import Texts


def draw_calibration(
    calibration: pd.DataFrame, reliability: pd.DataFrame, texts: Texts, style: Path, path: Path
) -> None:
    """Draw a reliability diagram for each architecture, with its best recipe on the validation part, seeds pooled.

    Of more than twelve architectures, the twelve that read the test part best are shown. A bar below each diagram
    counts the images of a bin on a log scale; vertical lines are 95 % Wilson intervals.
    """
    rows = shown_rows(calibration)
    if rows.empty:
        return draw_note(path, style, texts("No run was finished."))
    columns = 2 if len(rows) <= 2 else 3 if len(rows) <= 9 else 4
    lines = math.ceil(len(rows) / columns)
    bins = [
        reliability[
            (reliability["architecture"] == row["architecture"]) & (reliability["recipe_hash"] == row["recipe_hash"])
        ]
        for row in rows.to_dict("records")
    ]
    most = max(int(own["images"].max()) for own in bins)

    def paint(figure: Figure) -> None:
        panels = figure.subplots(2 * lines, columns, sharex=True, squeeze=False, height_ratios=[3, 1] * lines)
        for position, (title, own) in enumerate(zip(rows["title"], bins, strict=True)):
            line, column = divmod(position, columns)
            diagram, counts = panels[2 * line][column], panels[2 * line + 1][column]
            diagram.set_title(wrapped(str(title), 84 // columns))
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

    draw(path, style, 0.35 + 6.9 / columns * lines, paint)


def _paint_diagram(axes: Axes, bins: pd.DataFrame) -> None:
    confidence, accuracy = 100 * bins["confidence"], 100 * bins["accuracy"]
    axes.plot([0, 100], [0, 100], color=GREY, linewidth=0.7, linestyle="--", zorder=1)
    axes.vlines(confidence, 100 * bins["accuracy_low"], 100 * bins["accuracy_high"], color=BLUE, linewidth=0.8)
    axes.plot(confidence, accuracy, "o-", color=BLUE, markersize=3, linewidth=0.7, clip_on=False)
    axes.set(xlim=(0, 100), ylim=(0, 100), xticks=range(0, 101, 25), yticks=range(0, 101, 25))
    axes.grid(axis="both")


def _paint_counts(axes: Axes, bins: pd.DataFrame, most: int) -> None:
    width = 100 * (bins["high"] - bins["low"])
    axes.bar(100 * bins["low"], bins["images"], width=width, align="edge", color=LIGHT, edgecolor=GREY, linewidth=0.4)
    top = 10.0 ** math.ceil(math.log10(most + 1))
    axes.set_yscale("log")
    # From below one, so that a bin of a single image has a bar.
    axes.set_ylim(0.5, top)
    decades = round(math.log10(top))
    ticks = 10 ** np.arange(0, decades + 1, max(1, decades - 1))
    axes.set_yticks(ticks, [f"{tick:,}" for tick in ticks])
    axes.minorticks_off()


def _legend(texts: Texts) -> list[Line2D | Patch]:
    return [
        Line2D([], [], color=BLUE, marker="o", markersize=3, label=texts("right, with the 95% interval")),
        Line2D([], [], color=GREY, linestyle="--", linewidth=0.7, label=texts("as sure as right")),
        Patch(facecolor=LIGHT, edgecolor=GREY, linewidth=0.4, label=texts("test images, all seeds")),
    ]
