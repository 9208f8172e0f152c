"""From a config file to a validated study, or one clear message."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import ValidationError

from cnnbench.errors import UserError
from cnnbench.study.recipe import ActivationName, ScheduleName
from cnnbench.study.section import Section
from cnnbench.study.study import Study
from cnnbench.study.survey_settings import Survey

_Section = TypeVar("_Section", bound=Section)

FORMS = ("grid", "ladder", *get_args(ScheduleName), *get_args(ActivationName))


def read_config(path: Path) -> dict[str, Any]:
    """Return the content of the YAML file `path`.

    Raises:
        UserError: the file is missing, is not YAML (with line and column), or does not hold keys and values.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise UserError(f"{path}: {place}not valid YAML: {error.problem}") from None
    if not isinstance(content, dict):
        raise UserError(f"{path}: a config file must hold keys and values, found {type(content).__name__}")
    return content


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
        problems = "\n".join(f"  {problem}" for problem in _problems(error))
        raise UserError(f"{source} is not a valid {section.__name__.lower()}:\n{problems}") from None


def _problems(error: ValidationError) -> Iterator[str]:
    for detail in error.errors(include_url=False):
        key = _key(detail["loc"])
        problem = detail["msg"].removeprefix("Value error, ").replace("Input should", "should")
        found = detail["input"]
        shown = f", found {found!r}" if isinstance(found, str | int | float | bool | None) else ""
        if detail["type"] == "missing":
            problem, shown = "this key is missing", ""
        yield f"{key}: {problem}{shown}" if key else f"{problem}{shown}"


def _key(location: tuple[int | str, ...]) -> str:
    """Write a pydantic location as a reader would: `experiments[0].steps[1].change`.

    Where a section has several forms, pydantic adds the name of the form, which is not in the file.
    """
    text = ""
    for position, part in enumerate(location):
        before = location[position - 1] if position else None
        if isinstance(part, int):
            text += f"[{part}]"
        elif not (isinstance(before, int) and part in FORMS) and before not in ("schedule", "activation"):
            text += f".{part}" if text else part
    return text
