"""The slides of a ten-minute talk, as PDF."""

from pathlib import Path

from cnnbench.reporting.pdf import write_pdf
from cnnbench.reporting.sources import Sources
from cnnbench.reporting.templates import render, report_date
from cnnbench.reporting.texts import Texts


def write_slides(sources: Sources, texts: Texts, templates: Path, output: Path) -> None:
    """Write the slides as PDF.

    Args:
        sources: the results.
        texts: the words of the slides.
        templates: folder with `slides.html` and what it includes.
        output: the PDF file.

    Raises:
        UserError: a figure is missing, some runs were trained on other data than `sources.dataset`, or a system library
            for PDF files is missing.
    """
    today = report_date()
    figures = {path.stem: path.resolve().as_uri() for path in _figures(sources)}
    write_pdf(render("slides.html", sources, texts, templates, today, figures=figures), output, today)


def _figures(sources: Sources) -> list[Path]:
    """Return the figures about the study as a whole that are there."""
    names = ("mistakes.png", "agreement.svg", "costs.svg", "calibration.svg")
    return [path for name in names if (path := sources.figures / name).is_file()]
