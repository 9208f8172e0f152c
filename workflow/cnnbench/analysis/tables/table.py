"""Tables as CSV files whose columns are declared once, as the fields of a dataclass.

A field that is itself a dataclass becomes several columns: its fields behind the name of the field, as in
`accuracy_low`. The field `mean` adds nothing to the name, and `class_` is the column `class`. An empty cell is
None where the field allows it, NaN in a column of numbers, and an empty text otherwise.

A text that a spreadsheet would compute as a formula, such as a class called `=A1`, is written behind an apostrophe,
and reading removes it again. Numbers are never changed.
"""

import csv
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from cnnbench.errors import UserError, reading
from cnnbench.provenance import verified, write_recorded

if TYPE_CHECKING:  # planning a study, which knows of tables, must not load pandas
    import pandas as pd

OWN_NAME = "mean"
"""A field of a nested dataclass that adds nothing to the name of its column."""


@dataclass(frozen=True)
class Table:
    """A row of a table; each subclass is one table.

    class Cost(Table, file="costs.csv"): ...
    """

    file: ClassVar[str]
    """Name of the file in the study's folder."""
    free_columns: ClassVar[dict[str, type]]
    """Prefixes of columns that a study adds, with the type of what they hold."""

    def __init_subclass__(cls, file: str = "", free_columns: dict[str, type] | None = None) -> None:
        """Name the table's file; a class without one is shared by others and is no table itself."""
        super().__init_subclass__()
        if file:
            cls.file, cls.free_columns = file, free_columns or {}


Row = TypeVar("Row", bound=Table)


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    type: Any
    """`str`, `int`, `float`, `bool`, a `Literal`, or one of these with None."""
    path: tuple[str, ...]
    """Names of the fields that lead to the value."""


def columns(table: type) -> list[Column]:
    """Return the columns of a table (or of a dataclass that is a field of one), in their order."""
    found: list[Column] = []
    hints = get_type_hints(table)
    for field in fields(table):
        hint = hints[field.name]
        if isinstance(hint, type) and is_dataclass(hint):
            for inner in columns(hint):
                name = field.name if inner.name == OWN_NAME else f"{field.name}_{inner.name}"
                found.append(Column(name, inner.type, (field.name, *inner.path)))
        else:
            found.append(Column(field.name.rstrip("_"), hint, (field.name,)))
    return found


def write_rows(folder: Path, table: type[Row], rows: Iterable[Row]) -> None:
    """Write rows as CSV into a study's folder, atomically; numbers have all the digits that reading them back needs."""
    declared = columns(table)
    lines = [[column.name for column in declared]]
    lines += [[_cell(_value(row, column.path), column.type) for column in declared] for row in rows]
    quoting = _quoting(cell for line in lines for cell in line)
    with write_recorded(folder / table.file) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n", quoting=quoting).writerows(lines)


def read_rows(folder: Path, table: type[Row]) -> list[Row]:
    """Return the rows of a table in a study's folder.

    Raises:
        UserError: the file is missing, its columns are not those of `table`, or a cell does not hold what it should.
    """
    path = folder / table.file
    lines = list(_lines(path))
    found, declared = (lines[0] if lines else []), columns(table)
    _refuse_other_columns(path, found, [column.name for column in declared])
    adapter, rows = TypeAdapter(table), []
    for number, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(declared):
            raise UserError(f"{path}, line {number}: found {len(cells)} cells, expected {len(declared)}; {_REMEDY}")
        values = {
            column.name: None if cell == "" and _allows_none(column.type) else _value_of(cell, column.type)
            for column, cell in zip(declared, cells, strict=True)
        }
        try:
            rows.append(adapter.validate_python(_nested(table, values)))
        except ValidationError as error:
            first = error.errors()[0]
            where = next(column.name for column in declared if column.path == first["loc"][: len(column.path)])
            raise UserError(f"{path}, line {number}, {where}: {first['msg']}; {_REMEDY}") from None
    return rows


def write_frame(folder: Path, table: type[Table], frame: "pd.DataFrame") -> None:
    """Write a data frame with the columns of `table` as CSV into a study's folder, atomically.

    Raises:
        ValueError: its columns are others.
    """
    names = [str(name) for name in frame.columns]
    if (own := _without_free(names, table)) != [column.name for column in columns(table)]:
        raise ValueError(f"{table.file} has other columns than {table.__name__}: {own}")
    texts = {name: frame[name].map(_defused, na_action="ignore") for name in names if _is_text(_type_of(name, table))}
    quoting = _quoting(str(text) for column in texts.values() for text in column.unique())
    with write_recorded(folder / table.file) as temporary:
        frame.assign(**texts).to_csv(temporary, index=False, lineterminator="\n", quoting=quoting)


