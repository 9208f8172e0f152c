"""Gather what every network of a study read each test image as."""

import argparse
from pathlib import Path

from cnnbench.analysis.answers import gather_answers, write_answers
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.provenance import job
from cnnbench.study.study_file import read_study_file


def main() -> None:
    """Read the command line and write `answers.npz`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.gather_answers", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    add_code(parser)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    with job(arguments.code):
        write_answers(folder / "answers.npz", gather_answers(read_study_file(folder), Path()))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
