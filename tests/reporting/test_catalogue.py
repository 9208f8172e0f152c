"""Every word of the report can be translated, and is."""

import ast
import re
import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from babel.messages.catalog import Catalog
from cnnbench.errors import UserError
from cnnbench.fingerprint import files_of
from cnnbench.reporting.catalogue import catalogue_problems, find_messages, update_catalogue
from cnnbench.reporting.figures.registry import figures
from cnnbench.reporting.languages import words_of
from cnnbench.reporting.translation import FIGURE, Texts, read_texts
from reporting.factory import ROOT, TEMPLATES

CATALOGUES = sorted((TEMPLATES / "translations").glob("*.po"))
LIBRARY = ROOT / "workflow" / "cnnbench"
each_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one template, one module, one figure and one shared module."""
    files = {
        "report/page.html": '{{ _("First of\n  {name}.", name=x) }} {{ _n("{n} <b>run</b>", "{n} <b>runs</b>", 2) }}',
        "workflow/cnnbench/reporting/labels.py": 'def word(texts): return texts("shared")',
        "workflow/cnnbench/reporting/sections/costs.py": 'texts("two " "parts")\nself.texts.plural("a", "b", 2)',
        "workflow/cnnbench/reporting/figures/bars.py": 'def draw(texts): return [texts("Score"), texts("Score")]',
        "workflow/cnnbench/commands/write.py": 'texts("By {one}.", one=f(texts("Nothing.") if x else texts("One.")))',
        "report/translations/ko.po": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_messages_are_found_with_the_context_in_which_they_are_said(project: Path) -> None:
    assert _listed(find_messages(project)) == [
        ("First of {name}.", None, {"report/page.html"}),
        (("{n} <b>run</b>", "{n} <b>runs</b>"), None, {"report/page.html"}),
        ("By {one}.", None, {"workflow/cnnbench/commands/write.py"}),
        ("Nothing.", None, {"workflow/cnnbench/commands/write.py"}),
        ("One.", None, {"workflow/cnnbench/commands/write.py"}),
        ("shared", None, {"workflow/cnnbench/reporting/labels.py"}),
        ("two parts", None, {"workflow/cnnbench/reporting/sections/costs.py"}),
        (("a", "b"), None, {"workflow/cnnbench/reporting/sections/costs.py"}),
        ("Score", FIGURE, {"workflow/cnnbench/reporting/figures/bars.py"}),
        ("shared", FIGURE, {"workflow/cnnbench/reporting/labels.py"}),
    ]


def test_a_message_of_several_files_stands_once_with_all_of_them(project: Path) -> None:
    (project / "report/slides.html").write_text('{{ _("First of {name}.", name=x) }}')
    assert _listed(find_messages(project))[0] == (
        "First of {name}.",
        None,
        {"report/page.html", "report/slides.html"},
    )


def _listed(messages: Catalog) -> list[tuple[object, str | None, set[str]]]:
    """Return each message, its context and its files."""
    return [(entry.id, entry.context, {file for file, _ in entry.locations}) for entry in messages if entry.id]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("workflow/cnnbench/reporting/a.py", "\ntexts(message)"),
        ("workflow/cnnbench/reporting/a.py", '\nself.texts(f"{n} runs")'),
        ("workflow/cnnbench/reporting/a.py", '\ntexts("a" if n else "b")'),
        ("workflow/cnnbench/reporting/a.py", '\ntexts.plural("a", "b" if n else "c", n)'),
        ("report/a.html", '\n{{ _("a" ~ name) }}'),
        ("report/a.html", '\n{{ _n("a", many, 2) }}'),
    ],
)
def test_a_message_that_no_catalogue_can_hold_is_refused(project: Path, file: str, text: str) -> None:
    (project / file).write_text(text)
    with pytest.raises(UserError, match=rf"{file}: line 2: a message must stand here as plain text"):
        find_messages(project)


def test_an_update_keeps_translations_and_drops_what_is_obsolete(project: Path) -> None:
    catalogue, page = project / "report/translations/ko.po", project / "report/page.html"
    update_catalogue(catalogue, find_messages(project))
    text = catalogue.read_text()
    text = text.replace('msgid "First of {name}."\nmsgstr ""', 'msgid "First of {name}."\nmsgstr "1위: {name}"')
    catalogue.write_text(text.replace('msgstr[0] ""', 'msgstr[0] "{n}<b>회</b>"', 1))
    page.write_text(page.read_text() + '{{ _("New.") }}')
    (project / "workflow/cnnbench/reporting/sections/costs.py").unlink()
    messages = find_messages(project)
    update_catalogue(catalogue, messages)
    texts = read_texts(catalogue)
    assert texts("First  of {name}.", name="A") == "1위: A"
    assert texts.plural("{n} <b>run</b>", "{n} <b>runs</b>", 3) == "3<b>회</b>"
    assert texts("New.") == "New.", "a message without a translation stays English"
    assert "two parts" not in catalogue.read_text()
    problems = catalogue_problems(catalogue, messages)
    assert problems[0] == "ko.po: 'New.' is not translated"
    assert len(problems) == len(messages) - 2


@pytest.mark.parametrize(
    ("translation", "problem"),
    [
        ("{number}<b>회</b>", "names in braces differ"),
        ("<b>회</b>", "names in braces differ"),
        ("{n<b>회</b>", "braces that do not match"),
        ("{n}회", "markup differs"),
        ("{n}<i>회</i>", "markup differs"),
    ],
)
def test_a_translation_that_would_lose_a_value_or_markup_is_named(
    project: Path, translation: str, problem: str
) -> None:
    catalogue, messages = project / "report/translations/ko.po", find_messages(project)
    update_catalogue(catalogue, messages)
    catalogue.write_text(catalogue.read_text().replace('msgstr[0] ""', f'msgstr[0] "{translation}"', 1))
    (found,) = (line for line in catalogue_problems(catalogue, messages) if "<b>run</b>" in line)
    assert problem in found


def test_a_fuzzy_translation_is_named(project: Path) -> None:
    catalogue, messages = project / "report/translations/ko.po", find_messages(project)
    update_catalogue(catalogue, messages)
    text = catalogue.read_text()
    catalogue.write_text(text.replace('msgid "two parts"\nmsgstr ""', '#, fuzzy\nmsgid "two parts"\nmsgstr "둘"'))
    assert any("'two parts' is marked as fuzzy" in line for line in catalogue_problems(catalogue, messages))


@pytest.fixture(scope="module")
def messages() -> Catalog:
    """The messages of this project."""
    return find_messages(ROOT)


@each_catalogue
def test_catalogue_is_up_to_date(path: Path, tmp_path: Path, messages: Catalog) -> None:
    copy = Path(shutil.copy(path, tmp_path))
    update_catalogue(copy, messages)
    assert copy.read_text() == path.read_text(), "run `make catalogues`, translate what is new, and commit"


@each_catalogue
def test_catalogue_translates_every_message(path: Path, messages: Catalog) -> None:
    assert catalogue_problems(path, messages) == []


def test_what_holds_messages_is_called_texts() -> None:
    """Messages are found by that name."""
    for path in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.arg) and isinstance(node.annotation, ast.Name) and node.annotation.id == "Texts":
                assert node.arg == "texts", f"{path}: line {node.lineno}"


@pytest.mark.parametrize("name", figures())
def test_a_figure_says_only_what_its_context_holds(name: str, messages: Catalog) -> None:
    """A message that stands in the catalogue for documents only would stay English in a figure."""
    said = {context: set[str]() for context in (None, FIGURE)}
    for _, context, files in _listed(messages):
        said[context] |= files
    modules = (f"cnnbench.reporting.figures.{name}", "cnnbench.commands.draw_figure")
    reached = {path.relative_to(ROOT).as_posix() for path in files_of(*modules)}
    assert not reached & (said[None] - said[FIGURE]), "move what figures share with documents to reporting/labels.py"


WORDS = """
#: workflow/cnnbench/reporting/figures/accuracy.py
msgctxt "figure"
msgid "of one"
msgstr "하나"

