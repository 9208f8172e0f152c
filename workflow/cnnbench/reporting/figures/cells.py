"""Matrices of coloured cells as small vector graphics."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cnnbench.reporting.figures.palette import LIGHT

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.patches import Patch


def band_colours(edges: Sequence[float], colour_map: str) -> list[Any]:
    """Return a colour for each band between two `edges`, from light to dark."""
    import matplotlib
    import numpy as np

    return [matplotlib.colormaps[colour_map](level) for level in np.linspace(0.1, 0.95, len(edges) - 1)]


def paint_bands(axes: "Axes", shares: "npt.NDArray[np.float64]", edges: Sequence[float], colour_map: str) -> None:
    """Paint the cells of a matrix of shares: one colour for all between two `edges`, the upper one included.

    Cells of one colour are one path: with 62 rows it stays a small vector graphic. NaN stays white.
    """
    import numpy as np

    for (low, high), colour in zip(pairwise(edges), band_colours(edges, colour_map), strict=True):
        _paint(axes, np.argwhere((shares > low) & (shares <= high)), colour)


def band_patches(edges: Sequence[float], colour_map: str) -> "list[Patch]":
    """Return what a legend says of `paint_bands`: `1–2%`."""
    from matplotlib.patches import Patch

    bounds = [f"{100 * low:g}\N{EN DASH}{100 * high:g}%" for low, high in pairwise(edges)]
    return [
        Patch(color=colour, label=bound) for colour, bound in zip(band_colours(edges, colour_map), bounds, strict=True)
    ]


def frame_cells(axes: "Axes", rows: int) -> None:
    """Draw hairlines between the cells of a square matrix, and a frame around it."""
    import numpy as np

    axes.set(xlim=(-0.5, rows - 0.5), ylim=(rows - 0.5, -0.5), aspect="equal")
    axes.tick_params(length=0, pad=2)
    for spine in axes.spines.values():
        spine.set(visible=True, color=LIGHT)
    for edge in np.arange(0.5, rows - 1):
        axes.axhline(edge, color=LIGHT, linewidth=0.2, zorder=0)
        axes.axvline(edge, color=LIGHT, linewidth=0.2, zorder=0)


def _paint(axes: "Axes", cells: "npt.NDArray[np.intp]", colour: Any) -> None:
    import numpy as np
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    if len(cells):
        unit = Outline.unit_rectangle()
        squares = [np.asarray(unit.vertices) + np.array([column - 0.5, row - 0.5]) for row, column in cells]
        codes = np.tile(np.asarray(unit.codes), len(cells))
        axes.add_patch(PathPatch(Outline(np.concatenate(squares), codes), facecolor=colour, linewidth=0))
