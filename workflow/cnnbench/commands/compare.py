"""Compare the results of a study: which differences are more than chance."""

import argparse
from pathlib import Path

from cnnbench.analysis.comparisons import compare
from cnnbench.analysis.grid_effects import grid_effects
from cnnbench.analysis.outcomes import read_outcomes
from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table, write_table
from cnnbench.commands.arguments import user_errors_without_traceback


def main() -> None:
    """Read the command line and write the tables."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.compare", description=__doc__)
    parser.add_argument("--study", type=Path, required=True, help="the resolved study, study.json")
    parser.add_argument("--runs", type=Path, required=True, help="the table of runs, runs.csv")
    parser.add_argument("--outcomes", type=Path, required=True, help="what every network read, outcomes.npz")
    parser.add_argument("--output-folder", type=Path, required=True, help="folder to write the four tables into")
    arguments = parser.parse_args()
    study, runs = read_resolved_study(arguments.study), read_table(arguments.runs)
    outcomes = read_outcomes(arguments.outcomes)
    tables = {
        **vars(compare(study, runs, outcomes)),
        "grid_effects": grid_effects(study.experiments, runs, outcomes),
    }
    for name, table in tables.items():
        write_table(arguments.output_folder / f"{name}.csv", table)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
