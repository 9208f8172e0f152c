"""Gather what each architecture and recipe of a study costs."""

import argparse
from pathlib import Path

from cnnbench.analysis.costs import gather_costs
from cnnbench.analysis.latency import read_latencies
from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table, write_table
from cnnbench.commands.arguments import user_errors_without_traceback


def main() -> None:
    """Read the command line and write the table."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.gather_costs", description=__doc__)
    parser.add_argument("--study", type=Path, required=True, help="the resolved study, study.json")
    parser.add_argument("--runs", type=Path, required=True, help="the table of runs")
    parser.add_argument("--latencies", type=Path, nargs="*", default=[], help="latency.json of a run a network")
    parser.add_argument("--output", type=Path, required=True, help="the table to write")
    arguments = parser.parse_args()
    study, runs = read_resolved_study(arguments.study), read_table(arguments.runs)
    write_table(arguments.output, gather_costs(study, runs, read_latencies(study, arguments.latencies)))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
