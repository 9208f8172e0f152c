"""What a YAML file says: each key once, in YAML 1.2, as plain values, or one message with line and column."""

import re
from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.composer import MaxDepthExceededError
from ruamel.yaml.error import MarkedYAMLError, StringMark
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from cnnbench.errors import UserError, reading, shortened
from cnnbench.text_file import MEBIBYTE, place, read_text

LARGEST_FILE = MEBIBYTE
MOST_VALUES = 100_000
DEEPEST = 50
LONGEST_PROBLEM = 200

_STANDARD = "tag:yaml.org,2002:"
# YAML 1.2 has no dates, and neither has a study.
_TEXTS = {_STANDARD + name for name in ("str", "timestamp", "value", "merge")}
_SCALARS = {_STANDARD + name for name in ("null", "bool", "int", "float")}

# Control characters, but for tabs and line ends, and what takes the place of a damaged character.
_UNPRINTABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff]")


def read_config(path: Path) -> dict[str, Any]:
    """Return the content of the YAML file `path`.

    Raises:
        UserError: the file is missing, is not text in UTF-8, is not YAML, names a key twice or holds anything but plain
            values under keys; with line and column.
    """
    text = read_text(path, LARGEST_FILE)
    try:
        with reading(f"{path}: not valid YAML"):
            yaml = _parser()
            content = _Values(str(path), yaml.constructor).of_document(yaml.compose(text))
    except UserError as error:
        raise _located(error, path, text) from None
    if content is None:
        raise UserError(f"{path}: is empty, a config file must hold keys and values")
    if not isinstance(content, dict):
        raise UserError(f"{path}: a config file must hold keys and values, found {type(content).__name__}")
    return content


def read_configs(paths: Iterable[Path | str], settings: Iterable[str]) -> dict[str, Any]:
    """Return what several config files and settings say together: a later value replaces an earlier one, key by key.

    Args:
        paths: YAML files.
        settings: what stands on a command line behind `--config`: `key=value`, where the value is YAML, or else text.

    Raises:
        UserError: like `read_config`, or one of several files is a result, and probably meant to be a target.
    """
    files = [Path(path) for path in paths]
    for path in files[1:]:
        if path.absolute().is_relative_to(Path("results").absolute()):
            raise UserError(
                f"{path}: is a result, not a config file; a target comes before --configfile, which takes all that"
                " follows it"
            )
    content: dict[str, Any] = {}
    for path in files:
        content = _merged(content, read_config(path))
    for setting in settings:
        key, _, text = setting.partition("=")
        content = _merged(content, {key: _setting(key, text)})
    return content


def _merged(content: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(content)
    for key, value in update.items():
        before = merged.get(key)
        merged[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged


def _setting(key: str, text: str) -> Any:
    yaml = _parser()
    try:
        root = yaml.compose(text)
    except Exception:  # not YAML, such as a title with two colons
        return text
    return _Values(f"--config {key}", yaml.constructor).of_document(root)


def _parser() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = DEEPEST
    yaml.composer.warn_double_anchors = False
    return yaml


def _located(error: UserError, path: Path, text: str) -> UserError:
    """Return `error` with the place that the YAML library names, as the messages of all files have it."""
    cause = error.__cause__
    if isinstance(cause, MaxDepthExceededError):
        return UserError(f"{path}: {_line_and_column(cause.problem_mark)}: nested more than {DEEPEST} levels deep")
    if isinstance(cause, MarkedYAMLError) and cause.problem_mark is not None:
        problem = shortened(", ".join(part for part in (cause.context, cause.problem) if part), LONGEST_PROBLEM)
        return UserError(f"{path}: {_line_and_column(cause.problem_mark)}: not valid YAML: {problem}")
    if isinstance(cause, ReaderError):
        return UserError(f"{path}: {place(text, cause.position)}: not valid YAML: {cause.reason}")
    return error


class _Values:
    """Makes plain values of the nodes of one document.

    The library would do this too, but it forgets the lines, and it builds whatever tags and chains of aliases ask for.
    """

    def __init__(self, source: str, scalars: Any) -> None:
        """Read nodes of the file `source`; `scalars` is the library's constructor, for single values."""
        self._source = source
        self._scalars = scalars
        self._count = 0

    def of_document(self, root: Node | None) -> Any:
        """Return the value of the whole document; None of an empty one."""
        return None if root is None else self._plain(root, ())

    def _plain(self, node: Node, within: tuple[Node, ...]) -> Any:
        # `within` are the nodes that `node` is a part of.
        self._count += 1
        if self._count > MOST_VALUES:
            raise self._problem(node, f"aliases make more than {MOST_VALUES:,} values of this file")
        if any(outer is node for outer in within):
            raise self._problem(node, f"*{shortened(str(node.anchor))} is a part of itself")
        if len(within) > DEEPEST:
            raise self._problem(node, f"nested more than {DEEPEST} levels deep")
        if isinstance(node, MappingNode) and node.tag == f"{_STANDARD}map":
            return self._mapping(node, (*within, node))
        if isinstance(node, SequenceNode) and node.tag == f"{_STANDARD}seq":
            return [self._plain(item, (*within, node)) for item in node.value]
        if isinstance(node, ScalarNode) and node.tag in _TEXTS:
            return self._text(node)
        if isinstance(node, ScalarNode) and node.tag in _SCALARS:
            return self._scalar(node)
        tag = shortened(str(node.tag).replace(_STANDARD, "!!"))
        raise self._problem(node, f"the tag {tag} is not allowed here, only plain values are")

    def _mapping(self, node: MappingNode, within: tuple[Node, ...]) -> dict[str, Any]:
        content: dict[str, Any] = {}
        first: dict[Hashable, Node] = {}
        merged: list[Node] = []
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key in first:
                before = _line_and_column(first[key].start_mark)
                raise self._problem(
                    key_node, f"the key '{shortened(key)}' is there twice, first in {before}; remove one of them"
                )
            first[key] = key_node
            if key_node.tag == f"{_STANDARD}merge":
                merged += value_node.value if isinstance(value_node, SequenceNode) else [value_node]
            else:
                content[key] = self._plain(value_node, within)
        for section in merged:
            if not isinstance(section, MappingNode):
                raise self._problem(section, "only keys and values can be merged with <<")
            content = {**self._plain(section, within), **content}
        return content

    def _key(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            raise self._problem(node, "a key must be text, not a list or keys and values")
        if node.tag not in _TEXTS:
            raise self._problem(node, f"a key must be text, found {shortened(node.value) or 'nothing'}")
        return self._text(node)

    def _text(self, node: ScalarNode) -> str:
        # JSON writes a character beyond 16 bits as two halves, and a half alone is no character.
        text = str(node.value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if (bad := _UNPRINTABLE.search(text)) is not None:
            raise self._problem(node, f"holds the character {bad.group()!a}, which no text has")
        return text

    def _scalar(self, node: ScalarNode) -> Any:
        try:
            return self._scalars.construct_object(node)
        except Exception:
            kind = str(node.tag).removeprefix(_STANDARD)
            raise self._problem(node, f"cannot be read as {kind}: {shortened(node.value)}") from None

    def _problem(self, node: Node, problem: str) -> UserError:
        return UserError(f"{self._source}: {_line_and_column(node.start_mark)}: {problem}")


def _line_and_column(mark: StringMark) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"
