"""The state of a training between two epochs: all that the next epoch depends on, apart from the variables."""

import math
from dataclasses import dataclass, field, replace

from cnnbench.study.recipe import Recipe, ReduceOnPlateau
from cnnbench.training.schedule import scheduled_rate


@dataclass(frozen=True)
class Epoch:
    """One row of `history.csv`."""

    epoch: int
    learning_rate: float
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float
    images_per_second: float

    @property
    def not_finite(self) -> dict[str, float]:
        """The metrics that are infinite or no number, by their names in sentences."""
        metrics = {
            "training loss": self.loss,
            "training accuracy": self.accuracy,
            "validation loss": self.validation_loss,
            "validation accuracy": self.validation_accuracy,
        }
        return {name: value for name, value in metrics.items() if not math.isfinite(value)}


@dataclass(frozen=True)
class TrainingState:
    """What the next epoch depends on."""

    learning_rate: float
    history: tuple[Epoch, ...] = field(default=())
    best_epoch: int | None = None
    """Number (from 1) of the epoch with the best `selection` value so far.

    Of equal validation accuracies, the one with the lower validation loss is the best; in a full tie, the first is.
    """
    plateau_loss: float = math.inf
    """Lowest validation loss that the schedule has seen."""
    plateau_epochs: int = 0
    """Epochs since then, or since the learning rate last fell."""
    diverged_in_step: int | None = None
    """Step of the last epoch, from 1, at which a mean of the epoch was no longer finite; None if all were."""

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return len(self.history)

    @property
    def diverged(self) -> bool:
        """Whether a metric of the last epoch is no longer finite."""
        return bool(self.history) and bool(self.history[-1].not_finite)

    @property
    def seconds(self) -> float:
        """Training time of all epochs."""
        return sum(epoch.seconds for epoch in self.history)


def first_state(recipe: Recipe) -> TrainingState:
    """Return the state before the first epoch."""
    return TrainingState(learning_rate=scheduled_rate(recipe, 1))


def after_epoch(
    state: TrainingState, epoch: Epoch, recipe: Recipe, diverged_in_step: int | None = None
) -> TrainingState:
    """Return the state that follows `state` after its next epoch, which went as `epoch` says."""
    better = not epoch.not_finite and (
        state.best_epoch is None or _score(epoch, recipe) > _score(state.history[state.best_epoch - 1], recipe)
    )
    following = replace(
        state,
        history=(*state.history, epoch),
        best_epoch=epoch.epoch if better else state.best_epoch,
        diverged_in_step=diverged_in_step,
    )
    if isinstance(recipe.schedule, ReduceOnPlateau):
        return _reduce_on_plateau(following, epoch, recipe.schedule)
    return replace(following, learning_rate=scheduled_rate(recipe, following.epoch + 1))


def finished(state: TrainingState, recipe: Recipe) -> bool:
    """Say whether training ends here: all epochs done, diverged, or stopped early."""
    stopping = recipe.early_stopping
    waited = state.epoch - state.best_epoch if state.best_epoch is not None else 0
    stopped_early = stopping is not None and waited >= stopping.patience
    return state.epoch >= recipe.epochs or state.diverged or stopped_early


def kept_epoch(state: TrainingState, recipe: Recipe) -> int | None:
    """Return the epoch whose weights are kept if training ends here: the best, or the last if the recipe says so."""
    if recipe.early_stopping is not None and not recipe.early_stopping.restore_best and not state.diverged:
        return state.epoch or None
    return state.best_epoch


def _score(epoch: Epoch, recipe: Recipe) -> tuple[float, ...]:
    """Return what is higher for a better epoch."""
    if recipe.selection == "validation_accuracy":
        return epoch.validation_accuracy, -epoch.validation_loss
    return (-epoch.validation_loss,)


def _reduce_on_plateau(state: TrainingState, epoch: Epoch, schedule: ReduceOnPlateau) -> TrainingState:
    if epoch.validation_loss < state.plateau_loss:
        return replace(state, plateau_loss=epoch.validation_loss, plateau_epochs=0)
    waited = state.plateau_epochs + 1
    if waited < schedule.patience:
        return replace(state, plateau_epochs=waited)
    # A floor above the present rate must not raise it.
    lower = min(state.learning_rate, max(state.learning_rate * schedule.factor, schedule.floor))
    return replace(state, plateau_epochs=0, learning_rate=lower)
