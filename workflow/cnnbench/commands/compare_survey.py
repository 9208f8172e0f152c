"""Set what was reached here beside what the survey knew."""

import argparse
from pathlib import Path

from cnnbench.analysis.latency import read_latencies
from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.survey.outcome import survey_outcome
from cnnbench.analysis.tables import read_table, write_table
from cnnbench.commands.arguments import user_errors_without_traceback


def main() -> None:
    """Read the command line and write the table."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.compare_survey", description=__doc__)
    parser.add_argument("--ranking", type=Path, required=True, help="the survey's table of architectures")
    parser.add_argument("--study", type=Path, required=True, help="the resolved study, study.json")
    parser.add_argument("--runs", type=Path, required=True, help="the table of runs")
    parser.add_argument("--latencies", type=Path, nargs="*", default=[], help="latency.json of a run a network")
    parser.add_argument("--output", type=Path, required=True, help="the table to write")
    arguments = parser.parse_args()
    study, runs = read_resolved_study(arguments.study), read_table(arguments.runs)
    latencies = read_latencies(study, arguments.latencies)
    write_table(arguments.output, survey_outcome(read_table(arguments.ranking), study, runs, latencies))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
