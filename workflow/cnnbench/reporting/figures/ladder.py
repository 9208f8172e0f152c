"""What each step of a ladder does to the test accuracy."""

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnbench.analysis.effects import StepEffect, step_effects
from cnnbench.analysis.evidence import comparisons_of
from cnnbench.analysis.resolved import Experiment
from cnnbench.analysis.verdicts import Verdict
from cnnbench.reporting.figures.canvas import BLUE, GREY, INK, VERMILION, draw, draw_note, list_rows
from cnnbench.reporting.format import points_estimate
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.words import verdict_words

_COLOURS: dict[Verdict, str] = {"better": BLUE, "worse": VERMILION}


def draw_ladder(
    ladder: Experiment, runs: pd.DataFrame, comparisons: pd.DataFrame, texts: Texts, style: Path, path: Path
) -> None:
    """Draw one row per step: the paired differences of the seeds as rings, their mean as a dot, its interval as a line.

    Steps that are better than the one before are blue, worse ones vermilion; those that chance may explain are grey.
    """
    effects = step_effects(ladder, runs, comparisons_of(comparisons, ladder))
    if not any(effect.comparison.difference.n for effect in effects):
        return draw_note(path, style, texts("No two neighbouring steps have a finished run with the same seed."))

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        list_rows(axes, [effect.step for effect in effects])
        axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
        for position, effect in enumerate(effects):
            _paint_effect(axes, position, effect, texts)
        axes.set_xlabel(texts("Change in test accuracy against the step before (percentage points)"))

    draw(path, style, 0.75 + 0.36 * len(effects), paint)


def _paint_effect(axes: Axes, position: int, effect: StepEffect, texts: Texts) -> None:
    difference, colour = effect.comparison.difference, _COLOURS.get(effect.comparison.verdict, GREY)
    text = points_estimate(difference) if difference.n else verdict_words(effect.comparison.verdict, texts)
    place: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "va": "center", "annotation_clip": False}
    axes.annotate(text, (1.01, position), color=colour, **place)
    if difference.half_width is not None:
        axes.plot([100 * difference.low, 100 * difference.high], [position] * 2, color=colour, linewidth=1.6)
        axes.plot(100 * difference.mean, position, "o", color=colour, markersize=5)
    seeds = [100 * value for value in effect.differences]
    axes.plot(seeds, [position] * len(seeds), "o", color=INK, markerfacecolor="none", markersize=3.6, zorder=3)
