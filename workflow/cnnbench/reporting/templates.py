"""From templates and results to one HTML text, which names figures and fonts by their address."""

import os
import platform
import re
from collections import Counter
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import cnnbench
from cnnbench.analysis.collect import checksum_of_data
from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.errors import UserError
from cnnbench.reporting import format as writing
from cnnbench.reporting.fonts import EMBEDDED, font_rules
from cnnbench.reporting.report_sections import all_sections
from cnnbench.reporting.results import Results
from cnnbench.reporting.sections.title import summarise
from cnnbench.reporting.translation import Texts

_FILTERS = [
    writing.bytes_size, writing.count, writing.decimal, writing.duration, writing.magnitude, writing.p_value,
    writing.percent, writing.percent_estimate, writing.percent_interval, writing.points, writing.points_estimate,
    writing.points_interval, writing.published,
]  # fmt: skip
_CAPTIONED = re.compile(r'<(?P<tag>table|figure|caption|figcaption)\b(?:[^>]*?\bid="(?P<id>[^"]+)")?[^>]*>')
_REFERENCE = re.compile(
    r'(?P<start><a\b(?=[^>]*\bclass="(?:table|figure)-link")[^>]*\bhref="#(?P<id>[^"]+)"[^>]*>)</a>'
)


def render(document: str, results: Results, texts: Texts, templates: Path, today: date, **more: object) -> str:
    """Return a document as HTML.

    Args:
        document: the document's name, and that of its template.
        results: the results.
        texts: the document's words.
        templates: folder of the templates.
        today: the date of the document.
        **more: values for the template, beside those that every document has.

    Raises:
        UserError: a table or figure is missing, or some runs were trained on other data than `results.datasets`.
    """
    _refuse_other_data(results)
    sections = all_sections(results, texts)
    context = {
        "document": document,
        "today": today,
        "summary": summarise(results, texts),
        "sections": sections,
        "content": {section.name: section.content for section in sections}.get,
        **more,
    }
    template = template_environment(texts, templates).get_template(f"{document}.html")
    return number_captions(template.render(context), texts)


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
    # Letters stay letters, so that whoever looks for the characters of a document finds them.
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    environment.filters |= {filter_.__name__: filter_ for filter_ in _FILTERS}
    environment.filters |= {"day": texts.day, "listing": texts.listing}
    environment.globals |= {
        "_": partial(_message, texts),
        "_n": partial(_message_for_number, texts),
        "language": texts.language,
        "font_rules": font_rules(),
        "made_with": _made_with(),
    }
    return environment


def number_captions(html: str, texts: Texts) -> str:
    """Number all tables and figures, in their captions and wherever a link names them.

    A style sheet can count them, but a browser's cannot refer to the count from elsewhere: so it is done here, for
    paper and browser alike. A link `<a class="table-link" href="#table-runs"></a>` becomes `Table 3`.

    Raises:
        ValueError: a link leads to no table or figure.
    """
    counts, labels = Counter[str](), dict[str, str]()

    def number(match: re.Match[str]) -> str:
        tag = match["tag"]
        if tag in ("table", "figure"):
            counts[tag] += 1
            labels[match["id"]] = _label(tag, counts[tag], texts)
            return match[0]
        kind = "table" if tag == "caption" else "figure"
        return f'{match[0]}<span class="label">{_label(kind, counts[kind], texts)}.</span> '

    def refer(match: re.Match[str]) -> str:
        if match["id"] not in labels:
            raise ValueError(f"{match[0]} leads to no table or figure")
        return f"{match[1]}{labels[match['id']]}</a>"

    return _REFERENCE.sub(refer, _CAPTIONED.sub(number, html))


def report_date() -> date:
    """Return the day that `SOURCE_DATE_EPOCH` (seconds since 1970, UTC) names, or today."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC).date() if epoch else date.today()


def _label(kind: str, number: int, texts: Texts) -> str:
    return texts("Table {number}", number=number) if kind == "table" else texts("Figure {number}", number=number)


def _message(texts: Texts, message: str, **values: object) -> Markup:
    return Markup(texts.find(message)).format(**values)


def _message_for_number(texts: Texts, singular: str, plural: str, n: int, **values: object) -> Markup:
    return Markup(texts.find_plural(singular, plural, n)).format(n=n, **values)


def _made_with() -> dict[str, str]:
    packages = ["pandas", "scipy", "matplotlib", "weasyprint"]
    versions = {package: version(package) for package in packages}
    return {"python": platform.python_version(), "cnnbench": cnnbench.__version__, **versions, "fonts": EMBEDDED}


def _refuse_other_data(results: Results) -> None:
    expected = {name: checksum_of_data(dataset["checksums"]) for name, dataset in results.datasets.items()}
    runs = results.frame(RunRecord)
    others = runs[runs["data"] != runs["dataset"].map(expected)]
    if len(others):
        first = others.iloc[0]
        wanted = expected[first["dataset"]]
        raise UserError(
            f"{len(others)} of {len(runs)} runs were trained on other data than dataset.json describes, the first is"
            f" {first['run']} (checksum {first['data']}, expected {wanted}); run the workflow again to train them on"
            " this data"
        )