#: workflow/cnnbench/reporting/labels.py
msgctxt "figure"
msgid "shared"
msgstr "공통"

#: workflow/cnnbench/reporting/labels.py
msgid "shared"
msgstr "공통"

#: workflow/cnnbench/reporting/sections/costs.py
msgid "of a document"
msgstr "문서"

msgctxt "figure"
msgid "of no file"
msgstr "모두"
"""


@pytest.mark.parametrize(
    ("before", "after", "redrawn"),
    [
        ("하나", "한 개", {"accuracy"}),
        ('ctxt "figure"\nmsgid "shared"\nmsgstr "공통"', 'ctxt "figure"\nmsgid "shared"\nmsgstr "공유"', None),
        ('py\nmsgid "shared"\nmsgstr "공통"', 'py\nmsgid "shared"\nmsgstr "공유"', set()),
        ("문서", "보고서", set()),
        ("모두", "전부", set(figures())),
    ],
    ids=["of one figure", "shared by figures", "shared, in documents", "of a document", "of an unknown file"],
)
def test_a_translated_label_redraws_only_the_figures_that_say_it(
    tmp_path: Path, before: str, after: str, redrawn: set[str] | None
) -> None:
    catalogue = tmp_path / "ko.po"
    modules = {name: f"cnnbench.reporting.figures.{name}" for name in figures()}
    if redrawn is None:
        redrawn = {name for name, module in modules.items() if LIBRARY / "reporting/labels.py" in files_of(module)}
        assert set() < redrawn < set(figures())
    assert WORDS.count(before) == 1
    catalogue.write_text(WORDS)
    said = {name: words_of(catalogue, module) for name, module in modules.items()}
    catalogue.write_text(WORDS.replace(before, after))
    assert {name for name, module in modules.items() if words_of(catalogue, module) != said[name]} == redrawn


def test_figures_in_english_depend_on_no_catalogue() -> None:
    assert words_of(None, "cnnbench.reporting.figures.accuracy") == ""


class _Words(HTMLParser):
    """Collects what a reader sees of a template: text, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ignored = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.ignored += tag in ("style", "script")
        self.found += [value or "" for name, value in attributes if name in ("alt", "title", "aria-label")]

    def handle_endtag(self, tag: str) -> None:
        self.ignored -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self.ignored:
            self.found.append(data)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_no_template_has_words_of_its_own(path: Path) -> None:
    """All words are messages; names and units that are the same in every language may stand."""
    tokens = jinja2.Environment().lex(path.read_text())
    reader = _Words()
    reader.feed("".join(text for _, kind, text in tokens if kind == "data"))
    words = re.findall(r"[A-Za-z]{2,}", " ".join(reader.found))
    assert not {word for word in words if word not in ("SHA",)}


@pytest.mark.parametrize(
    ("texts", "listing", "day"),
    [
        (read_texts(None), "a, b and c", "4 March 2026"),
        (read_texts(TEMPLATES / "translations" / "ko.po"), "a, b 및 c", "2026년 3월 4일"),
    ],
)
def test_lists_and_dates_are_those_of_the_language(texts: Texts, listing: str, day: str) -> None:
    assert texts.listing(["a", "b", "c"]) == listing
    assert texts.listing(["a"]) == "a"
    assert texts.day(date(2026, 3, 4)) == day
