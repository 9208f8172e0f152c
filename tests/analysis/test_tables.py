"""Whatever is written into a table is read back unchanged, and another table is refused by name."""

import csv
import math
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Literal, get_args, get_origin, get_type_hints

import cnnbench.analysis.tables
import numpy as np
import pandas as pd
import pytest
from cnnbench.analysis.tables.comparisons import Result, Standing
from cnnbench.analysis.tables.errors import ClassAccuracy, ConfusedPair
from cnnbench.analysis.tables.reference import meaning, tables_of
from cnnbench.analysis.tables.runs import ConfusionCell, RunRecord
from cnnbench.analysis.tables.table import Table, columns, frame_of, read_frame, read_rows, write_frame, write_rows
from cnnbench.errors import UserError
from cnnbench.provenance import record
from hypothesis import given
from hypothesis import strategies as st

TABLES = [
    table
    for info in iter_modules(cnnbench.analysis.tables.__path__, "cnnbench.analysis.tables.")
    for table in tables_of(import_module(info.name))
]
TEXTS = [
    "12e4567890",
    "0000000001",
    "3.10",
    "NA",
    "nan",
    "None",
    "True",
    'a, "quoted"\nand\r\nbroken text',
    " é–文 ",
    "",
]
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)


def example(table: type[Any], value_of: Callable[[Any], Any]) -> Any:
    """Return a row whose cells are `value_of` their types."""
    hints = get_type_hints(table)
    values = {field.name: hints[field.name] for field in fields(table)}
    return table(
        **{
            name: example(hint, value_of) if isinstance(hint, type) and is_dataclass(hint) else value_of(hint)
            for name, hint in values.items()
        }
    )


def full_cell(type_: Any) -> Any:
    """Return a value of a type that is not empty."""
    if get_origin(type_) is Literal:
        return get_args(type_)[-1]
    options = [option for option in get_args(type_) if option is not type(None)]
    return full_cell(options[0]) if options else {str: "a text", int: 30_000_001, float: 0.1 + 0.2, bool: True}[type_]


def empty_cell(type_: Any) -> Any:
    """Return the least that a type allows: nothing, if it does."""
    if type(None) in get_args(type_):
        return None
    if get_origin(type_) is Literal:
        return get_args(type_)[0]
    return {str: "", int: 0, float: math.nan, bool: False}[type_]


def written(folder: Path, table: type[Any]) -> list[list[str]]:
    """Write an example, and return the cells of the file."""
    write_rows(folder, table, [example(table, full_cell)])
    with (folder / table.file).open(newline="") as file:
        return list(csv.reader(file))


def rewrite(folder: Path, table: type[Any], lines: list[list[str]]) -> None:
    with (folder / table.file).open("w", newline="") as file:
        csv.writer(file).writerows(lines)
    record(folder / table.file)


def test_there_is_a_table_for_every_file_and_a_file_for_every_table() -> None:
    assert len(TABLES) > 20
    assert len({table.file for table in TABLES}) == len(TABLES)


@every_table
def test_rows_are_read_as_they_were_written(table: type[Any], tmp_path: Path) -> None:
    texts = [example(table, lambda type_, text=text: text if type_ is str else full_cell(type_)) for text in TEXTS]
    rows = [example(table, full_cell), example(table, empty_cell), *texts]
    write_rows(tmp_path, table, rows)
    # Written out, because a NaN is not equal to another.
    assert repr(read_rows(tmp_path, table)) == repr(rows)


@every_table
def test_an_empty_table_keeps_its_columns(table: type[Any], tmp_path: Path) -> None:
    write_rows(tmp_path, table, [])
    assert read_rows(tmp_path, table) == []
    assert list(read_frame(tmp_path, table)) == [column.name for column in columns(table)]


@every_table
def test_columns_have_names_of_their_own_and_say_what_they_hold(table: type[Any]) -> None:
    declared = columns(table)
    assert len({column.name for column in declared}) == len(declared)
    for column in declared:
        assert meaning(table, column.path), column.name


