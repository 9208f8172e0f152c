"""The epoch loop."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from cnnbench.data.labelled import LabelledImages
from cnnbench.models.network.build import main_head
from cnnbench.study.recipe import Recipe
from cnnbench.training.averaging import TrainedWeights
from cnnbench.training.batches import Batches
from cnnbench.training.checkpoint import WithinEpoch
from cnnbench.training.feeding import feed_by_index
from cnnbench.training.loss import make_loss
from cnnbench.training.optimizer import make_optimizer
from cnnbench.training.progress import StepProgress, StopWhenDiverged, epoch_line
from cnnbench.training.randomness import epoch_order, seed_generators
from cnnbench.training.saving import Saver, SaveWithinEpoch
from cnnbench.training.state import Epoch, TrainingState, after_epoch, finished, first_state, kept_epoch

Weights = list[npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Trained:
    """How a training ended."""

    state: TrainingState
    network: keras.Model
    """The main head, with the weights of the epoch that is kept, or the last ones if no epoch had finite metrics."""


@dataclass(frozen=True)
class _Training:
    """What stays the same from epoch to epoch."""

    model: keras.Model
    """From indices and labels; this is what learns."""
    network: keras.Model
    """From images to the logits of all heads."""
    scored: keras.Model
    """Its main head; this is what is validated and kept."""
    training: LabelledImages
    validation: LabelledImages
    recipe: Recipe
    batches: Batches
    seed: int
    say: Callable[[str], None]
    saver: Saver


def train(
    network: keras.Model,
    training: LabelledImages,
    validation: LabelledImages,
    recipe: Recipe,
    seed: int,
    say: Callable[[str], None],
    saver: Saver,
    batches: Batches,
) -> Trained:
    """Train `network` as the recipe says, and return the final state with the network that is kept.

    The validation images alone decide which epoch is best.

    Args:
        network: from stored images (batch, height, width, channels) to logits (batch, classes) of one or more heads.
        training: the images to learn from.
        validation: the images that the schedule, early stopping and the choice of the best epoch depend on.
        recipe: every hyper-parameter.
        seed: together with the epoch, determines everything random.
        say: called with lines of progress.
        saver: saves the training while it runs; if it has a checkpoint, the training goes on from there.
        batches: how each update is computed.

    Raises:
        TimeIsUpError: the run has reached its time limit.
    """
    model, scored = feed_by_index(network, training.images, recipe), main_head(network)
    metrics = ["sparse_categorical_accuracy"]
    model.compile(make_optimizer(recipe, batches.parts), metrics=metrics, jit_compile=jit_compile())
    scored.compile(loss=make_loss(recipe, scored.output_shape[-1]), metrics=metrics, jit_compile=jit_compile())
    _build(model, batches.size)
    fixed = _Training(model, network, scored, training, validation, recipe, batches, seed, say, saver)
    resumed = saver.restore(model, network)
    state, kept_weights = (resumed.state, resumed.kept) if resumed else (first_state(recipe), None)
    within = resumed.within if resumed else None
    if resumed:
        say(f"going on after epoch {state.epoch}{f' and {within.step} steps' if within else ''}")
    trained_weights = TrainedWeights(model)
    while not finished(state, recipe):
        saver.end_in_time(state, state.seconds + (within.seconds if within else 0.0))
        epoch, diverged_in_step = _train_epoch(fixed, state, trained_weights, kept_weights, within)
        state, within = after_epoch(state, epoch, recipe, diverged_in_step), None
        if kept_epoch(state, recipe) == epoch.epoch:
            kept_weights = scored.get_weights()
        trained_weights.put_back()
        say(epoch_line(epoch, state, recipe.epochs))
        saver.after_epoch(model, network, state, kept_weights, last=finished(state, recipe))
    if kept_weights is not None:
        scored.set_weights(kept_weights)
    return Trained(state, scored)


def jit_compile() -> bool | str:
    """Let Keras decide, except for TensorFlow on a CPU, where XLA makes convolutions several times slower."""
    if keras.backend.backend() != "tensorflow":
        return "auto"
    import tensorflow

    return "auto" if tensorflow.config.list_physical_devices("GPU") else False


def _build(model: keras.Model, batch: int) -> None:
    """Make the variables of the optimizer and of the metrics, which `fit` would make when it traces the first step.

    They must be there to be restored, and TensorFlow would trace that step again because of them.
    """
    indices = np.zeros(batch, np.int32)
    # Keras has no public way to build metrics without a batch being computed.
    model._symbolic_build(data_batch=([indices, indices], indices, None))


def _train_epoch(
    fixed: _Training,
    state: TrainingState,
    trained_weights: TrainedWeights,
    kept: Weights | None,
    done: WithinEpoch | None,
) -> tuple[Epoch, int | None]:
    """Train the epoch that follows `state`, or what is left of it, and validate.

    Returns the epoch, and the step at which its means were no longer finite.

    Args:
        fixed: what stays the same.
        state: after the last finished epoch.
        trained_weights: remembers weights that their average replaces.
        kept: weights of the epoch that is kept so far, to be saved within this one.
        done: what of the epoch was done by a process before this one.
    """
    number, recipe, batches = state.epoch + 1, fixed.recipe, fixed.batches
    order = epoch_order(fixed.seed, number, len(fixed.training.labels), batches.update)
    left = order[done.step * batches.size :] if done else order
    labels = fixed.training.labels[left]
    seed_generators(fixed.model, fixed.seed, number)
    fixed.model.optimizer.learning_rate = state.learning_rate
    saving = SaveWithinEpoch(fixed.saver, fixed.network, state, kept, done)
    watching = StopWhenDiverged(done.step if done else 0)
    callbacks = [
        StepProgress(number, recipe.epochs, len(left) // batches.size, batches.size, fixed.say),
        watching,
        trained_weights,
        saving,
    ]
    started = time.perf_counter()
    logs = fixed.model.fit(
        [left, labels], labels, batch_size=batches.size, shuffle=False, verbose=0, callbacks=callbacks
    ).history
    seconds = time.perf_counter() - started + (done.seconds if done else 0.0)
    scores = fixed.scored.evaluate(
        fixed.validation.images, fixed.validation.labels, batch_size=batches.validated, verbose=0, return_dict=True
    )
    trained = Epoch(
        epoch=number,
        learning_rate=state.learning_rate,
        loss=float(logs["loss"][-1]),
        accuracy=float(logs["sparse_categorical_accuracy"][-1]),
        validation_loss=float(scores["loss"]),
        validation_accuracy=float(scores["sparse_categorical_accuracy"]),
        seconds=seconds,
        images_per_second=len(order) / seconds,
    )
    return trained, watching.step