def read_frame(folder: Path, table: type[Table]) -> "pd.DataFrame":
    """Return a table in a study's folder as a data frame, with the types that are declared.

    Text stays text: a hash like `12e4567890`, a version like `3.10` and a class called `NA` are not numbers or gaps.

    Raises:
        UserError: the file is missing, its columns are not those of `table`, or a column of numbers holds
            something else.
    """
    import pandas as pd

    path = folder / table.file
    names = next(_lines(path), [])
    _refuse_other_columns(path, _without_free(names, table), [column.name for column in columns(table)])
    text = [name for name in names if _is_text(_type_of(name, table))]
    numbers = {name: ["", "nan"] for name in names if name not in text}
    with reading(f"{path} is damaged", _REMEDY):
        frame = pd.read_csv(path, dtype=dict.fromkeys(text, "str"), keep_default_na=False, na_values=numbers)
    for name in numbers:
        # pandas reads a column with a damaged number as text.
        if len(frame) and not pd.api.types.is_numeric_dtype(frame[name]):
            raise UserError(f"{path}, {name}: not all of these are numbers; {_REMEDY}")
    return frame.assign(**{name: frame[name].map(_original) for name in text})


def frame_of(table: type[Table], rows: Sequence[dict[str, Any]]) -> "pd.DataFrame":
    """Return a data frame with the columns of `table`, even of no rows; free columns follow in the rows' own order."""
    import pandas as pd

    names = [column.name for column in columns(table)]
    free = dict.fromkeys(name for row in rows for name in row if name not in names)
    return pd.DataFrame(list(rows), columns=[*names, *free])


_REMEDY = "run the workflow to make this table anew"


def _lines(path: Path) -> Iterator[list[str]]:
    if not path.exists():
        raise UserError(f"{path}: this table is missing; run the workflow to make it")
    with reading(f"{path} is damaged", _REMEDY), verified(path).open(encoding="utf-8", newline="") as file:
        yield from list(csv.reader(file))


def _refuse_other_columns(path: Path, found: list[str], declared: list[str]) -> None:
    if found != declared:
        missing, extra = [n for n in declared if n not in found], [n for n in found if n not in declared]
        facts = [f"{what} {', '.join(names)}" for what, names in (("without", missing), ("with", extra)) if names]
        raise UserError(f"{path}: the columns are not those of this table: {'; '.join(facts) or 'order'}; {_REMEDY}")


def _without_free(names: Sequence[str], table: type[Table]) -> list[str]:
    return [name for name in names if not name.startswith(tuple(table.free_columns))]


def _type_of(name: str, table: type[Table]) -> Any:
    """Return the type of a column that the table declares, or that a study adds to it."""
    declared = {column.name: column.type for column in columns(table)}
    free = (type_ for prefix, type_ in table.free_columns.items() if name.startswith(prefix))
    return declared[name] if name in declared else next(free)


def _value(row: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        row = getattr(row, name)
    return row


def _cell(value: Any, type_: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    # NumPy's own numbers would write their type.
    text = str(value.item() if hasattr(value, "item") else value)
    return _defused(text) if _is_text(type_) else text


def _value_of(cell: str, type_: Any) -> Any:
    if _is_text(type_):
        return _original(cell)
    return math.nan if cell == "" and float in (type_, *get_args(type_)) else cell


# What makes a formula at the beginning of a cell (OWASP, "CSV injection"). Some spreadsheets pass over space before it,
# and read wide signs like the others. A text with an apostrophe of its own gets one more, so that reading is exact.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]|'")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?", re.IGNORECASE)


def _defused(value: Any) -> str:
    # A column of texts in a frame may hold numbers, too, such as the batch sizes among a recipe's values.
    text = str(value)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _quoting(texts: Iterable[str]) -> Literal[0, 1]:
    """Say to quote all cells if one holds a carriage return, which by itself does not make Python quote a cell."""
    return csv.QUOTE_ALL if any("\r" in text for text in texts) else csv.QUOTE_MINIMAL


def _original(cell: str) -> str:
    return cell.removeprefix("'")


def _allows_none(type_: Any) -> bool:
    return type(None) in get_args(type_)


def _is_text(type_: Any) -> bool:
    return type_ is str or get_origin(type_) is Literal or any(map(_is_text, get_args(type_)))


def _nested(table: type, values: dict[str, Any]) -> dict[str, Any]:
    """Return the values of columns as those of fields, one dictionary a nested dataclass."""
    content: dict[str, Any] = {}
    for column in columns(table):
        inner = content
        for name in column.path[:-1]:
            inner = inner.setdefault(name, {})
        inner[column.path[-1]] = values[column.name]
    return content
