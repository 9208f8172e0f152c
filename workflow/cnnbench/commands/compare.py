"""Compare the results of a study: which differences are more than chance."""

import argparse
from pathlib import Path

from cnnbench.analysis.answers import read_answers
from cnnbench.analysis.comparisons import compare
from cnnbench.analysis.grid_effects import grid_effects
from cnnbench.analysis.tables.comparisons import (
    Comparison,
    GridEffect,
    Result,
    SeedDifference,
    SmallestDifference,
    Standing,
)
from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.analysis.tables.table import read_frame, read_rows, write_rows
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.study.study_file import read_study_file


def main() -> None:
    """Read the command line and write the tables of comparisons."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.compare", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    folder: Path = parser.parse_args().folder
    study, runs, answers = read_study_file(folder), read_frame(folder, RunRecord), read_answers(folder / "answers.npz")
    compared = compare(study, read_rows(folder, Result), runs, answers)
    write_rows(folder, Standing, compared.standings)
    write_rows(folder, Comparison, compared.comparisons)
    write_rows(folder, SeedDifference, compared.seed_differences)
    write_rows(folder, SmallestDifference, compared.smallest_differences)
    write_rows(folder, GridEffect, grid_effects(study.experiments, runs, answers))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
