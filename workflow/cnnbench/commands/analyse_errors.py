"""Find out which test images the networks of a study misread, and whether they misread the same ones."""

import argparse
from pathlib import Path

from cnnbench.analysis.answers import read_answers
from cnnbench.analysis.errors.analyse import analyse_errors
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.errors import (
    Agreement,
    ClassAccuracy,
    ConfusedPair,
    ErrorCounts,
    HardestImage,
    Mistake,
    Vote,
)
from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.analysis.tables.table import read_frame, read_rows, write_rows
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.data.arrays import read_dataset
from cnnbench.provenance import job
from cnnbench.study.study_file import read_study_file


def main() -> None:
    """Read the command line and write the tables about errors."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.analyse_errors", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    add_code(parser)
    arguments = parser.parse_args()
    with job(arguments.code):
        folder: Path = arguments.folder
        tables = analyse_errors(
            read_study_file(folder),
            read_rows(folder, Result),
            read_frame(folder, RunRecord),
            read_answers(folder / "answers.npz"),
            read_dataset(arguments.dataset)["classes"],
        )
        write_rows(folder, ErrorCounts, tables.error_counts)
        write_rows(folder, ConfusedPair, tables.confused_pairs)
        write_rows(folder, ClassAccuracy, tables.class_accuracy)
        write_rows(folder, Mistake, tables.mistakes)
        write_rows(folder, HardestImage, tables.hardest_images)
        write_rows(folder, Agreement, tables.agreement)
        write_rows(folder, Vote, tables.votes)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