@every_table
def test_a_column_that_is_missing_extra_or_elsewhere_is_named(table: type[Any], tmp_path: Path) -> None:
    lines = written(tmp_path, table)
    first = lines[0][0]
    file = re.escape(str(tmp_path / table.file))
    for changed, fact in (
        ([line[1:] for line in lines], f"without {first}"),
        ([[*line, "unknown"] for line in lines], "with unknown"),
        ([[line[1], line[0], *line[2:]] for line in lines], "order"),
        ([["unknown", *lines[0][1:]], lines[1]], f"without {first}; with unknown"),
    ):
        rewrite(tmp_path, table, changed)
        for read in (read_rows, read_frame):
            with pytest.raises(UserError, match=f"^{file}: .*: {fact}; run the workflow to make this table anew$"):
                read(tmp_path, table)


@every_table
def test_a_cell_of_another_type_is_named_by_line_and_column(table: type[Any], tmp_path: Path) -> None:
    lines = written(tmp_path, table)
    file = re.escape(str(tmp_path / table.file))
    for place, column in enumerate(columns(table)):
        if column.type is not str:
            rewrite(tmp_path, table, [*lines, [*lines[1][:place], "many", *lines[1][place + 1 :]]])
            with pytest.raises(UserError, match=f"^{file}, line 3, {column.name}: .*; run the workflow"):
                read_rows(tmp_path, table)


@every_table
def test_a_line_with_other_cells_is_named(table: type[Any], tmp_path: Path) -> None:
    lines = written(tmp_path, table)
    count = len(lines[0])
    for line in (lines[1][1:], [*lines[1], "more"], []):
        rewrite(tmp_path, table, [*lines, line])
        with pytest.raises(
            UserError, match=f"line 3: found {len(line)} cells, expected {count}; run the workflow to make this table"
        ):
            read_rows(tmp_path, table)


@every_table
def test_a_missing_table_is_named(table: type[Any], tmp_path: Path) -> None:
    file = re.escape(str(tmp_path / table.file))
    for read in (read_rows, read_frame):
        with pytest.raises(UserError, match=f"^{file}: this table is missing; run the workflow to make it$"):
            read(tmp_path, table)


# Formulas


FORMULAS = [
    "=1+1",
    "+cmd",
    "-A1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1",
    "-1+1",
    "-",
    "=",
    '=HYPERLINK("x")',
]
NOT_FORMULAS = ["A", "é", "1-2", "a=b", "x'y", "-1", "+1", "-0.5e-3", ""]


def cells_of_texts(folder: Path, texts: list[str]) -> tuple[list[str], list[str]]:
    """Write texts once as rows and once as a frame, and return their cells as a spreadsheet gets them."""
    write_rows(folder, ConfusionCell, [ConfusionCell("run", text, "b", 1) for text in texts])
    with (folder / ConfusionCell.file).open(newline="", encoding="utf-8") as file:
        rows = [line[1] for line in list(csv.reader(file))[1:]]
    write_frame(folder, RunRecord, frame_of(RunRecord, [run_record(run="a", **{"recipe.x": text}) for text in texts]))
    with (folder / RunRecord.file).open(newline="", encoding="utf-8") as file:
        return rows, [line[-1] for line in list(csv.reader(file))[1:]]


def test_no_text_is_a_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    for cells in cells_of_texts(tmp_path, FORMULAS):
        assert cells == [f"'{text}" for text in FORMULAS]
    for cells in cells_of_texts(tmp_path, NOT_FORMULAS):
        assert cells == NOT_FORMULAS


def test_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    write_rows(tmp_path, ConfusedPair, [ConfusedPair("all", "a", "b", -0.1, -3, 0.5, 1, 0.5)])
    assert (tmp_path / ConfusedPair.file).read_text().splitlines()[1] == "all,a,b,-0.1,-3,0.5,1,0.5"


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(FORMULAS), min_size=1))
def test_any_text_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("tables")
    texts = [*texts, *(f"'{text}" for text in texts)]
    cells_of_texts(folder, texts)
    assert [row.true for row in read_rows(folder, ConfusionCell)] == texts
    assert read_frame(folder, ConfusionCell)["true"].tolist() == texts
    assert read_frame(folder, RunRecord)["recipe.x"].tolist() == texts


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / Result.file).touch()
    record(tmp_path / Result.file)
    with pytest.raises(UserError, match=r"results\.csv: .* without name, architecture"):
        read_rows(tmp_path, Result)


def test_a_whole_number_is_not_left_empty(tmp_path: Path) -> None:
    lines = written(tmp_path, ConfusionCell)
    rewrite(tmp_path, ConfusionCell, [lines[0], [*lines[1][:-1], ""]])
    with pytest.raises(UserError, match=r"confusion\.csv, line 2, images"):
        read_rows(tmp_path, ConfusionCell)


def test_a_value_of_several_parts_has_a_column_for_each() -> None:
    names = [column.name for column in columns(Standing)]
    assert names[7:11] == ["behind_n", "behind", "behind_low", "behind_high"]
    assert columns(ClassAccuracy)[0].name == "class"


def test_numbers_of_numpy_are_written_as_numbers(tmp_path: Path) -> None:
    row = ConfusedPair("all", "a", "b", np.float64(0.1), np.int64(3), np.float64(np.nan), 1, np.float32(0.5))
    write_rows(tmp_path, ConfusedPair, [row])
    assert (tmp_path / ConfusedPair.file).read_text().splitlines()[1] == "all,a,b,0.1,3,,1,0.5"


def test_a_table_is_whole_or_absent(tmp_path: Path) -> None:
    def broken() -> Any:
        yield example(ConfusionCell, full_cell)
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        write_rows(tmp_path, ConfusionCell, broken())
    assert list(tmp_path.rglob("*")) == []


# Data frames


def run_record(**values: Any) -> dict[str, Any]:
    declared = {column.name: empty_cell(column.type) for column in columns(RunRecord)}
    return {**declared, **values}


def test_text_that_looks_like_a_number_or_a_gap_stays_text_in_a_frame(tmp_path: Path) -> None:
    rows = [
        run_record(run="NA", recipe_hash="12e4567890", accuracy=0.1 + 0.2, seed=0, **{"version.keras": "3.10"}),
        run_record(run="None", recipe_hash="0000000001", reason="diverged", seed=1, **{"recipe.stem": "nan"}),
    ]
    frame = frame_of(RunRecord, rows)
    write_frame(tmp_path, RunRecord, frame)
    found = read_frame(tmp_path, RunRecord)
    assert list(found) == [*(column.name for column in columns(RunRecord)), "version.keras", "recipe.stem"]
    for name in ("run", "recipe_hash", "reason", "seed"):
        assert found[name].tolist() == frame[name].tolist()
    assert found["version.keras"].tolist() == ["3.10", ""]
    assert found["recipe.stem"].tolist() == ["", "nan"]
    assert found["accuracy"][0] == 0.1 + 0.2
    assert math.isnan(found["accuracy"][1])
    assert found["gpu_joules"].dtype == "float64", "a column without any number is still one of numbers"


def test_a_frame_with_other_columns_is_not_written(tmp_path: Path) -> None:
    frame = pd.DataFrame({"run": ["a"], "true": ["b"], "images": [1]})
    with pytest.raises(ValueError, match=r"confusion\.csv has other columns"):
        write_frame(tmp_path, ConfusionCell, frame)
    assert not (tmp_path / ConfusionCell.file).exists()


def test_a_frame_of_no_rows_has_the_columns_of_its_table() -> None:
    assert list(frame_of(ConfusionCell, [])) == ["run", "true", "predicted", "images"]


def test_a_class_that_only_shares_columns_is_no_table() -> None:
    assert all(issubclass(table, Table) for table in TABLES)
    assert "CombinationRow" not in {table.__name__ for table in TABLES}
