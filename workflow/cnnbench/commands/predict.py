"""Predict the test part with one run's network."""

import argparse
from pathlib import Path

from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.training.backend import set_up_backend


def main() -> None:
    """Read the command line and predict."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.predict", description=__doc__)
    parser.add_argument("--backend", required=True, help="what Keras computes with")
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    parser.add_argument("--folder", type=Path, required=True, help="the run's folder")
    parser.add_argument("--output", type=Path, required=True, help="the .npz file to write")
    parser.add_argument("--threads", type=int, default=1)
    add_code(parser)
    arguments = parser.parse_args()
    set_up_backend(arguments.backend, arguments.threads)
    # Imports Keras, which reads the backend's settings once and for all.
    from cnnbench.evaluation.predict import predict_run

    predict_run(arguments.dataset, arguments.folder, arguments.output, arguments.code)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
