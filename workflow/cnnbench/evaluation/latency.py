"""How long a trained network takes to answer, on the machine at hand."""

import time
from pathlib import Path

import keras
import numpy as np

from cnnbench.evaluation.network import load_network
from cnnbench.files import read_json, write_sealed_json
from cnnbench.run_files import training_checksum
from cnnbench.study.status import DONE
from cnnbench.training.machine import hardware

BATCHES = (1, 256)
WARM_UP = 3
REPETITIONS = 10
SECONDS = 1.0


def measure_run(folder: Path, threads: int, output: Path, code: str) -> None:
    """Write the latency of the network of the run in `folder` to `output`.

    The JSON file holds `architecture`, `hardware` and `milliseconds`: for each batch size the median time that a batch
    takes; for a failed run it is empty.

    Args:
        folder: the run's folder, with `training.json` and `model.keras`.
        threads: CPU threads that are used, for the record.
        output: the file to write.
        code: fingerprint of the code, kept with the result.
    """
    training = read_json(folder / "training.json")
    milliseconds = {}
    if training["status"] == DONE:
        network = load_network(folder)
        milliseconds = {str(batch): 1000 * median_seconds(network, batch) for batch in BATCHES}
    content = {
        "architecture": training["architecture"],
        "hardware": hardware(threads),
        "milliseconds": milliseconds,
        "training": training_checksum(folder),
        "code": code,
    }
    write_sealed_json(output, content)


def median_seconds(network: keras.Model, batch: int) -> float:
    """Return how many seconds a warm `network` takes for `batch` images, from main memory and back (median)."""
    images = np.zeros((batch, *network.input_shape[1:]), np.uint8)
    for _ in range(WARM_UP):
        network.predict_on_batch(images)
    times: list[float] = []
    while len(times) < REPETITIONS or sum(times) < SECONDS:
        started = time.perf_counter()
        network.predict_on_batch(images)
        times.append(time.perf_counter() - started)
    return float(np.median(times))
