"""The survey's table of published figures, checked row by row."""

import csv
import math
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import get_args

from cnnbench.errors import UserError, reading, shortened
from cnnbench.study.section import unknown
from cnnbench.study.survey_settings import Column
from cnnbench.text_file import MEBIBYTE, read_text

LARGEST_FILE = 16 * MEBIBYTE
FIGURES: tuple[str, ...] = get_args(Column)
TEXTS = ("architecture", "key", "family", "source")


def read_survey_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of the table as text.

    Args:
        path: CSV file with the columns `architecture` (unique), `key` (its name here, if it can be trained here),
            `family`, `source` and the figures of `Column`, none of them negative; an unknown figure is empty.

    Raises:
        UserError: naming every bad cell by row and column, with what was found.
    """
    text = read_text(path, LARGEST_FILE)
    with reading(f"{path}: not a CSV file"):
        reader = csv.DictReader(StringIO(text, newline=""), strict=True)
        header, rows = list(reader.fieldnames or []), list(reader)
    problems = list(_header_problems(header)) or list(_row_problems(rows))
    if problems:
        raise UserError("\n".join([f"{path} is not a valid survey:", *(f"  {problem}" for problem in problems)]))
    return rows


def _header_problems(header: list[str]) -> Iterator[str]:
    expected = [*TEXTS, *FIGURES]
    yield from (unknown(name, expected, "column") for name in header if name not in expected)
    yield from (f"column {name} is missing" for name in expected if name not in header)
    yield from (f"column {name} appears twice" for name in expected if header.count(name) > 1)


def _row_problems(rows: list[dict[str, str]]) -> Iterator[str]:
    if not rows:
        yield "it has no architectures"
    lines: dict[str, int] = {}
    # The header is the first line of the file.
    for line, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            yield f"row {line}: does not have as many cells as the header"
            continue
        for name in ("architecture", "family", "source"):
            if not row[name].strip():
                yield f"row {line}, column {name}: is empty"
        for name in ("architecture", "key"):
            yield from _repeated(lines, line, name, row[name].strip())
        for name in FIGURES:
            yield from _number_problem(line, name, row[name].strip())


def _repeated(lines: dict[str, int], line: int, column: str, text: str) -> Iterator[str]:
    first = lines.setdefault(f"{column} {text}", line)
    if text and first != line:
        yield f"row {line}, column {column}: '{shortened(text)}' is already in row {first}"


def _number_problem(line: int, column: str, text: str) -> Iterator[str]:
    if not text:
        return
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or number < 0:
        found = shortened(text)
        yield f"row {line}, column {column}: should be a number of at least 0, or empty if unknown, found '{found}'"
