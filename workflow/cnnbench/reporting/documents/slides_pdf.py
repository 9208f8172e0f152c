"""The slides of a ten-minute talk."""

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from cnnbench.reporting.documents.document import Document

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts

_WIDE = 2.05
"""Width by height of a figure that has the same size beside the words and below them, by the lengths in
slides_pdf.css."""


def write(results: "Results", texts: "Texts", templates: Path, output: Path) -> None:
    """Write the slides as PDF.

    Args:
        results: the results.
        texts: the words of the slides.
        templates: folder with `slides_pdf.html` and what it includes.
        output: the PDF file.

    Raises:
        UserError: a table or figure is missing, some runs were trained on other data than `results.datasets`, or a
            system library for PDF files is missing.
    """
    from cnnbench.reporting.pdf import write_pdf
    from cnnbench.reporting.templates import render, report_date

    today = report_date()
    html = render("slides_pdf", results, texts, templates, today, is_wide=_is_wide)
    write_pdf(html, texts.language, output, today)


def _is_wide(address: str) -> bool:
    """Say whether the figure at a `file:` address is shown larger below the words of a slide than beside them."""
    path = Path(url2pathname(urlsplit(address).path))
    if path.suffix == ".svg":
        box = re.search(r'viewBox="0 0 (\S+) (\S+)"', path.read_text(encoding="utf-8"))
        width, height = (float(side) for side in box.groups()) if box else (1.0, 1.0)
    else:
        from PIL import Image

        with Image.open(path) as image:
            width, height = image.size
    return width > _WIDE * height


DOCUMENT = Document(output="slides.pdf", description=__doc__, write=write)
