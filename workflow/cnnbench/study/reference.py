"""The config's documentation, generated from its models: a commented default, a reference page, a JSON schema."""

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Any

import yaml
from pydantic.fields import FieldInfo

from cnnbench.study.dataset import DatasetSettings
from cnnbench.study.experiment import Grid, Ladder, RecipeChange, Step
from cnnbench.study.recipe import (
    Augmentation,
    Constant,
    Cosine,
    Dropout,
    EarlyStopping,
    Exponential,
    Input,
    LeakyReLU,
    PlainActivation,
    Recipe,
    ReduceOnPlateau,
    StepDecay,
)
from cnnbench.study.section import Section
from cnnbench.study.study import ReportSettings, Study
from cnnbench.study.survey_settings import Criterion, Exclusion, Survey

WIDTH = 100
GENERATED = "Generated from the models in workflow/cnnbench/study by `make docs`: edit those, not this file."


def default_config() -> str:
    """Return a valid study in YAML with every key, its meaning and its default."""
    header = [
        f"# {GENERATED}",
        "# Every key of a study with its default: a key that you leave out has the value shown.",
    ]
    return "\n".join([*header, *_section_lines(Study, indent=0)]) + "\n"


def json_schema() -> str:
    """Return the JSON schema of a study, for editors that complete and check YAML."""
    return json.dumps(Study.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def reference_page() -> str:
    """Return the reference of all keys in Markdown."""
    parts = [
        "# Configuration",
        f"<!-- {GENERATED} -->",
        "A study is one YAML file. `config/default.yaml` shows every key with its default. The first line of each study"
        " in `config/` names a JSON schema, with which an editor can complete and check it. A mistake in a config stops"
        " `snakemake` at once, with the key, what was found and what is allowed.",
    ]
    sections: list[tuple[str, type[Section]]] = [
        ("The study", Study),
        ("dataset", DatasetSettings),
        ("recipe", Recipe),
        ("recipe.input", Input),
        ("recipe.schedule: constant", Constant),
        ("recipe.schedule: step", StepDecay),
        ("recipe.schedule: exponential", Exponential),
        ("recipe.schedule: cosine", Cosine),
        ("recipe.schedule: reduce_on_plateau", ReduceOnPlateau),
        ("recipe.activation", PlainActivation),
        ("recipe.activation: leaky_relu", LeakyReLU),
        ("recipe.dropout", Dropout),
        ("recipe.augmentation", Augmentation),
        ("recipe.early_stopping", EarlyStopping),
        ("experiments, kind: grid", Grid),
        ("experiments, kind: ladder", Ladder),
        ("experiments, kind: ladder, steps", Step),
        ("report", ReportSettings),
        ("The survey's own file", Survey),
        ("survey: criteria", Criterion),
        ("survey: exclude", Exclusion),
    ]
    for heading, section in sections:
        parts += [f"## {heading}", " ".join((section.__doc__ or "").split()), "\n".join(_table(section))]
    return "\n\n".join(parts) + "\n"


def _section_lines(section: type[Section], indent: int) -> Iterator[str]:
    margin = " " * indent
    for position, (name, field) in enumerate(section.model_fields.items()):
        if position or not indent:
            yield ""
        yield from (f"{margin}# {line}" for line in wrap(_text(field), WIDTH - indent))
        default = field.examples[0] if field.examples else field.get_default()
        if isinstance(default, RecipeChange):
            yield f"{margin}{name}:"
            yield from _section_lines(Recipe, indent + 2)
        elif isinstance(default, Section) and type(default) is field.annotation:
            yield f"{margin}{name}:"
            yield from _section_lines(type(default), indent + 2)
        else:
            yield from (f"{margin}{line}" for line in _yaml(name, default))


def _yaml(name: str, value: Any) -> list[str]:
    plain = value.model_dump(mode="json") if isinstance(value, Section) else value
    if plain is None:
        return [f"{name}:"]
    flow_style = None if isinstance(plain, list | dict) else False
    return yaml.safe_dump({name: plain}, sort_keys=False, default_flow_style=flow_style, width=WIDTH).splitlines()


def _text(field: FieldInfo) -> str:
    return " ".join((field.description or "").split())


def _table(section: type[Section]) -> Iterator[str]:
    schema = section.model_json_schema()
    yield "| key | allowed | default | meaning |"
    yield "| --- | --- | --- | --- |"
    for name, field in section.model_fields.items():
        allowed = _allowed(schema["properties"][name], schema.get("$defs", {}))
        yield f"| `{name}` | {allowed} | {_default(field)} | {_text(field)} |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default()
    if isinstance(default, Constant | PlainActivation):
        return f"`{default.name}`"
    if isinstance(default, Section):
        return "see below" if default.model_dump(exclude_unset=True) == {} else "the section's defaults"
    return "empty" if default in (None, "", []) else f"`{default}`"


def _allowed(schema: dict[str, Any], definitions: dict[str, Any]) -> str:
    """Describe the values that a JSON schema allows, in a few words."""
    if "anyOf" in schema:
        return " or ".join(_allowed(option, definitions) for option in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        items = _allowed(schema["items"], definitions)
        return f"list of {items.replace('a section', 'sections').replace('whole number', 'whole numbers')}"
    if "$ref" in schema or "oneOf" in schema:
        return "a section"
    names = {"integer": "whole number", "number": "number", "string": "text", "boolean": "true, false", "null": "empty"}
    return names[schema["type"]] + _bounds(schema)


def _bounds(schema: dict[str, Any]) -> str:
    signs = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    return " and".join(f" {sign} {schema[name]}" for name, sign in signs.items() if name in schema)
