"""How far the networks of a study agree, and whether they make the same mistakes."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cnnbench.reporting.figures.canvas import INK, draw, draw_note, shortened, wrapped
from cnnbench.reporting.figures.cells import band_patches, frame_cells, paint_bands
from cnnbench.reporting.format import percent
from cnnbench.reporting.texts import Texts

_SAME, _OVERLAP = "Blues", "Oranges"
_NUMBERS_UP_TO = 14
"""With more combinations the cells are too small for numbers."""
_LEAST = 4
"""Cells that the height is laid out for, however few there are."""
_LARGEST = 4.8
"""Side in inches of the square: the names beside it need the rest of the page's width."""
_NARROWEST = 0.001
"""Width of a band of one colour: a tenth of a point."""
_BANDS = 6

_Matrix = npt.NDArray[np.float64]


def draw_agreement(agreement: pd.DataFrame, texts: Texts, style: Path, path: Path) -> None:
    """Draw a square of all combinations: below the diagonal what two read alike, above it the mistakes that both make.

    Args:
        agreement: as `analysis/errors/agreement.py:agreement` returns it.
        texts: the figure's words.
        style: the matplotlib style sheet.
        path: the SVG file.
    """
    names = _names(agreement)
    if len(names) < 2:
        return draw_note(path, style, texts("There are no two architectures or recipes with finished runs to compare."))
    same, overlap = _triangles(agreement, list(names))
    few = len(names) <= _NUMBERS_UP_TO
    labels = [
        wrapped(f"{rank}  {name}", 30) if few else f"{rank}  {shortened(name, 56)}" for rank, name in names.items()
    ]

    def paint(figure: Figure) -> None:
        axes = figure.subplots()
        size = float(np.clip(260 / len(names), 4.8, 7.5))
        axes.set_yticks(range(len(names)), labels, fontsize=size)
        axes.set_xticks(range(len(names)), map(str, names), fontsize=size, rotation=0 if few else 90)
        axes.xaxis.tick_top()
        frame_cells(axes, len(names))
        _paint(axes, same, _SAME)
        _paint(axes, overlap, _OVERLAP)
        layout = {"ncols": 8, "columnspacing": 0.9, "handlelength": 1.0, "alignment": "left"}
        figure.legend(
            handles=band_patches(_edges(overlap), _OVERLAP),
            title=texts("Above the diagonal: of the images that one of two misreads at least, those that both misread"),
            loc="outside upper left",
            **layout,
        )
        figure.legend(
            handles=band_patches(_edges(same), _SAME),
            title=texts("Below the diagonal: test images to which both give the same class; on it: two seeds of one"),
            loc="outside lower left",
            **layout,
        )

    draw(path, style, 1.3 + min(0.36 * max(len(names), _LEAST), _LARGEST), paint)


def _names(agreement: pd.DataFrame) -> dict[int, str]:
    """Return the name of each combination by its rank, the first rank first."""
    sides = [agreement[[f"{side}_rank", f"{side}_name"]].itertuples(index=False) for side in ("first", "second")]
    return dict(sorted({(int(rank), str(name)) for side in sides for rank, name in side}))


def _triangles(agreement: pd.DataFrame, ranks: list[int]) -> tuple[_Matrix, _Matrix]:
    """Return the shares of same answers at and below the diagonal, and of common mistakes above it; NaN elsewhere."""
    same, overlap = np.full((2, len(ranks), len(ranks)), np.nan)
    places = {rank: place for place, rank in enumerate(ranks)}
    for pair in agreement.to_dict("records"):
        first, second = places[pair["first_rank"]], places[pair["second_rank"]]
        same[second, first] = pair["same"]
        if first != second:
            overlap[first, second] = pair["overlap"]
    return same, overlap


def _edges(shares: _Matrix) -> list[float]:
    """Return round bounds of some bands that hold all `shares`."""
    known = shares[~np.isnan(shares)]
    low, high = (known.min(), known.max()) if len(known) else (0.0, 1.0)
    bounds = MaxNLocator(nbins=_BANDS, steps=[1, 2, 5, 10]).tick_values(min(low, high - _BANDS * _NARROWEST), high)
    first, *others = np.clip(bounds, 0, 1).round(3).tolist()
    return [first, *sorted({edge for edge in others if edge > first})]


def _paint(axes: Axes, shares: _Matrix, colours: str) -> None:
    edges = _edges(shares)
    # Bands hold their upper bounds; the first one is to hold its lower one as well.
    paint_bands(axes, shares, [edges[0] - 1e-9, *edges[1:]], colours)
    if len(shares) > _NUMBERS_UP_TO:
        return
    dark = edges[len(edges) // 2]
    for row, column in np.argwhere(~np.isnan(shares)):
        share = shares[row, column]
        colour = "white" if share > dark else INK
        axes.text(column, row, percent(share, 1), ha="center", va="center", color=colour, fontsize="small")
