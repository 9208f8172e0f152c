"""The report as one HTML page.

Tables sort and filter, figures open in full size; the file holds all it needs.
"""

import base64
import hashlib
import html as markup
import mimetypes
import re
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from cnnbench.provenance import write_recorded
from cnnbench.reporting.documents.document import Document

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts

_POLICY = 'content="CONTENT-SECURITY-POLICY"'
"""Stands in the template where the policy goes: it names the checksums of what the finished page holds."""
_FONT = re.compile(r'url\("(?P<address>file:[^"]+)"\)')
_IMAGE = re.compile(r'src="(?P<address>file:[^"]+)"')
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)


def write(results: "Results", texts: "Texts", templates: Path, output: Path) -> None:
    """Write the report as one HTML file.

    Args:
        results: the results.
        texts: the report's words.
        templates: folder with `report_html.html` and what it includes.
        output: the HTML file.

    Raises:
        UserError: a table or figure is missing, or some runs were trained on other data than `results.datasets`.
    """
    from cnnbench.reporting.templates import render, report_date

    page = _with_scrolling_tables(render("report_html", results, texts, templates, report_date()))
    with write_recorded(output) as temporary:
        temporary.write_text(_with_policy(self_contained(page)), encoding="utf-8")


def self_contained(html: str) -> str:
    """Put every image and font into the page that it names by a `file:` address.

    Fonts are cut down to the page's characters: a system's own font shows what a reader types beyond them.
    """
    characters = "".join(sorted(set(markup.unescape(html)) | set("0123456789")))
    html = _FONT.sub(lambda match: f'url("{_data_address(_subset(_path(match), characters), "font/woff")}")', html)
    return _IMAGE.sub(lambda match: f'src="{_image_address(_path(match))}"', html)


def _with_scrolling_tables(html: str) -> str:
    """Give each table a box of its own, in which one that is wider than the screen can be moved."""
    return _TABLE.sub(lambda match: f'<div class="scroll">{match[0]}</div>', html)


def _with_policy(html: str) -> str:
    """Forbid the page to load anything, and to run or style by anything but its own script and style sheets."""
    scripts, styles = _checksums("script", html), _checksums("style", html)
    policy = (
        f"default-src 'none'; img-src data:; font-src data:; script-src {scripts}; style-src {styles};"
        " base-uri 'none'; form-action 'none'"
    )
    return html.replace(_POLICY, f'content="{policy}"', 1)


def _checksums(element: str, html: str) -> str:
    contents = re.findall(rf"<{element}>(.*?)</{element}>", html, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() for content in contents]
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"


def _path(match: re.Match[str]) -> Path:
    return Path(url2pathname(urlsplit(markup.unescape(match["address"])).path))


def _image_address(path: Path) -> str:
    return _data_address(path.read_bytes(), mimetypes.guess_type(path.name)[0] or "application/octet-stream")


def _data_address(content: bytes, media_type: str) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def _subset(font: Path, characters: str) -> bytes:
    """Return a font with the glyphs of some characters only, as WOFF."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options(layout_features=["kern", "mark", "ccmp"], hinting=False, notdef_outline=True)
    # Dates of FontForge, and sources of hints that fontTools would drop with a warning.
    options.drop_tables += ["FFTM", "TSI0", "TSI1", "TSI2", "TSI3", "TSI5"]
    with TTFont(font, lazy=True, recalcTimestamp=False) as whole:
        subsetter = Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(whole)
        whole.flavor = "woff"
        output = BytesIO()
        whole.save(output)
    return output.getvalue()


DOCUMENT = Document(
    output="report.html",
    description=__doc__,
    write=write,
)
