"""The reference page of all tables and their columns, generated from the classes that declare them."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import is_dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from textwrap import dedent
from types import ModuleType, NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import cnnbench.analysis.tables
from cnnbench.analysis.tables.table import Table, columns

GENERATED = "Generated from the classes in workflow/cnnbench/analysis/tables by `make docs`: edit those, not this file."
TYPES: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "`True` or `False`",
    NoneType: "empty",
}


def tables_page() -> str:
    """Return the reference of all tables in Markdown."""
    found = {module: tables for module in _modules() if (tables := tables_of(module))}
    parts = [
        "# Tables",
        f"<!-- {GENERATED} -->",
        "The tables of a study are CSV files in UTF-8 in `results/studies/<study>/`. Accuracies and shares are"
        " fractions: 0.91, not 91. An unknown number is an empty cell.",
        "\n".join(f"- {_joined(module)} {_links(tables)}" for module, tables in found.items()),
    ]
    for tables in found.values():
        for table in tables:
            parts += [f"## {table.file}", _joined(table), "\n".join(_column_table(table))]
    return "\n\n".join(parts) + "\n"


def tables_of(module: ModuleType) -> list[type[Table]]:
    """Return the tables that `module` declares, in its order."""
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, Table)
        and value.__module__ == module.__name__
        and "file" in vars(value)
    ]


def meaning(table: type, path: tuple[str, ...]) -> str:
    """Return what a column holds: the text below its field, behind those below the fields that it is nested in."""
    name, *inner = path
    own = _field_texts(table)[name]
    return f"{own} {meaning(get_type_hints(table)[name], tuple(inner))}" if inner else own


def describe_type(type_: Any) -> str:
    """Say in words what the cells of a column hold."""
    if get_origin(type_) is Literal:
        return ", ".join(f"`{code}`" if code else "empty" for code in get_args(type_))
    if options := get_args(type_):
        return " or ".join(map(describe_type, options))
    return TYPES[type_]


def _modules() -> Iterator[ModuleType]:
    package = cnnbench.analysis.tables
    for info in iter_modules(package.__path__, prefix=f"{package.__name__}."):
        yield import_module(info.name)


def _links(tables: list[type[Table]]) -> str:
    # GitHub's anchor of a heading has none of its dots.
    return ", ".join(f"[{table.file}](#{table.file.replace('.', '')})" for table in tables)


def _column_table(table: type[Table]) -> Iterator[str]:
    yield "| column | type | meaning |"
    yield "| --- | --- | --- |"
    for column in columns(table):
        yield f"| `{column.name}` | {describe_type(column.type)} | {meaning(table, column.path)} |"


@cache
def _field_texts(table: type) -> dict[str, str]:
    """Return the text below each field of a dataclass, its own and those that it inherits."""
    texts: dict[str, str] = {}
    for class_ in reversed([base for base in table.__mro__ if is_dataclass(base)]):
        (definition,) = ast.parse(dedent(inspect.getsource(class_))).body
        assert isinstance(definition, ast.ClassDef)
        for field, below in zip(definition.body, definition.body[1:], strict=False):
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    texts[name] = " ".join(inspect.cleandoc(text).split())
    return texts


def _joined(documented: object) -> str:
    return " ".join((inspect.getdoc(documented) or "").split())
