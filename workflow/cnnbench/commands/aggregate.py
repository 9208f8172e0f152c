"""Collect the results of a study's runs in tables."""

import argparse
from pathlib import Path

from cnnbench.analysis.collect import collect
from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import write_table
from cnnbench.commands.arguments import user_errors_without_traceback


def main() -> None:
    """Read the command line and write `runs.csv`, `histories.csv`, `per_class.csv` and `confusion.csv`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.aggregate", description=__doc__)
    parser.add_argument("--study", type=Path, required=True, help="the resolved study, study.json")
    parser.add_argument("--output-folder", type=Path, required=True, help="the folder for the four tables")
    arguments = parser.parse_args()
    tables = collect(read_resolved_study(arguments.study), Path())
    for name, table in vars(tables).items():
        write_table(arguments.output_folder / f"{name}.csv", table)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
