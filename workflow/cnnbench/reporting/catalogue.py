"""The messages of code and templates, and the catalogues that translate them.

Messages are found without running anything, so each must stand as plain text where it is used: as the first argument of
`texts(...)`, the first two of `texts.plural(...)`, and likewise in `_(...)` and `_n(...)` of a template.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as CatalogueEntry
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from cnnbench.errors import UserError
from cnnbench.files import write_atomically
from cnnbench.reporting.texts import FIGURE, normalised


@dataclass(frozen=True)
class Message:
    """A message of the report, as it stands in a catalogue."""

    singular: str
    plural: str | None
    context: str | None
    """`FIGURE` for what a figure says, None for what a document says."""


def find_messages(project: Path) -> dict[Message, list[str]]:
    """Return every message with the files that use it, relative to `project`: documents first, in the files' order.

    Args:
        project: the project's folder.

    Raises:
        UserError: a message is put together when the program runs, so that no catalogue can hold it.
    """
    library, found = project / "workflow" / "cnnbench", dict[Message, list[str]]()
    code = [*(library / "reporting").rglob("*.py"), *(library / "commands").glob("*.py")]
    for path in [*sorted((project / "report").rglob("*.html")), *sorted(code)]:
        place = path.relative_to(project).as_posix()
        for singular, plural in _read_messages(path):
            for context in _contexts(path.relative_to(library) if path.suffix == ".py" else path):
                files = found.setdefault(Message(singular, plural, context), [])
                if place not in files:
                    files.append(place)
    return dict(sorted(found.items(), key=lambda item: item[0].context or ""))


def update_catalogue(path: Path, messages: dict[Message, list[str]]) -> None:
    """Write the catalogue `path` anew: new messages without a translation, the others with theirs, no obsolete ones."""
    before, language = _read(path), path.stem
    after = Catalog(locale=language)
    for message, files in messages.items():
        known = before.get(_identity(message), message.context)
        strings = _strings(known) if known else []
        if len(strings) != (1 if message.plural is None else after.num_plurals):
            strings = [""] * (1 if message.plural is None else after.num_plurals)
        entry = after.add(
            _identity(message),
            strings[0] if message.plural is None else tuple(strings),
            [(file, 1) for file in files],
            context=message.context,
        )
        # A percent sign is a percent sign: values stand in braces.
        entry.flags.discard("python-format")
    text = BytesIO()
    write_po(text, after, width=110, omit_header=True, include_lineno=False)
    with write_atomically(path) as temporary:
        temporary.write_text(_header(after, language) + text.getvalue().decode("utf-8"), encoding="utf-8")


def catalogue_problems(path: Path, messages: Iterable[Message]) -> list[str]:
    """Say what keeps the catalogue `path` from translating `messages`: one line a problem, none if all is well.

    Each must be translated, into the same names in braces and the same markup.
    """
    catalogue, problems = _read(path), list[str]()
    for message in messages:
        entry = catalogue.get(_identity(message), message.context)
        strings = _strings(entry) if entry else []
        where = f"{path.name}: {message.singular!r}{' in figures' if message.context else ''}"
        if entry is None or not strings or not all(strings):
            problems.append(f"{where} is not translated")
        elif entry.fuzzy:
            problems.append(f"{where} is marked as fuzzy, so that its translation is not used")
        else:
            problems.extend(f"{where}: {problem}" for problem in _differences(message, strings))
    wanted = {(_identity(message), message.context) for message in messages}
    problems.extend(
        f"{path.name}: {entry.id!r} is obsolete"
        for entry in catalogue
        if entry.id and (entry.id, entry.context) not in wanted
    )
    return problems


def _contexts(path: Path) -> tuple[str | None, ...]:
    """Say whether what a file says is said in documents, in figures, or in both."""
    if path.as_posix() == "reporting/words.py":
        return (None, FIGURE)
    if path.as_posix().startswith(("reporting/figures/", "commands/draw_")):
        return (FIGURE,)
    return (None,)


def _read_messages(path: Path) -> Iterator[tuple[str, str | None]]:
    source = path.read_text(encoding="utf-8")
    found = _in_code(source) if path.suffix == ".py" else _in_template(source)
    for line, message, plural in found:
        if not message or plural == "":
            raise UserError(
                f"{path}: line {line}: a message must stand here as plain text, so that it can be found and translated"
            )
        yield normalised(message), plural and normalised(plural)


def _in_code(source: str) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield line, message and plural form of each message in Python; None, and an empty plural, for what is no text."""
    tree = ast.parse(source)
    calls = sorted(
        (node for node in ast.walk(tree) if isinstance(node, ast.Call)), key=lambda call: (call.lineno, call.col_offset)
    )
    for call in calls:
        if _is_named(call.func, "texts"):
            yield call.lineno, _text(call.args, 0), None
        elif (
            isinstance(call.func, ast.Attribute) and call.func.attr == "plural" and _is_named(call.func.value, "texts")
        ):
            yield call.lineno, _text(call.args, 0), _text(call.args, 1) or ""


def _is_named(node: ast.expr | None, name: str) -> bool:
    return (isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)


def _text(arguments: list[ast.expr], position: int) -> str | None:
    argument = arguments[position] if position < len(arguments) else None
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def _in_template(source: str) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield line, message and plural form of each message in a template, as `_in_code` does."""
    for call in Environment().parse(source).find_all(nodes.Call):
        texts = [
            node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else None
            for node in [*call.args[:2], *[None] * (2 - len(call.args))]
        ]
        if isinstance(call.node, nodes.Name) and call.node.name == "_":
            yield call.lineno, texts[0], None
        elif isinstance(call.node, nodes.Name) and call.node.name == "_n":
            yield call.lineno, texts[0], texts[1] or ""


def _identity(message: Message) -> str | tuple[str, str]:
    return message.singular if message.plural is None else (message.singular, message.plural)


def _strings(entry: CatalogueEntry) -> list[str]:
    """Return the translations of an entry: one, or with a plural one for each form of the language."""
    return [entry.string] if isinstance(entry.string, str) else list(entry.string or ())


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def _header(catalogue: Catalog, language: str) -> str:
    """Return the first entry of a catalogue: only what readers of it need, no dates that differ at each update."""
    name = Locale.parse(language).english_name
    return (
        f"# The words of cnnbench's report in {name}. `make catalogues` keeps the messages up to date.\n"
        'msgid ""\n'
        'msgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )


def _differences(message: Message, strings: list[str]) -> Iterator[str]:
    """Yield what a translation has more or less than the message that it stands for."""
    forms = [form for form in (message.singular, message.plural) if form]
    allowed, needed = set[str]().union(*map(_names, forms)), _names(forms[-1])
    if len(strings) > 1:
        # A form that goes with one number only may write it as a word.
        needed -= {"n"}
    for string in strings:
        try:
            names = _names(string)
        except ValueError as error:
            yield f"braces that do not match in {string!r}: {error}"
            continue
        if names - allowed or needed - names:
            yield f"names in braces differ in {string!r}"
        if all(_markup(string) != _markup(form) for form in forms):
            yield f"markup differs in {string!r}"


def _names(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


def _markup(message: str) -> Counter[str]:
    return Counter(re.findall(r"<[^<>]+>", message))
