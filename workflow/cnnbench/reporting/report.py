"""The report on paper: one PDF file, with the config and the tables attached."""

import sys
from pathlib import Path

from cnnbench.reporting.attachments import attached_files
from cnnbench.reporting.fonts import characters_without_font
from cnnbench.reporting.pdf import write_pdf
from cnnbench.reporting.sources import Sources
from cnnbench.reporting.templates import render, report_date
from cnnbench.reporting.texts import Texts


def write_report(sources: Sources, texts: Texts, templates: Path, output: Path) -> None:
    """Write the report as PDF.

    Args:
        sources: the results.
        texts: the report's words.
        templates: folder with `paper.html` and what it includes.
        output: the PDF file.

    Raises:
        UserError: a figure is missing, some runs were trained on other data than `sources.dataset`, or a system library
            for PDF files is missing.
    """
    today = report_date()
    html = render("paper.html", sources, texts, templates, today)
    _warn_of_characters_without_font(html)
    write_pdf(html, texts.language, output, today, attached_files(sources, texts))


def _warn_of_characters_without_font(html: str) -> None:
    """Name what would be blank or a box on paper; it is the user's own text, and no reason to lose a study's hours."""
    lacking = characters_without_font(html)
    if lacking:
        listed = ", ".join(f"{character} (U+{ord(character):04X})" for character in lacking)
        print(f"warning: no font of the report has these characters: {listed}", file=sys.stderr)
