"""Results of a made-up study of which one table holds something else."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from cnnbench.analysis.tables.table import Row, write_rows
from cnnbench.reporting.results import Results


def with_rows(results: Results, table: type[Row], rows: Sequence[Row], folder: Path) -> Results:
    """Return a copy of `results` in `folder`, which is not there yet, whose `table` has these rows."""
    shutil.copytree(results.folder, folder)
    write_rows(folder, table, rows)
    return Results(folder, results.data)
