"""Predictions of a trained network on the test part, which training never reads."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnbench.data.arrays import load_part, read_dataset
from cnnbench.evaluation.network import load_network
from cnnbench.files import read_json, write_atomically
from cnnbench.run_files import training_checksum
from cnnbench.study.status import DONE

BATCH_SIZE = 512


def predict_run(dataset: Path, folder: Path, output: Path, code: str) -> None:
    """Write the test probabilities of the run in `folder` to `output`.

    The file holds `probabilities`, float32 (n, classes), `labels`, int32 (n,), `training`, the checksum of the run's
    `training.json`, and `code`. A failed run has zero rows.

    Args:
        dataset: folder of the prepared dataset.
        folder: the run's folder, with `training.json` and `model.keras`.
        output: the `.npz` file to write.
        code: fingerprint of the code, kept with the result.
    """
    images, labels = load_part(dataset, "test")
    if read_json(folder / "training.json")["status"] == DONE:
        network = load_network(folder)
        probabilities = softmax(network.predict(images, batch_size=BATCH_SIZE, verbose=0))
    else:
        labels = labels[:0]
        probabilities = np.zeros((0, len(read_dataset(dataset)["classes"])), np.float32)
    with write_atomically(output) as temporary:
        np.savez(
            temporary,
            probabilities=probabilities,
            labels=labels,
            training=np.array(training_checksum(folder)),
            code=np.array(code),
        )


def softmax(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Return the probabilities (n, classes) of `logits` (n, classes)."""
    exponentials = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    probabilities: npt.NDArray[np.float32] = (exponentials / exponentials.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities
