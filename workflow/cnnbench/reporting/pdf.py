"""From HTML to PDF: tagged for screen readers, with fixed dates so that the same document has the same bytes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path

from cnnbench.errors import UserError
from cnnbench.provenance import write_recorded
from cnnbench.reporting.attachments import AttachedFile
from cnnbench.reporting.line_breaking import keep_words_whole

VARIANT = "pdf/ua-1"
"""Accessible PDF: tags, alternative texts, language and title, as ISO 14289-1 wants them."""


def write_pdf(html: str, language: str, output: Path, today: date, attachments: Iterable[AttachedFile] = ()) -> None:
    """Write an HTML document, whose addresses are all absolute, as PDF.

    Args:
        html: the document.
        language: what it is written in.
        output: the PDF file.
        today: date of the attachments.
        attachments: files to put into it.

    Raises:
        UserError: a system library for PDF files is missing.
    """
    try:
        from weasyprint import HTML, Attachment
    except OSError as error:
        raise UserError(
            f"a system library for writing PDF files is missing: {error}\n"
            "On Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from None
    moment = datetime.combine(today, time(tzinfo=UTC))
    attached = [
        Attachment(
            string=file.content,
            name=file.name,
            description=file.description,
            created=moment,
            modified=moment,
            relationship="Source",
        )
        for file in attachments
    ]
    if language == "ko":
        html = keep_words_whole(html)
    with write_recorded(output) as temporary:
        HTML(string=html).write_pdf(temporary, pdf_variant=VARIANT, attachments=attached)
