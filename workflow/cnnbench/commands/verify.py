"""Read every file of a study's results, and say which are not what was written."""

import argparse
import os
import sys
from pathlib import Path

from tqdm import tqdm

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.planning import make_plan
from cnnbench.study.config_file import read_config
from cnnbench.verification import checks


def main() -> None:
    """Read the command line and the files; the exit status is 1 if one of them is damaged."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.verify", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the study's config file")
    arguments = parser.parse_args()
    plan = make_plan(read_config(arguments.config), str(arguments.config), os.environ)
    found = list(checks(plan))
    problems = [problem for check in tqdm(found, unit="file", disable=None) if (problem := check.problem)]
    for problem in problems:
        print(problem)
    sound = len(found) - len(problems)
    print(f"{sound:,} of {len(found):,} files are what was written" if found else "There are no results yet")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
