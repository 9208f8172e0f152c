"""Train one run, in a process that may die of it."""

import argparse
import sys

from cnnbench.commands import train_attempt
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.training.supervision import supervise


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.train", description=__doc__)
    train_attempt.add_run_arguments(parser)
    arguments = parser.parse_args()
    command = [sys.executable, "-m", train_attempt.__name__, *sys.argv[1:], "--end-with-input"]
    settings = train_attempt.settings_of(arguments)
    sys.exit(supervise(settings, arguments.folder, command, train_attempt.say_of(arguments)))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
