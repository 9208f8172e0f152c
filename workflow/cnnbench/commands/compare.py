"""Compare the results of a study: which differences are more than chance, and whether seeds would choose the same."""

import argparse
from pathlib import Path

from cnnbench.analysis.answers import read_answers
from cnnbench.analysis.choices import choose_by_validation
from cnnbench.analysis.comparisons import compare
from cnnbench.analysis.grid_effects import grid_effects
from cnnbench.analysis.tables.choices import ChoiceStability, ValidationChoice
from cnnbench.analysis.tables.comparisons import (
    Comparison,
    GridEffect,
    GridStanding,
    Result,
    SeedDifference,
    SmallestDifference,
    Standing,
)
from cnnbench.analysis.tables.runs import Epoch, RunRecord
from cnnbench.analysis.tables.table import read_frame, read_rows, write_rows
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.provenance import job
from cnnbench.study.study_file import read_study_file


def main() -> None:
    """Read the command line and write the tables of comparisons."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.compare", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    add_code(parser)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    with job(arguments.code):
        study, runs, answers = (
            read_study_file(folder),
            read_frame(folder, RunRecord),
            read_answers(folder / "answers.npz"),
        )
        results = read_rows(folder, Result)
        compared = compare(study, results, runs, answers)
        write_rows(folder, Standing, compared.standings)
        write_rows(folder, GridStanding, compared.grid_standings)
        write_rows(folder, Comparison, compared.comparisons)
        write_rows(folder, SeedDifference, compared.seed_differences)
        write_rows(folder, SmallestDifference, compared.smallest_differences)
        write_rows(folder, GridEffect, grid_effects(study, results, runs, answers))
        choices = choose_by_validation(study, results, runs, read_frame(folder, Epoch))
        write_rows(folder, ValidationChoice, choices.validation_choices)
        write_rows(folder, ChoiceStability, choices.choice_stability)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
