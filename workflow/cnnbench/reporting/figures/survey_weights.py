"""How much depends on the survey's weights.

How often each architecture is first over all weightings of the criteria, and how far each weight can move before
another one is first.
"""

from typing import TYPE_CHECKING

from cnnbench.analysis.tables.survey import SurveyedArchitecture, SurveyWeight
from cnnbench.reporting.figures.canvas import Canvas, list_rows
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import BLUE, GREY, INK, LIGHT, ORANGE
from cnnbench.reporting.format import percent
from cnnbench.reporting.labels import criterion_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MatplotlibFigure

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts

_MOST_SHOWN = 8
"""How many architectures the bars show."""
_NAMES = 60
"""Room in points for names left of the axis."""


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a survey."""
    draw_survey_weights(results.frame(SurveyedArchitecture), results.rows(SurveyWeight), texts, canvas)


def draw_survey_weights(ranking: "pd.DataFrame", weights: list[SurveyWeight], texts: "Texts", canvas: Canvas) -> None:
    """Draw how often each architecture is first over all weightings, and how far each weight can move.

    Args:
        ranking: the table of surveyed architectures.
        weights: the table of weights.
        texts: the figure's words.
        canvas: where to draw.
    """
    often = ranking[ranking["exclusion"] == ""].nlargest(_MOST_SHOWN, "first_share")
    often = often[(often["first_share"] > 0) | often["selected"]]
    rows = len(often), len(weights)

    def paint(figure: "MatplotlibFigure") -> None:
        bars, ranges = figure.subplots(2, height_ratios=rows)
        _paint_bars(bars, often)
        bars.set_title(texts("Share of weightings in which each is first (%); candidates in orange"))
        _paint_ranges(ranges, weights, texts)
        ranges.set_title(texts("Weights (%), and how far each can move before another is first"))

    canvas.draw(1.2 + 0.2 * rows[0] + 0.26 * rows[1], paint)


def _paint_bars(axes: "Axes", often: "pd.DataFrame") -> None:
    list_rows(axes, often["architecture"].tolist())
    colours = [ORANGE if selected else BLUE for selected in often["selected"]]
    axes.barh(range(len(often)), 100 * often["first_share"], color=colours, height=0.6)
    for position, share in enumerate(often["first_share"]):
        axes.annotate(
            f"{percent(share, 1)}%", (100 * share, position), xytext=(3, 0), textcoords="offset points", va="center"
        )
    axes.set_xlim(0, min(110 * often["first_share"].max(), 100))


def _paint_ranges(axes: "Axes", weights: list[SurveyWeight], texts: "Texts") -> None:
    list_rows(axes, [criterion_words(row.criterion, texts) for row in weights])
    for position, row in enumerate(weights):
        low, high = 100 * row.low, 100 * row.high
        axes.plot([0, 100], [position] * 2, color=LIGHT, linewidth=1)
        axes.plot([low, high], [position] * 2, color=BLUE, linewidth=3, solid_capstyle="butt")
        axes.plot(100 * row.weight, position, "o", color=INK, markersize=4, zorder=3)
        for place, name, align, shift in ((low, row.first_below, "right", -3), (high, row.first_above, "left", 3)):
            if name:
                axes.annotate(
                    name, (place, position), xytext=(shift, 0), textcoords="offset points", va="center", ha=align,
                    color=GREY,
                )  # fmt: skip
    axes.set_xlim(0, 100)
    # The names of those who would be first may stand left of the axis.
    axes.tick_params(axis="y", pad=_NAMES)


FIGURE = Figure(
    category="Survey",
    description=__doc__,
    drawn_for=Subject.SURVEY,
    reads=(SurveyedArchitecture, SurveyWeight),
    draw=draw,
)
