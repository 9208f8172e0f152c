"""How far architectures and recipes agree.

How often each two give the same answer, and how many of their mistakes they share.
"""

from typing import TYPE_CHECKING

from cnnbench.analysis.tables.errors import Agreement
from cnnbench.reporting.figures.canvas import Canvas, shortened, wrapped
from cnnbench.reporting.figures.cells import band_patches, frame_cells, paint_bands
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import INK
from cnnbench.reporting.format import percent

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    import numpy as np
    import numpy.typing as npt
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts

    Matrix: TypeAlias = npt.NDArray[np.float64]

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


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a study."""
    draw_agreement(results.rows(Agreement), texts, canvas)


def draw_agreement(pairs: list[Agreement], texts: "Texts", canvas: Canvas) -> None:
    """Draw a square of all combinations: below the diagonal what two read alike, above it the mistakes that both make.

    Args:
        pairs: the table of agreement.
        texts: the figure's words.
        canvas: where to draw.
    """
    names = _names(pairs)
    if len(names) < 2:
        return canvas.note(texts("There are no two architectures or recipes with finished runs to compare."))
    same, overlap = _triangles(pairs, list(names))
    few = len(names) <= _NUMBERS_UP_TO
    labels = [
        wrapped(f"{rank}  {name}", 30) if few else f"{rank}  {shortened(name, 56)}" for rank, name in names.items()
    ]

    def paint(figure: "MatplotlibFigure") -> None:
        axes = figure.subplots()
        size = min(max(260 / len(names), 4.8), 7.5)
        axes.set_yticks(range(len(names)), labels, fontsize=size)
        axes.set_xticks(range(len(names)), map(str, names), fontsize=size, rotation=0 if few else 90)
        axes.xaxis.tick_top()
        frame_cells(axes, len(names))
        _paint(axes, same, _SAME)
        _paint(axes, overlap, _OVERLAP)
        layout = {"ncols": 8, "columnspacing": 0.9, "handlelength": 1.0, "alignment": "left"}
        figure.legend(
            handles=band_patches(_edges(overlap), _OVERLAP),
            title=texts(
                "Above the diagonal: of the images that at least one of the two misreads, the share that both misread"
            ),
            loc="outside upper left",
            **layout,
        )
        figure.legend(
            handles=band_patches(_edges(same), _SAME),
            title=texts(
                "Below the diagonal: share of the test images that both read alike; on it: two seeds of the same row"
            ),
            loc="outside lower left",
            **layout,
        )

    canvas.draw(1.3 + min(0.36 * max(len(names), _LEAST), _LARGEST), paint)


def _names(pairs: "Sequence[Agreement]") -> dict[int, str]:
    """Return the name of each combination by its rank, the first rank first."""
    firsts = {(pair.first_rank, pair.first_name) for pair in pairs}
    return dict(sorted(firsts | {(pair.second_rank, pair.second_name) for pair in pairs}))


def _triangles(pairs: "Sequence[Agreement]", ranks: list[int]) -> "tuple[Matrix, Matrix]":
    """Return the shares of same answers at and below the diagonal, and of common mistakes above it; NaN elsewhere."""
    import numpy as np

    same, overlap = np.full((2, len(ranks), len(ranks)), np.nan)
    places = {rank: place for place, rank in enumerate(ranks)}
    for pair in pairs:
        first, second = places[pair.first_rank], places[pair.second_rank]
        same[second, first] = pair.same
        if first != second:
            overlap[first, second] = pair.overlap
    return same, overlap


def _edges(shares: "Matrix") -> list[float]:
    """Return round bounds of some bands that hold all `shares`."""
    import numpy as np
    from matplotlib.ticker import MaxNLocator

    known = shares[~np.isnan(shares)]
    low, high = (known.min(), known.max()) if len(known) else (0.0, 1.0)
    bounds = MaxNLocator(nbins=_BANDS, steps=[1, 2, 5, 10]).tick_values(min(low, high - _BANDS * _NARROWEST), high)
    first, *others = np.clip(bounds, 0, 1).round(3).tolist()
    return [first, *sorted({edge for edge in others if edge > first})]


def _paint(axes: "Axes", shares: "Matrix", colours: str) -> None:
    import numpy as np

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


FIGURE = Figure(
    category="Errors",
    description=__doc__,
    drawn_for=Subject.STUDY,
    reads=(Agreement,),
    draw=draw,
)
