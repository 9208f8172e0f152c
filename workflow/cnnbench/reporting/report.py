"""The report: from templates and results to one PDF file."""

import os
import platform
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import cnnbench
from cnnbench.analysis.collect import checksum_of_data
from cnnbench.errors import UserError
from cnnbench.files import write_atomically
from cnnbench.reporting import format as writing
from cnnbench.reporting.context import report_context
from cnnbench.reporting.fonts import font_faces
from cnnbench.reporting.sources import Sources
from cnnbench.reporting.survey import COLUMN_HEADS
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.wording import STATUS_WORDS

_FILTERS = [
    writing.bytes_size, writing.count, writing.decimal, writing.duration, writing.magnitude, writing.percent,
    writing.p_value, writing.percent_estimate, writing.percent_interval, writing.plural, writing.points,
    writing.points_estimate, writing.points_interval, writing.published,
]  # fmt: skip


def write_report(sources: Sources, texts: Texts, templates: Path, output: Path) -> None:
    """Write the report as PDF.

    Args:
        sources: the results.
        texts: the report's words.
        templates: folder with `report.html`, what it includes, and `style.css`.
        output: the PDF file.

    Raises:
        UserError: a figure is missing, some runs were trained on other data than `sources.dataset`, or a system library
            for PDF files is missing.
    """
    _refuse_other_data(sources)
    page = render_html(sources, texts, templates, report_date())
    try:
        from weasyprint import HTML
    except OSError as error:
        raise UserError(
            f"a system library for writing PDF files is missing: {error}\n"
            "On Debian or Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from None
    document = HTML(string=page, base_url=f"{templates.resolve().as_uri()}/")
    with write_atomically(output) as temporary:
        document.write_pdf(temporary, pdf_tags=True)


def render_html(sources: Sources, texts: Texts, templates: Path, today: date) -> str:
    """Return the report as one HTML page, which refers to the style sheet, the figures and the fonts by address."""
    environment = template_environment(texts, templates)
    return environment.get_template("report.html").render(report_context(sources, texts, today))


def template_environment(texts: Texts, templates: Path) -> Environment:
    """Return what reads the templates.

    In them `_("{name} is first.", name=…)` is a message in the report's language, and `_n("{n} seed", "{n} seeds", n)`
    its form for a number. A message may hold markup; the values put into it are text.
    """
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {filter_.__name__: filter_ for filter_ in _FILTERS}
    environment.filters |= {"day": texts.day, "listing": texts.listing}
    environment.globals |= {
        "_": partial(_message, texts),
        "_n": partial(_message_for_number, texts),
        "COLUMN_HEADS": COLUMN_HEADS,
        "STATUS_WORDS": STATUS_WORDS,
        "font_faces": font_faces(),
        "made_with": _made_with(),
    }
    return environment


def _message(texts: Texts, message: str, **values: object) -> Markup:
    return Markup(texts.find(message)).format(**values)


def _message_for_number(texts: Texts, singular: str, plural: str, n: int, **values: object) -> Markup:
    return Markup(texts.find_plural(singular, plural, n)).format(n=n, **values)


def report_date() -> date:
    """Return the day that `SOURCE_DATE_EPOCH` (seconds since 1970, UTC) names, or today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else date.today()


def _made_with() -> dict[str, str]:
    packages = ["pandas", "scipy", "matplotlib", "weasyprint"]
    versions = {package: version(package) for package in packages}
    return {"python": platform.python_version(), "cnnbench": cnnbench.__version__, **versions}


def _refuse_other_data(sources: Sources) -> None:
    expected = checksum_of_data(sources.dataset["checksums"])
    others = sources.runs.loc[sources.runs["data"] != expected, "run"]
    if len(others):
        raise UserError(
            f"{len(others)} of {len(sources.runs)} runs were trained on other data than dataset.json describes, the"
            f" first is {others.iloc[0]} (checksum {sources.runs['data'][others.index[0]]}, expected {expected}); run"
            " the workflow again to train them on this data"
        )
