"""The messages of code and templates, and the catalogues that translate them.

Messages are found without running anything, so each must stand as plain text where it is used: as the first argument of
`texts(...)`, the first two of `texts.plural(...)`, and likewise in `_(...)` and `_n(...)` of a template.

Jinja finds those of templates; Babel merges and writes catalogues. Those of code are found here: Babel's reader of
Python goes by tokens: it misses a message inside another's parentheses, and takes `"a" if b else "c"` for one text.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.core import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from cnnbench.errors import UserError
from cnnbench.files import write_atomically
from cnnbench.reporting.translation import FIGURE, normalised

_Call = tuple[int, Sequence[str | None], int]
"""A call that says a message: its line, its arguments (None for what is not plain text), and the forms it must have."""


def find_messages(project: Path) -> Catalog:
    """Return every message with the files that use it, relative to `project`: documents first, in the files' order.

    Args:
        project: the project's folder.

    Raises:
        UserError: a message is put together when the program runs, so that no catalogue can hold it.
    """
    library = project / "workflow" / "cnnbench"
    code = [*(library / "reporting").rglob("*.py"), *(library / "commands").glob("*.py")]
    files = [*sorted((project / "report").rglob("*.html")), *sorted(code)]
    found = [(path.relative_to(project).as_posix(), list(_messages(path))) for path in files]
    messages = Catalog()
    for context in (None, FIGURE):
        for file, ids in found:
            if context in _contexts(file):
                for message in ids:
                    messages.add(message, locations=[(file, 1)], context=context)
    return messages


def update_catalogue(path: Path, messages: Catalog) -> None:
    """Write the catalogue `path` anew: new messages without a translation, the others with theirs, no obsolete ones."""
    catalogue = _read(path)
    catalogue.update(messages, no_fuzzy_matching=True)
    for entry in catalogue:
        # A percent sign is a percent sign: values stand in braces.
        entry.flags.discard("python-format")
    text = BytesIO()
    write_po(text, catalogue, width=110, omit_header=True, ignore_obsolete=True, include_lineno=False)
    with write_atomically(path) as temporary:
        temporary.write_text(_header(catalogue, path.stem) + text.getvalue().decode("utf-8"), encoding="utf-8")


def catalogue_problems(path: Path, messages: Catalog) -> list[str]:
    """Say what keeps the catalogue `path` from translating `messages`: one line a problem, none if all is well.

    Each must be translated, into the same names in braces and the same markup.
    """
    catalogue, problems = _read(path), list[str]()
    for message in filter(_is_message, messages):
        entry = catalogue.get(message.id, message.context)
        where = f"{path.name}: {_forms(message.id)[0]!r}{' in figures' if message.context else ''}"
        if entry is None or entry.id != message.id or not all(_forms(entry.string)):
            problems.append(f"{where} is not translated")
        elif entry.fuzzy:
            problems.append(f"{where} is marked as fuzzy, so that its translation is not used")
        else:
            problems.extend(f"{where}: {problem}" for problem in _differences(_forms(entry.id), _forms(entry.string)))
    problems.extend(
        f"{path.name}: {entry.id!r} is obsolete"
        for entry in filter(_is_message, catalogue)
        if messages.get(entry.id, entry.context) is None
    )
    return problems


def _contexts(file: str) -> tuple[str | None, ...]:
    """Say whether what a file says is said in documents, in figures, or in both."""
    if file == "workflow/cnnbench/reporting/labels.py":
        return (None, FIGURE)
    return (FIGURE,) if file.startswith("workflow/cnnbench/reporting/figures/") else (None,)


def _messages(path: Path) -> Iterator[str | tuple[str, str]]:
    """Yield the messages of a file as Babel identifies them: with a plural, both forms."""
    for line, arguments, needed in (_in_code if path.suffix == ".py" else _in_template)(path):
        forms = [normalised(argument) for argument in arguments[:needed] if argument]
        if len(forms) < needed:
            raise UserError(
                f"{path}: line {line}: a message must stand here as plain text, so that it can be found and translated"
            )
        yield forms[0] if needed == 1 else (forms[0], forms[1])


def _in_code(path: Path) -> Iterator[_Call]:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        said = re.search(r"\btexts(\.plural)?$", ast.unparse(call.func))
        if said:
            yield call.lineno, [_text(argument) for argument in call.args], 2 if said[1] else 1


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _in_template(path: Path) -> Iterator[_Call]:
    with path.open("rb") as file:
        for line, function, arguments, _ in babel_extract(file, ["_", "_n"], [], {"silent": "no"}):
            yield line, arguments if isinstance(arguments, tuple) else [arguments], 2 if function == "_n" else 1


def _is_message(entry: Message) -> bool:
    """Whether an entry of a catalogue is a message: the first is a header."""
    return bool(entry.id)


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    """Return the forms of a message, or of its translation: one, or with a plural several."""
    return [text or ""] if text is None or isinstance(text, str) else text


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


def _differences(message: Sequence[str], translation: Sequence[str]) -> Iterator[str]:
    """Yield what the forms of a translation have more or less than those of the message that they stand for."""
    allowed, needed = set[str]().union(*map(_names, message)), _names(message[-1])
    if len(translation) > 1:
        # A form that goes with one number only may write it as a word.
        needed -= {"n"}
    for form in translation:
        try:
            names = _names(form)
        except ValueError as error:
            yield f"braces that do not match in {form!r}: {error}"
            continue
        if names - allowed or needed - names:
            yield f"names in braces differ in {form!r}"
        if all(_markup(form) != _markup(original) for original in message):
            yield f"markup differs in {form!r}"


def _names(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


def _markup(message: str) -> Counter[str]:
    return Counter(re.findall(r"<[^<>]+>", message))
