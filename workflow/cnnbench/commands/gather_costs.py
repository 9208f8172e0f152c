"""Gather what each architecture and recipe of a study costs."""

import argparse
from pathlib import Path

from cnnbench.analysis.costs import gather_costs
from cnnbench.analysis.latency import read_latencies
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.costs import Cost
from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.analysis.tables.table import read_frame, read_rows, write_rows
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.provenance import job
from cnnbench.study.study_file import read_study_file


def main() -> None:
    """Read the command line and write `costs.csv`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.gather_costs", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    parser.add_argument("--latencies", type=Path, nargs="*", default=[], help="latency.json of one run per network")
    add_code(parser)
    arguments = parser.parse_args()
    with job(arguments.code):
        folder: Path = arguments.folder
        latencies = read_latencies(read_study_file(folder), arguments.latencies)
        write_rows(folder, Cost, gather_costs(read_rows(folder, Result), read_frame(folder, RunRecord), latencies))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
