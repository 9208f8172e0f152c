"""From a config file to a validated study, or one clear message."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cnnbench.errors import UserError, shortened
from cnnbench.study.config_file import read_config
from cnnbench.study.dataset import SHA256_PATTERN
from cnnbench.study.experiment import NAME_PATTERN
from cnnbench.study.section import Section
from cnnbench.study.study import LANGUAGE_PATTERN, Study
from cnnbench.study.survey_settings import Survey

_Section = TypeVar("_Section", bound=Section)

MOST_LINES = 10


def load_study(config: Mapping[str, Any], source: str) -> Study:
    """Return the study that `config` describes; `source` is where it was read from, for messages.

    Raises:
        UserError: naming every offending key with what was found and what is allowed.
    """
    return _validated(Study, config, source)


def load_survey(path: Path) -> Survey:
    """Return the survey's settings in the YAML file `path`.

    Raises:
        UserError: the file cannot be read, or naming every offending key with what was found and what is allowed.
    """
    return _validated(Survey, read_config(path), str(path))


def _validated(section: type[_Section], content: Mapping[str, Any], source: str) -> _Section:
    try:
        return section.model_validate(content)
    except ValidationError as error:
        found = _problems(error, content)
        more = [f"and {len(found) - MOST_LINES} more"] if len(found) > MOST_LINES else []
        problems = "\n".join(f"  {problem}" for problem in [*found[:MOST_LINES], *more])
        raise UserError(f"{source} is not a valid {section.__name__.lower()}:\n{problems}") from None


def _problems(error: ValidationError, content: Mapping[str, Any]) -> list[str]:
    """Return one line for each key that is wrong."""
    by_key: dict[str, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        by_key.setdefault(_key(detail, content), []).append(detail)
    return [
        f"{key}: {_problem(details)}" if key else _problem(details)
        for key, details in by_key.items()
        # A list that may also be a single value: if an item is wrong, that it is not a single value says nothing.
        if not any(other.startswith((f"{key}.", f"{key}[")) for other in by_key if key)
    ]


def _problem(details: list[ErrorDetails]) -> str:
    """Say what is wrong with one value; of a value with several forms, there is a detail for each form."""
    wrong = list(dict.fromkeys(_allowed(detail) for detail in details))
    text = " or ".join([wrong[0], *(other.removeprefix("should be ") for other in wrong[1:])])
    return text + _found(details[0])


_KINDS = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "path": "a path",
    "model": "keys and values",
    "dict": "keys and values",
}
"""What a value should be, by the beginning of the validator's name for what is wrong."""

_PATTERNS = {
    NAME_PATTERN: "lower-case letters and digits, with single underscores between them, such as my_study",
    SHA256_PATTERN: "64 hexadecimal digits in lower case",
    LANGUAGE_PATTERN: "the code of a language, such as en or ko",
}


def _allowed(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    match kind:
        case "missing" | "union_tag_not_found":
            return "this key is missing"
        case "union_tag_invalid":
            return f"should be {context['expected_tags']}"
        case "string_pattern_mismatch":
            return f"should be {_PATTERNS[context['pattern']]}"
        case "too_short" | "string_too_short":
            return f"should have at least {_counted(context['min_length'], kind)}"
        case "too_long" | "string_too_long":
            return f"should have at most {_counted(context['max_length'], kind)}"
    start, _, fault = kind.partition("_")
    if start in _KINDS and fault in ("type", "parsing", "parsing_size", "from_float", "unicode", "attributes_type"):
        return f"should be {_KINDS[start]}"
    return detail["msg"].removeprefix("Value error, ").replace("Input should", "should")


def _counted(count: int, kind: str) -> str:
    unit = "character" if kind.startswith("string") else "item"
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _found(detail: ErrorDetails) -> str:
    found: Any = detail["input"]
    match detail["type"]:
        case "missing" | "union_tag_not_found" | "unknown_key" | "truth_value":
            return ""
        case "union_tag_invalid":
            found = detail["ctx"]["tag"]
    if isinstance(found, str | int | float | bool | None):
        shown = "nothing" if found is None else str(found).lower() if isinstance(found, bool) else repr(found)
        return f", found {shortened(shown)}"
    # A message of our own says itself what is wrong within a section.
    if detail["type"] == "value_error":
        return ""
    return ", found a list" if isinstance(found, list) else ", found keys and values"


def _key(detail: ErrorDetails, content: Any) -> str:
    """Write the place of an error as a reader would: `experiments[0].steps[1].change`.

    Pydantic's location also names the form of a section and the member of a union, and a key for which a plain value
    stands. None of these is in the file, so the location is followed into the content.
    """
    location = detail["loc"]
    if detail["type"] in ("union_tag_not_found", "union_tag_invalid"):
        location = (*location, detail["ctx"]["discriminator"].strip("'"))
    text = ""
    for position, part in enumerate(location):
        if isinstance(part, int) and isinstance(content, list):
            text, content = f"{text}[{part}]", content[part]
        elif isinstance(content, dict) and (part in content or _is_missing(detail, position, location)):
            text, content = f"{text}.{part}" if text else str(part), content.get(part)
    return text


def _is_missing(detail: ErrorDetails, position: int, location: tuple[int | str, ...]) -> bool:
    return detail["type"] in ("missing", "union_tag_not_found") and position == len(location) - 1
