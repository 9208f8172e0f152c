"""Saving the state of a training while it runs, and putting it back."""

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from cnnbench.errors import UserError
from cnnbench.system_errors import is_full
from cnnbench.training.checkpoint import Checkpoint, Checkpoints, Values, WithinEpoch
from cnnbench.training.interruption import CheckpointClock, Interruption, TimeIsUpError
from cnnbench.training.randomness import random_generators
from cnnbench.training.space import require_space_for_training
from cnnbench.training.state import TrainingState


class Saver:
    """Saves the variables of a training, together with its state."""

    def __init__(
        self,
        checkpoints: Checkpoints,
        minutes: float,
        interruption: Interruption,
        joules: Callable[[], Mapping[str, float]],
        say: Callable[[str], None] = print,
        time_limit_minutes: float | None = None,
    ) -> None:
        """Save into `checkpoints`, at most `minutes` apart, and when `interruption` asks for it.

        Args:
            checkpoints: where to save.
            minutes: the longest time between two of them.
            interruption: a request to end.
            joules: returns the energy that this process has taken so far, by device.
            say: called with a line if a checkpoint could not be written.
            time_limit_minutes: the longest training time of the run, over all its processes; None: no limit.
        """
        self._checkpoints = checkpoints
        self._clock = CheckpointClock(minutes)
        self._interruption = interruption
        self._joules = joules
        self._say = say
        self._limit = math.inf if time_limit_minutes is None else 60 * time_limit_minutes
        self._joules_before: Mapping[str, float] = {}

    def restore(self, model: keras.Model, network: keras.Model) -> Checkpoint | None:
        """Give `model` the variables of the newest checkpoint, and return it; None if there is none.

        Args:
            model: what learns; its optimizer and metrics are built.
            network: its part whose variables are saved; the others hold the training images.
        """
        require_space_for_training(self._checkpoints.folder.parent, model, network)
        checkpoint = self._checkpoints.newest()
        if checkpoint is not None:
            self._joules_before = checkpoint.joules
            _assign(_variables(model, network), checkpoint.variables)
        return checkpoint

    def joules(self) -> dict[str, float]:
        """Return the energy that this process and those before it have taken."""
        now = self._joules()
        return {kind: now.get(kind, 0.0) + self._joules_before.get(kind, 0.0) for kind in {*now, *self._joules_before}}

    def after_epoch(
        self, model: keras.Model, network: keras.Model, state: TrainingState, kept: Values | None, last: bool
    ) -> None:
        """Save at the end of an epoch, if that is due; always at the end of the `last`, for results may fail to fit."""
        due = self._interruption.requested or self._clock.due_after_epoch() or state.seconds >= self._limit
        if last or due:
            self.save(model, network, state, kept, None)

    def due_in_epoch(self, seconds: float) -> bool:
        """Say whether to save before the epoch ends; `seconds` is the run's training time so far."""
        self._interruption.steps_are_short = True
        return self._interruption.requested or self._clock.due_in_epoch() or seconds >= self._limit

    def end_in_time(self, state: TrainingState, seconds: float) -> None:
        """End the training if `seconds`, its time so far, reaches the limit.

        Args:
            state: after the last finished epoch.
            seconds: with what is done of the next one.

        Raises:
            TimeIsUpError: it does.
        """
        if seconds >= self._limit:
            raise TimeIsUpError(state)

    def save(
        self,
        model: keras.Model,
        network: keras.Model,
        state: TrainingState,
        kept: Values | None,
        within: WithinEpoch | None,
    ) -> None:
        """Save now, and end the process if it was asked to end.

        Args:
            model: what learns.
            network: as in `restore`.
            state: after the last finished epoch.
            kept: weights of the epoch that is kept so far.
            within: how far the next epoch has come; None at the end of one.
        """
        started = time.monotonic()
        variables = _copies(_variables(model, network))
        try:
            self._checkpoints.save(Checkpoint(state, variables, kept, within, self.joules()))
        except UserError as error:
            # The one before is still there; the next may fit again.
            if not is_full(error):
                raise
            self._say(f"no checkpoint was written, training goes on: {error}")
        self._clock.saved(time.monotonic() - started)
        if self._interruption.requested:
            self._interruption.leave()


class SaveWithinEpoch(keras.callbacks.Callback):
    """Saves between two batches; first of all, puts the means of a resumed epoch back."""

    async_safe = True

    def __init__(
        self,
        saver: Saver,
        network: keras.Model,
        state: TrainingState,
        kept: Values | None,
        done: WithinEpoch | None,
    ) -> None:
        """See `Saver.save`; `done` is what of the epoch was done before this process."""
        super().__init__()
        self.saver, self.network, self.state, self.kept, self.done = saver, network, state, kept, done
        self.started = time.perf_counter()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Put the means and the random generators back; Keras has just reset the means."""
        if self.done is not None:
            _assign(self.model.metrics_variables, self.done.metrics)
            _assign(_generators(self.model), self.done.generators)

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Save what the batches before this one led to, if that is due.

        Keras calls what follows a batch in another thread, while the next batch is computed.
        """
        if batch == 0:
            return
        done = self.done or WithinEpoch(0, 0.0, [], [])
        seconds = done.seconds + time.perf_counter() - self.started
        in_all = self.state.seconds + seconds
        if self.saver.due_in_epoch(in_all):
            model = self.model  # Under JAX, this is what brings the variables up to date.
            within = WithinEpoch(
                done.step + batch, seconds, _copies(model.metrics_variables), _copies(_generators(model))
            )
            self.saver.save(model, self.network, self.state, self.kept, within)
            self.saver.end_in_time(self.state, in_all)


def _variables(model: keras.Model, network: keras.Model) -> list[keras.Variable]:
    return [*network.variables, *model.optimizer.variables]


def _generators(model: keras.Model) -> list[keras.Variable]:
    return [generator.state for generator in random_generators(model)]


def _copies(variables: list[keras.Variable]) -> Values:
    # Under JAX on a CPU, plain arrays would be views of memory that the next update overwrites.
    return [np.array(variable) for variable in variables]


def _assign(variables: list[keras.Variable], values: list[npt.NDArray[Any]]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
