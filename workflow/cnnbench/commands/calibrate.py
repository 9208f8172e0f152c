"""Compare how sure the networks of a study are with how often they are right."""

import argparse
from pathlib import Path

from cnnbench.analysis.calibration import calibrate
from cnnbench.analysis.outcomes import read_outcomes
from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table, write_table
from cnnbench.commands.arguments import user_errors_without_traceback


def main() -> None:
    """Read the command line and write `calibration.csv` and `reliability.csv`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.calibrate", description=__doc__)
    parser.add_argument("--study", type=Path, required=True, help="the resolved study, study.json")
    parser.add_argument("--runs", type=Path, required=True, help="the table of runs")
    parser.add_argument("--outcomes", type=Path, required=True, help="what every run read each image as, outcomes.npz")
    parser.add_argument("--output-folder", type=Path, required=True, help="the folder for the two tables")
    arguments = parser.parse_args()
    study, runs = read_resolved_study(arguments.study), read_table(arguments.runs)
    for name, table in vars(calibrate(study, runs, read_outcomes(arguments.outcomes))).items():
        write_table(arguments.output_folder / f"{name}.csv", table)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
