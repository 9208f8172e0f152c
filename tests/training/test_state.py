"""Schedules, early stopping and the choice of the best epoch look at validation only, and do what the recipe says."""

import math
from typing import Any

import keras
import pytest
from cnnbench.study.recipe import Recipe
from cnnbench.training.state import Epoch, TrainingState, after_epoch, finished, first_state


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


def test_best_epoch_is_the_first_of_the_best_by_validation() -> None:
    validation = [(0.9, 0.6), (0.8, 0.8), (0.5, 0.7), (0.6, 0.8)]
    assert _train(Recipe(selection="validation_accuracy"), validation)[-1].best_epoch == 2
    assert _train(Recipe(selection="validation_loss"), validation)[-1].best_epoch == 3


def test_early_stopping_waits_its_patience_after_the_best_epoch() -> None:
    recipe = Recipe(epochs=100, early_stopping=2)
    states = _train(recipe, [(1.0, 0.5), (1.0, 0.6), (1.0, 0.6), (1.0, 0.1)])
    assert [finished(state, recipe) for state in states] == [False, False, False, False, True]


def test_without_early_stopping_all_epochs_are_trained() -> None:
    recipe = Recipe(epochs=3)
    states = _train(recipe, [(1.0, 0.5), (2.0, 0.1), (3.0, 0.0)])
    assert [finished(state, recipe) for state in states] == [False, False, False, True]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_no_number_ends_training_and_is_never_best(bad: float) -> None:
    recipe = Recipe(epochs=10)
    state = _train(recipe, [(0.5, 0.5), (bad, 0.99)])[-1]
    assert state.diverged
    assert finished(state, recipe)
    assert state.best_epoch == 1
    assert _train(recipe, [(0.5, 0.99)], loss=bad)[-1].best_epoch is None
