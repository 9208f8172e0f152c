"""Watching a training: lines with epoch, metrics, speed and time left, and an end when it diverges.

Both callbacks are `async_safe`: Keras then does not wait for the device after every update to pass them its numbers.
"""

import math
import time
from collections.abc import Callable
from typing import Any

import keras

from cnnbench.training.state import Epoch, TrainingState

SECONDS_BETWEEN_LINES = 30.0


class StopWhenDiverged(keras.callbacks.Callback):
    """Ends an epoch in which a metric is no longer finite."""

    async_safe = True

    def __init__(self, done: int = 0) -> None:
        """Count steps after the `done` ones of the same epoch."""
        super().__init__()
        self.step: int | None = None
        """The step, from 1, at which a mean was no longer finite; None as long as all are."""
        self._done = done

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at the epoch's means so far."""
        if self.step is None and not all(math.isfinite(value) for value in (logs or {}).values()):
            self.step = self._done + batch + 1
            self.model.stop_training = True


class StepProgress(keras.callbacks.Callback):
    """Reports every half minute how far a long epoch has come."""

    async_safe = True

    def __init__(self, epoch: int, epochs: int, steps: int, batch_size: int, say: Callable[[str], None]) -> None:
        super().__init__()
        self.prefix = f"epoch {epoch}/{epochs}"
        self.steps = steps
        self.batch_size = batch_size
        self.say = say
        self.started = self.last_line = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Write a line if the last one was long enough ago."""
        now = time.monotonic()
        if now - self.last_line < SECONDS_BETWEEN_LINES:
            return
        self.last_line = now
        logs = logs or {}
        speed = (batch + 1) * self.batch_size / (now - self.started)
        left = (self.steps - batch - 1) * self.batch_size / speed
        self.say(
            f"{self.prefix}  step {batch + 1}/{self.steps}  loss {logs.get('loss', float('nan')):.4f}"
            f"  {speed:,.0f} images/s  {clock(left)} left in this epoch"
        )


def epoch_line(epoch: Epoch, state: TrainingState, epochs: int) -> str:
    """Describe the epoch that led to `state`."""
    mean_seconds = state.seconds / state.epoch
    kept = "  best so far" if state.best_epoch == epoch.epoch else ""
    return (
        f"epoch {epoch.epoch}/{epochs}  loss {epoch.loss:.4f}  accuracy {epoch.accuracy:.2%}"
        f"  validation loss {epoch.validation_loss:.4f}  accuracy {epoch.validation_accuracy:.2%}"
        f"  learning rate {epoch.learning_rate:.3g}  {epoch.images_per_second:,.0f} images/s"
        f"  {clock(mean_seconds * (epochs - epoch.epoch))} left{kept}"
    )


def clock(seconds: float) -> str:
    """Format a duration as h:mm:ss, or as m:ss below an hour."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
