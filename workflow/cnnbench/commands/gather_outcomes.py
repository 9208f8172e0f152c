"""Gather what every network of a study read each test image as."""

import argparse
from pathlib import Path

from cnnbench.analysis.outcomes import gather_outcomes, write_outcomes
from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.commands.arguments import user_errors_without_traceback


def main() -> None:
    """Read the command line and write `outcomes.npz`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.gather_outcomes", description=__doc__)
    parser.add_argument("--study", type=Path, required=True, help="the resolved study, study.json")
    parser.add_argument("--output", type=Path, required=True, help="the .npz file to write")
    arguments = parser.parse_args()
    write_outcomes(arguments.output, gather_outcomes(read_resolved_study(arguments.study), Path()))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
