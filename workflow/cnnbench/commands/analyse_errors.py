"""Find out which test images the networks of a study misread, and whether they misread the same ones."""

import argparse
from pathlib import Path

from cnnbench.analysis.errors.analyse import analyse_errors
from cnnbench.analysis.outcomes import read_outcomes
from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table, write_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.files import read_json


def main() -> None:
    """Read the command line and write the tables about errors."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.analyse_errors", description=__doc__)
    parser.add_argument("--study", type=Path, required=True, help="the resolved study, study.json")
    parser.add_argument("--runs", type=Path, required=True, help="the table of runs, runs.csv")
    parser.add_argument("--outcomes", type=Path, required=True, help="what every network answered, outcomes.npz")
    parser.add_argument("--dataset", type=Path, required=True, help="the prepared dataset's dataset.json")
    parser.add_argument("--output-folder", type=Path, required=True, help="the folder for the tables")
    arguments = parser.parse_args()
    tables = analyse_errors(
        read_resolved_study(arguments.study),
        read_table(arguments.runs),
        read_outcomes(arguments.outcomes),
        read_json(arguments.dataset)["classes"],
    )
    for name, table in vars(tables).items():
        write_table(arguments.output_folder / f"{name}.csv", table)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
