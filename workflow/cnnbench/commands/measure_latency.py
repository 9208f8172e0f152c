"""Measure how long one run's network takes to answer."""

import argparse
from pathlib import Path

from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.training.backend import set_up_backend


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.measure_latency", description=__doc__)
    parser.add_argument("--backend", required=True, help="what Keras computes with")
    parser.add_argument("--folder", type=Path, required=True, help="the run's folder")
    parser.add_argument("--output", type=Path, required=True, help="the .json file to write")
    parser.add_argument("--threads", type=int, default=1)
    add_code(parser)
    arguments = parser.parse_args()
    set_up_backend(arguments.backend, arguments.threads)
    # Imports Keras, which reads the backend's settings once and for all.
    from cnnbench.evaluation.latency import measure_run

    measure_run(arguments.folder, arguments.threads, arguments.output, arguments.code)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
