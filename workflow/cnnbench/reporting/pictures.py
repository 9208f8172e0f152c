"""Small pictures of a report's pages, for the README."""

from collections.abc import Sequence
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image

from cnnbench.errors import UserError
from cnnbench.files import write_atomically

WIDTH = 560
"""Width of a picture in pixels."""


def draw_pictures(report: Path, pages: Sequence[int], folder: Path) -> list[Path]:
    """Draw pages of a PDF as `report-1.webp`, `report-2.webp`, … into `folder`, and return the files.

    Raises:
        UserError: the report is missing or has no such page.
    """
    if not report.is_file():
        raise UserError(f"{report} is missing: `make report` makes it")
    with pdfium.PdfDocument(report) as document:
        for number in pages:
            if not 1 <= number <= len(document):
                raise UserError(f"{report} has no page {number}: it has pages 1 to {len(document)}")
        pictures = [_picture(document[number - 1]) for number in pages]
    files = []
    for position, picture in enumerate(pictures, start=1):
        path = folder / f"report-{position}.webp"
        with write_atomically(path) as temporary:
            picture.save(temporary, quality=82, method=6)
        files.append(path)
    return files


def _picture(page: pdfium.PdfPage) -> Image.Image:
    """Return a page with a thin frame, which shows where white paper ends on a white screen."""
    scale = 2 * WIDTH / page.get_width()  # drawn twice as large and made smaller: the small letters stay legible
    drawn = page.render(scale=scale).to_pil().convert("RGB")
    paper = drawn.resize((WIDTH - 2, round((WIDTH - 2) * drawn.height / drawn.width)), Image.Resampling.LANCZOS)
    framed = Image.new("RGB", (paper.width + 2, paper.height + 2), "#d9dfe3")
    framed.paste(paper, (1, 1))
    return framed
