"""Test images that every network misreads.

True class → the most frequent answer, and how many networks give it.
"""

from typing import TYPE_CHECKING

from cnnbench.analysis.tables.errors import HardestImage
from cnnbench.reporting.figures.canvas import Canvas
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.gallery import Exhibit, draw_gallery, reading
from cnnbench.study.study_file import StudyFile

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from cnnbench.data.ink import Ink
    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts


def draw(results: "Results", subject: str, texts: "Texts", canvas: Canvas) -> None:
    """Draw the figure of a study."""
    draw_hardest_images(results.rows(HardestImage), results.test_images, results.source["ink"], texts, canvas)


def draw_hardest_images(
    hardest: list[HardestImage], images: "npt.NDArray[np.uint8]", ink: "Ink", texts: "Texts", canvas: Canvas
) -> None:
    """Draw test images with the most frequent answer and the number of networks that give it.

    Args:
        hardest: the table of images.
        images: the test images (n, height, width, channels).
        ink: the ink that they have.
        texts: the figure's words.
        canvas: where to draw.
    """
    exhibits = [
        Exhibit(
            images[row.image],
            reading(row.true, row.predicted),
            texts("{agreeing} of {networks}", agreeing=row.agreeing, networks=row.networks),
        )
        for row in hardest
    ]
    draw_gallery(exhibits, texts("There is no image that every network misreads."), ink, canvas)


FIGURE = Figure(
    category="Errors",
    description=__doc__,
    drawn_for=Subject.STUDY,
    reads=(HardestImage, StudyFile),
    draw=draw,
    reads_test_images=True,
    suffix=".png",
)
