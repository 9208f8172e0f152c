"""Reading a trained network."""

from pathlib import Path

import keras

import cnnbench.models.network.normalization  # noqa: F401 - a saved network may hold this project's own layers
from cnnbench.files import reading_result
from cnnbench.run_files import trained_file


def load_network(folder: Path) -> keras.Model:
    """Return the network of the run in `folder`, from stored images to logits.

    Raises:
        UserError: its `model.keras` is missing or damaged, or of another training.
    """
    path = trained_file(folder, "model.keras")
    with reading_result(path):
        return keras.saving.load_model(path, compile=False)
