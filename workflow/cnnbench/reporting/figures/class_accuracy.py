"""How well each class is read."""

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnbench.reporting.figures.canvas import BLUE, LIGHT, ORANGE, draw, draw_note, list_rows
from cnnbench.reporting.texts import Texts


def draw_class_accuracy(accuracies: pd.DataFrame, texts: Texts, style: Path, path: Path) -> None:
    """Draw a row for each class, the worst read first: the leading combination against the range of all.

    Args:
        accuracies: as `analysis/errors/classes.py:class_accuracy` returns it; classes without images are left out.
        texts: the figure's words.
        style: the matplotlib style sheet.
        path: the SVG file.
    """
    known = accuracies[accuracies["support"] > 0].sort_values("accuracy", kind="stable")
    if known.empty:
        return draw_note(path, style, texts("No run was finished."))

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        list_rows(axes, known["class"].tolist())
        if (combinations := int(known["combinations"].iloc[0])) > 1:
            _paint_range(axes, known, combinations, texts)
        places = range(len(known))
        axes.set_xlim(_left(known), 100.5)
        axes.hlines(places, 100 * known["low"], 100 * known["high"], color=BLUE, linewidth=1.2, zorder=3)
        label = texts("first on the leaderboard, with its 95% interval over the test images")
        axes.plot(100 * known["accuracy"], places, "o", color=BLUE, markersize=3.6, zorder=4, label=label)
        axes.set_xlabel(texts("Test images of the class that were read rightly (%)"))
        figure.legend(loc="outside upper center", ncols=2, columnspacing=1.2)

    draw(path, style, 0.95 + 0.17 * len(known), paint)


def _left(known: pd.DataFrame) -> float:
    """Return where the axis begins: a combination that learned nothing may fall off it, to leave the others apart."""
    lowest = 100 * known["low"].min()
    return float(max(min(lowest, 100 * known["worst"].min()), 100 - 2.5 * (100 - lowest), 0) - 0.5)


def _paint_range(axes: Axes, known: pd.DataFrame, combinations: int, texts: Texts) -> None:
    places = range(len(known))
    label = texts.plural(
        "worst to best of {n} architecture and recipe", "worst to best of {n} architectures and recipes", combinations
    )
    axes.hlines(places, 100 * known["worst"], 100 * known["best"], color=LIGHT, linewidth=4, label=label)
    mean = texts("their mean")
    axes.plot(100 * known["mean"], places, "|", color=ORANGE, markersize=6, markeredgewidth=1.6, zorder=2, label=mean)
