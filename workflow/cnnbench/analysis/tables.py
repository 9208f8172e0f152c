"""The tables of a study as CSV files, read back with the types they were written with."""

from pathlib import Path

import pandas as pd

from cnnbench.files import write_atomically

_TEXT = {
    "run", "dataset", "architecture", "title", "recipe_hash", "status", "reason", "device", "hardware", "data", "code",
    "class", "true", "predicted", "key", "family", "source", "missing", "excluded", "criterion", "first_below",
    "first_above", "machine", "networks_of", "first", "second", "first_name", "second_name", "best_name", "worst_name",
    "answers", "vote", "name", "meters", "reading", "kind", "first_architecture", "first_recipe_hash",
    "second_architecture", "second_recipe_hash", "verdict", "experiment", "factor", "level", "reference", "with_factor",
    "with_level", "with_reference",
}  # fmt: skip
_TEXT_PREFIXES = ("recipe.", "version.")


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write `table` as CSV, atomically."""
    with write_atomically(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")


def read_table(path: Path) -> pd.DataFrame:
    """Return a table that `write_table` wrote.

    Text stays text: a hash like `12e4567890`, a version like `3.10` and a class called `NA` are not numbers or gaps. An
    empty cell is an empty text, or NaN in a column of numbers.
    """
    names = list(pd.read_csv(path, nrows=0).columns)
    text = [name for name in names if name in _TEXT or name.startswith(_TEXT_PREFIXES)]
    numbers = {name: ["", "nan"] for name in names if name not in text}
    return pd.read_csv(path, dtype=dict.fromkeys(text, "str"), keep_default_na=False, na_values=numbers)
