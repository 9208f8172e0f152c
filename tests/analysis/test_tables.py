import math
from pathlib import Path

import pandas as pd
from cnnbench.analysis.tables import read_table, write_table


def test_text_that_looks_like_a_number_or_a_gap_stays_text(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "recipe_hash": ["12e4567890", "0000000001"],
            "version.keras": ["3.10", "3.9"],
            "class": ["NA", "None"],
            "reason": ["", "diverged"],
            "accuracy": [0.5, None],
            "seed": [0, 1],
        }
    )
    write_table(tmp_path / "runs.csv", table)
    found = read_table(tmp_path / "runs.csv")
    for column in ("recipe_hash", "version.keras", "class", "reason", "seed"):
        assert found[column].tolist() == table[column].tolist()
    assert found["accuracy"][0] == 0.5
    assert math.isnan(found["accuracy"][1])


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    write_table(tmp_path / "confusion.csv", pd.DataFrame(columns=["run", "true", "predicted", "images"]))
    assert list(read_table(tmp_path / "confusion.csv").columns) == ["run", "true", "predicted", "images"]
