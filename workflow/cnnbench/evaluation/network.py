"""Reading a trained network."""

from pathlib import Path

import keras

import cnnbench.models.network.normalization  # noqa: F401 - a saved network may hold this project's own layers
from cnnbench.errors import UserError
from cnnbench.files import reading_result
from cnnbench.run_files import trained_file


def load_network(folder: Path) -> keras.Model:
    """Return the network of the run in `folder`, from stored images to logits.

    Raises:
        UserError: its `model.keras` is missing or damaged, or of another training, or holds code.
    """
    path = trained_file(folder, "model.keras")
    with reading_result(path):
        try:
            return keras.saving.load_model(path, compile=False, safe_mode=True)
        except ValueError as error:
            # Keras advises to run it all the same.
            if "safe_mode" not in str(error):
                raise
            raise UserError(
                f"{path} holds code of its own, such as a Lambda layer, which could do anything and is not run; remove"
                " the file, and the next run of the workflow trains the network again"
            ) from None
