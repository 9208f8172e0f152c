"""The epoch loop."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import numpy.typing as npt

from cnnbench.study.recipe import Recipe
from cnnbench.training.feeding import feed_by_index
from cnnbench.training.optimizer import make_loss, make_optimizer
from cnnbench.training.progress import StepProgress, StopWhenDiverged, epoch_line
from cnnbench.training.randomness import epoch_order, seed_generators
from cnnbench.training.state import Epoch, TrainingState, after_epoch, finished, first_state

Weights = list[npt.NDArray[np.generic]]


@dataclass(frozen=True)
class Images:
    """A part of a dataset: uint8 images (n, height, width, channels) and int32 class indices (n,)."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Trained:
    """How a training ended."""

    state: TrainingState
    best_weights: Weights | None
    """Weights of the best epoch; None if no epoch gave finite losses."""


def train(
    network: keras.Model,
    training: Images,
    validation: Images,
    recipe: Recipe,
    seed: int,
    say: Callable[[str], None],
) -> Trained:
    """Train `network` as the recipe says, and return the state at the end with the best epoch's weights.

    Which epoch is best is decided by the validation images alone.

    Args:
        network: from stored images (batch, height, width, channels) to logits (batch, classes).
        training: the images to learn from.
        validation: the images that the schedule, early stopping and the choice of the best epoch look at.
        recipe: every hyper-parameter.
        seed: with the epoch, decides everything random.
        say: called with lines of progress.
    """
    model = feed_by_index(network, training.images)
    loss = make_loss(recipe, network.output_shape[-1])
    model.compile(make_optimizer(recipe), loss, metrics=["sparse_categorical_accuracy"], jit_compile=jit_compile())
    network.compile(loss=loss, metrics=["sparse_categorical_accuracy"], jit_compile=jit_compile())
    state, best_weights = first_state(recipe), None
    while not finished(state, recipe):
        epoch = _train_epoch(model, network, training, validation, recipe, state, seed, say)
        state = after_epoch(state, epoch, recipe)
        if state.best_epoch == epoch.epoch:
            best_weights = network.get_weights()
        say(epoch_line(epoch, state, recipe.epochs))
    return Trained(state, best_weights)


def jit_compile() -> bool | str:
    """Let Keras decide, but for TensorFlow on a CPU, where XLA makes convolutions several times slower."""
    if keras.backend.backend() != "tensorflow":
        return "auto"
    import tensorflow

    return "auto" if tensorflow.config.list_physical_devices("GPU") else False


def _train_epoch(
    model: keras.Model,
    network: keras.Model,
    training: Images,
    validation: Images,
    recipe: Recipe,
    state: TrainingState,
    seed: int,
    say: Callable[[str], None],
) -> Epoch:
    number = state.epoch + 1
    order = epoch_order(seed, number, len(training.labels), recipe.batch_size)
    seed_generators(model, seed, number)
    model.optimizer.learning_rate = state.learning_rate
    steps = math.ceil(len(order) / recipe.batch_size)
    callbacks = [
        StepProgress(number, recipe.epochs, steps, recipe.batch_size, say),
        StopWhenDiverged(),
    ]
    started = time.perf_counter()
    logs = model.fit(
        order, training.labels[order], batch_size=recipe.batch_size, shuffle=False, verbose=0, callbacks=callbacks
    ).history
    seconds = time.perf_counter() - started
    scores = network.evaluate(validation.images, validation.labels, batch_size=512, verbose=0, return_dict=True)
    return Epoch(
        epoch=number,
        learning_rate=state.learning_rate,
        loss=float(logs["loss"][-1]),
        accuracy=float(logs["sparse_categorical_accuracy"][-1]),
        validation_loss=float(scores["loss"]),
        validation_accuracy=float(scores["sparse_categorical_accuracy"]),
        seconds=seconds,
        images_per_second=len(order) / seconds,
    )
