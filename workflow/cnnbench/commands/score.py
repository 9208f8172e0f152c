"""Compute the metrics of one run from its predictions."""

import argparse
from pathlib import Path

from cnnbench.array_files import load_arrays
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.data.arrays import read_dataset
from cnnbench.evaluation.metrics import all_metrics
from cnnbench.files import read_json, write_sealed_json
from cnnbench.run_files import facts_of, refuse_of_another_training, training_checksum
from cnnbench.study.status import DONE


def main() -> None:
    """Read the command line and write `metrics.json`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.score", description=__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    parser.add_argument("--training", type=Path, required=True, help="the run's training.json")
    parser.add_argument("--predictions", type=Path, required=True, help="the run's predictions.npz")
    parser.add_argument("--output", type=Path, required=True, help="the metrics.json to write")
    add_code(parser)
    arguments = parser.parse_args()
    training = read_json(arguments.training)
    folder = arguments.training.parent
    probabilities, labels, of_training, predicted_by = load_arrays(
        arguments.predictions, "probabilities", "labels", "training", "code"
    )
    refuse_of_another_training(arguments.predictions, str(of_training), folder)
    metrics = {
        "status": training["status"],
        "reason": training["reason"],
        "training": training_checksum(folder),
        "predictions": facts_of(arguments.predictions),
        "code": {"predict": str(predicted_by), "score": arguments.code},
    }
    if training["status"] == DONE:
        metrics |= all_metrics(probabilities, labels, read_dataset(arguments.dataset)["classes"])
    write_sealed_json(arguments.output, metrics)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
