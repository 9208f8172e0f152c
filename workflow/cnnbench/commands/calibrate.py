"""Compare how sure the networks of a study are with how often they are right."""

import argparse
from pathlib import Path

from cnnbench.analysis.answers import read_answers
from cnnbench.analysis.calibration import calibrate
from cnnbench.analysis.tables.calibration import Calibration, ReliabilityBin
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import Epoch, RunRecord
from cnnbench.analysis.tables.table import read_frame, read_rows, write_rows
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.provenance import job


def main() -> None:
    """Read the command line and write `calibration.csv` and `reliability.csv`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.calibrate", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    add_code(parser)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    with job(arguments.code):
        tables = calibrate(
            read_rows(folder, Result),
            read_frame(folder, RunRecord),
            read_frame(folder, Epoch),
            read_answers(folder / "answers.npz"),
        )
        write_rows(folder, Calibration, tables.calibration)
        write_rows(folder, ReliabilityBin, tables.reliability)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
