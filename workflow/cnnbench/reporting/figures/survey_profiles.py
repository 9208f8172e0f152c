"""Known architectures by their published figures, normalised.

Candidates are coloured.
"""

from typing import TYPE_CHECKING

from cnnbench.analysis.tables.survey import SurveyedArchitecture
from cnnbench.reporting.figures.canvas import Canvas
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.palette import LIGHT
from cnnbench.reporting.labels import criterion_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as MatplotlibFigure

    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts

_NORMALISED = "normalised_"
"""What the name of a criterion's column begins with."""


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a survey."""
    draw_survey_profiles(results.frame(SurveyedArchitecture), texts, canvas)


def draw_survey_profiles(ranking: "pd.DataFrame", texts: "Texts", canvas: Canvas) -> None:
    """Draw one line per ranked architecture over the normalised criteria and the score; candidates are coloured.

    Args:
        ranking: the table of surveyed architectures.
        texts: the figure's words.
        canvas: where to draw.
    """
    criteria = [name.removeprefix(_NORMALISED) for name in ranking.columns if name.startswith(_NORMALISED)]
    columns = [*(f"{_NORMALISED}{criterion}" for criterion in criteria), "score"]
    ranked = ranking[ranking["exclusion"] == ""]

    def paint(figure: "MatplotlibFigure") -> None:
        axes = figure.subplots()
        places = range(len(columns))
        for row in ranked[~ranked["selected"]].to_dict("records"):
            axes.plot(places, [row[column] for column in columns], color=LIGHT, linewidth=0.8)
        for row in ranked[ranked["selected"]].to_dict("records"):
            profile = [row[column] for column in columns]
            axes.plot(places, profile, marker="o", markersize=4, linewidth=1.8, label=row["architecture"])
        axes.set_xticks(places, [*(criterion_words(criterion, texts) for criterion in criteria), texts("score")])
        axes.grid(axis="x")
        axes.set_ylabel(texts("Normalised: higher is better"))
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=4)

    canvas.draw(3.1, paint)


FIGURE = Figure(
    category="Survey",
    description=__doc__,
    drawn_for=Subject.SURVEY,
    reads=(SurveyedArchitecture,),
    draw=draw,
)
