"""Schedules, early stopping and the choice of the best epoch look at validation only, and do what the recipe says."""

import math
from dataclasses import replace
from typing import Any

import keras
import pytest
from cnnbench.study.recipe import Recipe
from cnnbench.training.progress import StopWhenDiverged
from cnnbench.training.state import Epoch, TrainingState, after_epoch, finished, first_state, kept_epoch


def _train(recipe: Recipe, validation: list[tuple[float, float]], loss: float = 1.0) -> list[TrainingState]:
    """The states after each epoch, when validation loss and accuracy go as given."""
    states = [first_state(recipe)]
    for number, (validation_loss, validation_accuracy) in enumerate(validation, start=1):
        epoch = Epoch(number, states[-1].learning_rate, loss, 0.5, validation_loss, validation_accuracy, 1.0, 100.0)
        states.append(after_epoch(states[-1], epoch, recipe))
    return states


def _plateau(**settings: Any) -> Recipe:
    return Recipe.model_validate({"learning_rate": 0.1, "schedule": {"name": "reduce_on_plateau", **settings}})


LOSSES = [1.0, 0.8, 0.9, 0.85, 0.81, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7]


@pytest.mark.parametrize("patience", [1, 2, 3])
@pytest.mark.parametrize("floor", [0.0, 0.03])
def test_reduce_on_plateau_is_keras_own(patience: int, floor: float) -> None:
    recipe = _plateau(factor=0.5, patience=patience, floor=floor)
    ours = [state.learning_rate for state in _train(recipe, [(loss, 0.5) for loss in LOSSES])]
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    callback = keras.callbacks.ReduceLROnPlateau(factor=0.5, patience=patience, min_lr=floor, min_delta=0.0)
    callback.set_model(model)
    callback.on_train_begin()
    theirs = [0.1]
    for number, loss in enumerate(LOSSES):
        callback.on_epoch_end(number, {"val_loss": loss})
        theirs.append(float(model.optimizer.learning_rate))
    assert ours == pytest.approx(theirs)


def test_floor_never_raises_the_rate() -> None:
    recipe = Recipe.model_validate({"learning_rate": 0.001, "schedule": {"name": "reduce_on_plateau", "floor": 0.5}})
    assert {state.learning_rate for state in _train(recipe, [(1.0, 0.5)] * 6)} == {0.001}


def test_constant_rate_stays() -> None:
    assert {state.learning_rate for state in _train(Recipe(learning_rate=0.1), [(1.0, 0.5)] * 9)} == {0.1}


def test_best_epoch_is_the_best_by_validation() -> None:
    validation = [(0.9, 0.6), (0.6, 0.8), (0.5, 0.7), (0.8, 0.8)]
    assert _train(Recipe(selection="validation_accuracy"), validation)[-1].best_epoch == 2
    assert _train(Recipe(selection="validation_loss"), validation)[-1].best_epoch == 3


@pytest.mark.parametrize(
    ("validation", "best"),
    [
        ([(0.9, 0.8), (0.5, 0.8), (0.7, 0.8)], 2),
        ([(0.5, 0.8), (0.9, 0.8), (0.4, 0.7)], 1),
        ([(0.5, 0.8), (0.5, 0.8), (0.5, 0.8)], 1),
        ([(0.1, 0.7), (0.9, 0.8)], 2),
    ],
)
def test_of_equal_validation_accuracies_the_one_with_the_lower_loss_is_the_best(
    validation: list[tuple[float, float]], best: int
) -> None:
    assert _train(Recipe(selection="validation_accuracy"), validation)[-1].best_epoch == best


def test_an_epoch_that_only_lowers_the_loss_at_the_best_accuracy_is_an_improvement_to_early_stopping() -> None:
    recipe = Recipe.model_validate({"epochs": 100, "early_stopping": 2})
    states = _train(recipe, [(1.0, 0.6), (0.9, 0.6), (0.9, 0.6), (0.9, 0.6)])
    assert [finished(state, recipe) for state in states] == [False, False, False, False, True]


def test_the_best_of_equal_validation_losses_is_the_first() -> None:
    assert _train(Recipe(selection="validation_loss"), [(0.5, 0.7), (0.5, 0.8)])[-1].best_epoch == 1


def test_early_stopping_waits_its_patience_after_the_best_epoch() -> None:
    recipe = Recipe.model_validate({"epochs": 100, "early_stopping": 2})
    states = _train(recipe, [(1.0, 0.5), (1.0, 0.6), (1.0, 0.6), (1.0, 0.1)])
    assert [finished(state, recipe) for state in states] == [False, False, False, False, True]


