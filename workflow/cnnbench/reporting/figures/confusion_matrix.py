"""Which characters the leading network takes for which."""

from itertools import pairwise
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path as Outline

from cnnbench.analysis.confusion import row_shares
from cnnbench.reporting.figures.canvas import GREY, INK, LIGHT, WIDTH, draw

_EDGES = [0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0]
"""Bounds of the shares that get one colour: fine where confusions are, coarse where the diagonal is."""
_NUMBERS_UP_TO = 16
"""With more classes the cells are too small for numbers."""


def draw_confusion_matrix(matrix: pd.DataFrame, title: str, style: Path, path: Path) -> None:
    """Draw the counts `matrix` (true classes as rows), each row as shares of its images.

    Cells of one colour are one path: with 62 classes it stays a small vector graphic.
    """
    shares = row_shares(matrix).to_numpy()
    names = [name if len(name) <= 14 else f"{name[:13]}…" for name in map(str, matrix.index)]
    colours = [matplotlib.colormaps["Blues"](level) for level in np.linspace(0.1, 0.95, len(_EDGES) - 1)]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        for (low, high), colour in zip(pairwise(_EDGES), colours, strict=True):
            _paint_cells(axes, np.argwhere((shares > low) & (shares <= high)), colour)
        _label(axes, names)
        if len(names) <= _NUMBERS_UP_TO:
            _write_shares(axes, shares)
        axes.set_title(title)
        bounds = [f"{100 * low:g}\N{EN DASH}{100 * high:g}%" for low, high in pairwise(_EDGES)]
        patches = [Patch(color=colour, label=bound) for colour, bound in zip(colours, bounds, strict=True)]
        figure.legend(handles=patches, loc="outside lower center", ncols=8, columnspacing=0.9, handlelength=1.0)

    draw(path, style, float(np.clip(1.0 + 0.4 * len(names), 3, WIDTH)) + 0.45, paint)


def _paint_cells(axes: Axes, cells: "np.ndarray[tuple[int, int], np.dtype[np.intp]]", colour: object) -> None:
    if len(cells):
        unit = Outline.unit_rectangle()
        squares = [np.asarray(unit.vertices) + np.array([column - 0.5, row - 0.5]) for row, column in cells]
        codes = np.tile(np.asarray(unit.codes), len(cells))
        axes.add_patch(PathPatch(Outline(np.concatenate(squares), codes), facecolor=colour, linewidth=0))


def _label(axes: Axes, names: list[str]) -> None:
    size = float(np.clip(300 / len(names), 4.8, 8))
    long = max(map(len, names)) > 3
    axes.set_xticks(range(len(names)), names, fontsize=size, rotation=90 if long else 0)
    axes.set_yticks(range(len(names)), names, fontsize=size)
    axes.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(names) - 0.5, -0.5), aspect="equal")
    axes.set(xlabel="Read as", ylabel="True class")
    axes.tick_params(length=0, pad=2)
    for spine in axes.spines.values():
        spine.set(visible=True, color=LIGHT)
    for edge in np.arange(0.5, len(names) - 1):
        axes.axhline(edge, color=LIGHT, linewidth=0.2, zorder=0)
        axes.axvline(edge, color=LIGHT, linewidth=0.2, zorder=0)


def _write_shares(axes: Axes, shares: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> None:
    for row, column in np.argwhere(shares > 0):
        share = shares[row, column]
        colour = "white" if share > 0.2 else INK if share > 0.005 else GREY
        text = f"{100 * share:.1f}"
        axes.text(column, row, text, ha="center", va="center", color=colour, fontsize="small")
