"""What the survey compares, and how much hangs on its weights."""

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnbench.reporting.figures.canvas import BLUE, GREY, INK, LIGHT, ORANGE, draw, list_rows
from cnnbench.reporting.format import percent
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.words import criterion_words

MOST = 8
"""How many architectures the bars show."""


def draw_survey_profiles(ranking: pd.DataFrame, weights: pd.DataFrame, texts: Texts, style: Path, path: Path) -> None:
    """Draw a line for each architecture over the normalised criteria; those of the candidates are coloured."""
    criteria, ranked = list(weights["criterion"]), ranking[ranking["excluded"] == ""]
    columns = [f"normalised_{criterion}" for criterion in criteria]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        places = np.arange(len(columns) + 1)
        for row in ranked[~ranked["selected"]].to_dict("records"):
            axes.plot(places, [row[column] for column in [*columns, "score"]], color=LIGHT, linewidth=0.8)
        for row in ranked[ranked["selected"]].to_dict("records"):
            axes.plot(
                places, [row[column] for column in [*columns, "score"]], marker="o", markersize=4, linewidth=1.8,
                label=row["architecture"],
            )  # fmt: skip
        axes.set_xticks(places, [*(criterion_words(criterion, texts) for criterion in criteria), texts("score")])
        axes.grid(axis="x")
        axes.set_ylabel(texts("Normalised: higher is better"))
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4)

    draw(path, style, 3.1, paint)


def draw_survey_weights(ranking: pd.DataFrame, weights: pd.DataFrame, texts: Texts, style: Path, path: Path) -> None:
    """Draw how often each architecture is first over all weightings, and how far each weight can move."""
    often = ranking[ranking["excluded"] == ""].nlargest(MOST, "first_share")
    often = often[(often["first_share"] > 0) | often["selected"]]
    rows = len(often), len(weights)

    def paint(figure: Figure) -> None:
        bars, ranges = figure.subplots(2, height_ratios=rows)
        list_rows(bars, often["architecture"].tolist())
        colours = [ORANGE if selected else BLUE for selected in often["selected"]]
        bars.barh(range(rows[0]), 100 * often["first_share"], color=colours, height=0.6)
        for position, share in enumerate(often["first_share"]):
            bars.annotate(
                f"{percent(share, 1)}%", (100 * share, position), xytext=(3, 0), textcoords="offset points", va="center"
            )
        bars.margins(x=0.1)
        bars.set_title(texts("First in how many of all weightings (%); candidates in orange"))
        _paint_ranges(ranges, weights, texts)
        ranges.set_title(texts("Weights (%), and how far each can move before another is first"))

    draw(path, style, 1.2 + 0.2 * rows[0] + 0.26 * rows[1], paint)


def _paint_ranges(axes: Axes, weights: pd.DataFrame, texts: Texts) -> None:
    list_rows(axes, [criterion_words(criterion, texts) for criterion in weights["criterion"]])
    for position, row in enumerate(weights.to_dict("records")):
        low, high = 100 * row["low"], 100 * row["high"]
        axes.plot([0, 100], [position] * 2, color=LIGHT, linewidth=1)
        axes.plot([low, high], [position] * 2, color=BLUE, linewidth=3, solid_capstyle="butt")
        axes.plot(100 * row["weight"], position, "o", color=INK, markersize=4, zorder=3)
        for place, name, align, shift in (
            (low, row["first_below"], "right", -3),
            (high, row["first_above"], "left", 3),
        ):
            if name:
                axes.annotate(
                    name, (place, position), xytext=(shift, 0), textcoords="offset points", va="center", ha=align,
                    color=GREY,
                )  # fmt: skip
    # Room at both ends for the names of those who would be first.
    axes.set_xlim(-22, 122)
    axes.set_xticks(range(0, 101, 20))