def test_without_early_stopping_all_epochs_are_trained() -> None:
    recipe = Recipe(epochs=3)
    states = _train(recipe, [(1.0, 0.5), (2.0, 0.1), (3.0, 0.0)])
    assert [finished(state, recipe) for state in states] == [False, False, False, True]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("metric", ["loss", "accuracy", "validation_loss", "validation_accuracy"])
@pytest.mark.parametrize("selection", ["validation_accuracy", "validation_loss"])
def test_a_metric_that_is_not_finite_ends_training_and_is_never_best(metric: str, bad: float, selection: str) -> None:
    recipe = Recipe.model_validate({"epochs": 10, "selection": selection})
    good = Epoch(
        1, 0.1, loss=1.0, accuracy=0.5, validation_loss=1.0, validation_accuracy=0.5, seconds=1.0, images_per_second=1.0
    )
    better = replace(good, epoch=2, validation_loss=0.1, validation_accuracy=0.9)
    first = after_epoch(first_state(recipe), good, recipe)
    state = after_epoch(first, replace(better, **{metric: bad}), recipe)
    assert state.diverged
    assert finished(state, recipe)
    assert state.best_epoch == 1
    assert after_epoch(first_state(recipe), replace(good, **{metric: bad}), recipe).best_epoch is None


@pytest.mark.parametrize("bad", [math.nan, math.inf])
@pytest.mark.parametrize("metric", ["loss", "sparse_categorical_accuracy"])
@pytest.mark.parametrize("done", [0, 7])
def test_an_epoch_ends_at_the_first_metric_that_is_not_finite(metric: str, bad: float, done: int) -> None:
    stop = StopWhenDiverged(done)
    stop.set_model(keras.Sequential())
    stop.model.stop_training = False
    finite = {"loss": 1.0, "sparse_categorical_accuracy": 0.5}
    stop.on_train_batch_end(0, finite)
    assert not stop.model.stop_training
    assert stop.step is None
    stop.on_train_batch_end(1, finite | {metric: bad})
    assert stop.model.stop_training
    stop.on_train_batch_end(2, finite | {metric: bad})
    assert stop.step == done + 2, "of the whole epoch, and the first"


@pytest.mark.parametrize(("restore_best", "kept"), [(True, 2), (False, 3)])
def test_what_is_kept_is_the_best_epoch_unless_the_last_is_wanted(restore_best: bool, kept: int) -> None:
    recipe = Recipe.model_validate({"early_stopping": {"patience": 9, "restore_best": restore_best}})
    assert kept_epoch(_train(recipe, [(1.0, 0.5), (1.0, 0.7), (1.0, 0.6)])[-1], recipe) == kept


def _rates(schedule: dict[str, Any], epochs: int) -> list[float]:
    """The learning rates of all epochs, for a rate of 0.1."""
    recipe = Recipe.model_validate({"learning_rate": 0.1, "epochs": epochs, "schedule": schedule})
    return [state.learning_rate for state in _train(recipe, [(1.0, 0.5)] * (epochs - 1))]


def test_schedules_by_hand() -> None:
    assert _rates({"name": "step", "every": 2, "factor": 0.1}, 5) == pytest.approx([0.1, 0.1, 0.01, 0.01, 0.001])
    assert _rates({"name": "exponential", "factor": 0.5}, 4) == pytest.approx([0.1, 0.05, 0.025, 0.0125])
    assert _rates({"name": "constant", "warm_up": 3}, 5) == pytest.approx([0.025, 0.05, 0.075, 0.1, 0.1])
    assert _rates({"name": "step", "every": 1, "factor": 0.5, "warm_up": 1}, 4) == pytest.approx(
        [0.05, 0.1, 0.05, 0.025]
    )


@pytest.mark.parametrize("floor", [0.0, 0.1])
def test_cosine_is_keras_own(floor: float) -> None:
    theirs = keras.optimizers.schedules.CosineDecay(0.1, decay_steps=8, alpha=floor)
    expected = [float(theirs(epoch)) for epoch in range(8)]
    assert _rates({"name": "cosine", "floor": floor}, 8) == pytest.approx(expected, rel=1e-5)
    assert _rates({"name": "cosine", "floor": floor, "warm_up": 2}, 10)[2:] == pytest.approx(expected, rel=1e-5)
