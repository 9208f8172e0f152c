"""How much disk a training needs, known once its network and its optimizer are built."""

from pathlib import Path

import keras
import numpy as np

from cnnbench.storage import require_space
from cnnbench.training.checkpoint import CHECKPOINTS, KEPT


def require_space_for_training(folder: Path, model: keras.Model, network: keras.Model) -> None:
    """Refuse to start a training whose checkpoints and result will not fit.

    While a checkpoint is written, `KEPT` older ones are still there. Each may hold the best weights so far beside the
    present ones.

    Args:
        folder: the run's folder; the checkpoints that are there will be replaced, so their space counts as free.
        model: what learns; its optimizer is built.
        network: its part that is saved.

    Raises:
        UserError: naming the folder, what is needed and what is free.
    """
    weights = _bytes(network.variables)
    checkpoint = 2 * weights + _bytes(model.optimizer.variables)
    there = sum(path.stat().st_size for path in (folder / CHECKPOINTS).glob("*.npz"))
    require_space(folder, (KEPT + 1) * checkpoint + weights - there, "this training")


def _bytes(variables: list[keras.Variable]) -> int:
    return sum(np.asarray(variable).nbytes for variable in variables)
