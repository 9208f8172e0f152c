"""The mistakes about which the leading architecture and recipe is most confident.

True class → read as, and the confidence.
"""

from typing import TYPE_CHECKING

from cnnbench.analysis.tables.errors import Mistake
from cnnbench.reporting.figures.canvas import Canvas
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.gallery import Exhibit, draw_gallery, reading
from cnnbench.reporting.format import percent
from cnnbench.study.study_file import StudyFile

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cnnbench.data.ink import Ink
    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a study."""
    draw_mistakes(results.rows(Mistake), results.test_images, results.source["ink"], texts, canvas)


def draw_mistakes(
    mistakes: list[Mistake], images: "npt.NDArray[np.uint8]", ink: "Ink", texts: "Texts", canvas: Canvas
) -> None:
    """Draw misread test images with the confidence of the answer.

    Args:
        mistakes: the table of mistakes.
        images: the test images (n, height, width, channels).
        ink: the ink that they have.
        texts: the figure's words.
        canvas: where to draw.
    """
    exhibits = [
        Exhibit(images[row.image], reading(row.true, row.predicted), f"{percent(row.confidence, 1)}%")
        for row in mistakes
    ]
    draw_gallery(exhibits, texts("There is no misread image to show."), ink, canvas)


FIGURE = Figure(
    category="Errors",
    description=__doc__,
    drawn_for=Subject.STUDY,
    reads=(Mistake, StudyFile),
    draw=draw,
    reads_test_images=True,
    suffix=".png",
)
