"""The moving average of the weights, and the weights themselves.

Keras's optimizers keep the average, and put it into the network whenever a `fit` ends. Here every epoch is a `fit`: the
average is validated and kept, but the next epoch must continue from the weights themselves.
"""

from typing import Any

import keras
import numpy as np
import numpy.typing as npt


class TrainedWeights(keras.callbacks.Callback):
    """Remembers the weights at the end of an epoch if the optimizer is about to replace them with their average."""

    async_safe = True

    def __init__(self, trained: keras.Model) -> None:
        super().__init__()
        self.variables = trained.trainable_variables
        self.weights: list[npt.NDArray[np.generic]] = []

    @property
    def averaged(self) -> bool:
        """Whether the optimizer keeps an average."""
        optimizer = self.model.optimizer
        return bool(getattr(optimizer, "inner_optimizer", optimizer).use_ema)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Copy the weights."""
        if self.averaged:
            # Copies, because under JAX on a CPU plain arrays would be views of memory that the next update overwrites.
            self.weights = [np.array(variable) for variable in self.variables]

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Give the network, which now holds the average, memory of its own.

        Under JAX it would share the optimizer's, and validation, which may overwrite what it reads, would destroy that.
        """
        if self.averaged:
            for variable in self.variables:
                variable.assign(np.array(variable))

    def put_back(self) -> None:
        """Undo the replacement."""
        for variable, weights in zip(self.variables, self.weights, strict=False):
            variable.assign(weights)
