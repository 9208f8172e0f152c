"""The report as PDF.

Findings, leaderboard, experiments, errors, and everything that is needed to repeat the study. The config and the main
tables are attached.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cnnbench.reporting.documents.document import Document

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts


def write(results: "Results", texts: "Texts", templates: Path, output: Path) -> None:
    """Write the report as PDF.

    Args:
        results: the results.
        texts: the report's words.
        templates: folder with `report_pdf.html` and what it includes.
        output: the PDF file.

    Raises:
        UserError: a table or figure is missing, some runs were trained on other data than `results.datasets`, or a
            system library for PDF files is missing.
    """
    from cnnbench.reporting.attachments import attached_files
    from cnnbench.reporting.pdf import write_pdf
    from cnnbench.reporting.templates import render, report_date

    today = report_date()
    html = render("report_pdf", results, texts, templates, today)
    _warn_of_characters_without_font(html)
    write_pdf(html, texts.language, output, today, attached_files(results, texts))


def _warn_of_characters_without_font(html: str) -> None:
    """Name what would be blank or a box on paper; it is the user's own text, and no reason to lose a study's hours."""
    from cnnbench.reporting.fonts import characters_without_font

    lacking = characters_without_font(html)
    if lacking:
        listed = ", ".join(f"{character} (U+{ord(character):04X})" for character in lacking)
        print(f"warning: no font of the report has these characters: {listed}", file=sys.stderr)


DOCUMENT = Document(
    output="report.pdf",
    description=__doc__,
    write=write,
)
