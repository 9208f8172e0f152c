"""Every table and column is documented, and a new one documents itself."""

import re
import sys
from importlib import invalidate_caches
from pathlib import Path

import cnnbench.analysis.tables
import pytest
from cnnbench.analysis.tables.reference import tables_page
from cnnbench.analysis.tables.table import Table, columns


def section(page: str, file: str) -> str:
    return page.split(f"\n## {file}\n")[1].split("\n## ")[0]


def test_every_table_has_a_section_that_says_what_it_is() -> None:
    page = tables_page()
    tables = every_table(Table)
    assert len(tables) > 20
    for table in tables:
        assert " ".join((table.__doc__ or "").split()) in section(page, table.file)


def test_every_column_stands_in_its_place_with_its_meaning() -> None:
    page = tables_page()
    for table in every_table(Table):
        rows = re.findall(r"^\| `(.+?)` \| (.+?) \| (.+?) \|$", section(page, table.file), re.MULTILINE)
        assert [name for name, _, _ in rows] == [column.name for column in columns(table)]
        for name, _, meaning in rows:
            assert meaning.endswith("."), f"{table.file}, {name}"


def test_columns_of_a_nested_value_say_what_and_which_part_of_it() -> None:
    (row,) = re.findall(r"^\| `accuracy_low` .*$", section(tables_page(), "results.csv"), re.MULTILINE)
    assert "| number |" in row
    assert "Accuracy on the test images" in row
    assert "Lower end of the 95 % interval" in row


def test_links_of_the_list_lead_to_the_sections() -> None:
    page = tables_page()
    headings = {heading.replace(".", "") for heading in re.findall(r"^## (.+)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#(.+?)\)", page)) == headings


def test_a_new_table_documents_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inks.py").write_text('''"""What was written with."""

from dataclasses import dataclass
from typing import Literal

from cnnbench.analysis.tables.table import Table


@dataclass(frozen=True)
class Ink(Table, file="inks.csv"):
    """The inks."""

    colour: Literal["", "blue"]
    """Its colour."""
    drops: int | None
    """How much
    of it."""
''')
    monkeypatch.setattr(cnnbench.analysis.tables, "__path__", [*cnnbench.analysis.tables.__path__, str(tmp_path)])
    invalidate_caches()
    try:
        page = tables_page()
    finally:
        sys.modules.pop("cnnbench.analysis.tables.inks")
    assert "- What was written with. [inks.csv](#inkscsv)" in page
    assert section(page, "inks.csv").strip() == (
        "The inks.\n\n"
        "| column | type | meaning |\n"
        "| --- | --- | --- |\n"
        "| `colour` | empty, `blue` | Its colour. |\n"
        "| `drops` | whole number or empty | How much of it. |"
    )


def every_table(table: type[Table]) -> list[type[Table]]:
    """Return the tables below `table` that this project declares, those of tests apart."""
    below = [class_ for child in table.__subclasses__() for class_ in [child, *every_table(child)]]
    return [
        c for c in below if "file" in vars(c) and c.__module__.startswith("cnnbench.") and c.__module__ in sys.modules
    ]
