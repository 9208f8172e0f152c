"""What is taken for a setting without effect has none: the same trainings, epoch by epoch, whatever happens in them."""

import math
from typing import Any

import pytest
from cnnbench.errors import UserError
from cnnbench.models.registry import architectures
from cnnbench.study.effective import effective
from cnnbench.study.expansion import expand, recipe_hash, runs_of
from cnnbench.study.load import load_study
from cnnbench.study.recipe import Recipe
from cnnbench.training.batches import divide_batches
from cnnbench.training.state import Epoch, after_epoch, finished, first_state, kept_epoch
from hypothesis import given, settings
from hypothesis import strategies as st

LENET5 = architectures()["lenet5"]
MOST_EPOCHS = 6

shares = st.sampled_from([0.001, 0.1, 1 / 3, 0.7, 0.999])
schedules = st.one_of(
    st.fixed_dictionaries({"name": st.just("constant"), "warm_up": st.integers(0, 3)}),
    st.fixed_dictionaries(
        {"name": st.just("step"), "warm_up": st.integers(0, 3), "every": st.integers(1, 6), "factor": shares}
    ),
    st.fixed_dictionaries({"name": st.just("exponential"), "warm_up": st.integers(0, 3), "factor": shares}),
    st.fixed_dictionaries(
        {"name": st.just("cosine"), "warm_up": st.integers(0, 3), "floor": st.floats(0, 1, exclude_max=True)}
    ),
    st.fixed_dictionaries(
        {
            "name": st.just("reduce_on_plateau"),
            "factor": shares,
            "patience": st.integers(1, 6),
            "floor": st.sampled_from([0.0, 0.05]),
        }
    ),
)
stopping = st.none() | st.fixed_dictionaries({"patience": st.integers(1, 7), "restore_best": st.booleans()})
recipes = st.fixed_dictionaries(
    {
        "epochs": st.integers(1, MOST_EPOCHS),
        "learning_rate": st.sampled_from([0.05, 1.0]),
        "schedule": schedules,
        "early_stopping": stopping,
        "selection": st.sampled_from(["validation_accuracy", "validation_loss"]),
        "batch_size": st.sampled_from([8, 32]),
        "micro_batch_size": st.sampled_from([None, 4, 8, 32]),
    }
)
metrics = st.sampled_from([0.1, 0.2, 0.3]) | st.sampled_from([0.1, 0.2, 0.3, math.inf, math.nan])
histories = st.one_of(
    # Nothing gets better: whoever waits for that waits longest.
    st.just([(0.1, 0.1)] * MOST_EPOCHS),
    st.lists(st.tuples(metrics, metrics), min_size=MOST_EPOCHS, max_size=MOST_EPOCHS),
)


def _effective(recipe: Recipe) -> Recipe:
    return effective(recipe, LENET5, LENET5)


def _training(recipe: Recipe, history: list[tuple[float, float]]) -> list[tuple[Any, ...]]:
    """What a training does in each epoch: its learning rate, and which epochs are the best and the kept one then."""
    state, done = first_state(recipe), []
    while not finished(state, recipe):
        rate, (loss, accuracy) = state.learning_rate, history[state.epoch]
        state = after_epoch(state, Epoch(state.epoch + 1, rate, loss, accuracy, loss, accuracy, 1.0, 1.0), recipe)
        done.append((rate, state.best_epoch, kept_epoch(state, recipe), state.diverged))
    return done


@settings(max_examples=1500, deadline=None)
@given(recipes, histories, st.integers(1, 40))
def test_the_effective_recipe_trains_in_the_same_way(
    keys: dict[str, Any], history: list[tuple[float, float]], images: int
) -> None:
    try:
        recipe = Recipe.model_validate(keys)
    except ValueError:
        return
    assert _training(_effective(recipe), history) == _training(recipe, history)
    assert divide_batches(_effective(recipe), images) == divide_batches(recipe, images)
    assert _effective(_effective(recipe)) == _effective(recipe)


PAIRS = [
    ({"augmentation": {"policy": "none", "strength": 2}}, {}),
    ({"augmentation": {"policy": "mixup", "strength": 2}}, {"augmentation": "mixup"}),
    ({"input": {"mode": "none", "size": 40}}, {"input": {"mode": "none"}}),
    ({"input": {"mode": "resize", "size": 32}}, {"input": {"mode": "resize"}}),
    ({"micro_batch_size": 256}, {}),
    ({"micro_batch_size": 256, "moving_average": 0.9}, {"moving_average": 0.9}),
    ({"schedule": {"name": "step", "every": 12}}, {}),
    ({"schedule": {"name": "step", "every": 9, "warm_up": 3}}, {"schedule": {"name": "constant", "warm_up": 3}}),
    ({"schedule": {"name": "reduce_on_plateau", "patience": 11}}, {}),
    ({"schedule": {"name": "reduce_on_plateau", "floor": 0.001}}, {}),
    ({"epochs": 1, "schedule": "cosine"}, {"epochs": 1}),
    ({"epochs": 1, "schedule": "exponential"}, {"epochs": 1}),
    ({"epochs": 1, "selection": "validation_loss"}, {"epochs": 1}),
    ({"epochs": 1, "early_stopping": {"patience": 1, "restore_best": False}}, {"epochs": 1}),
    ({"early_stopping": 11}, {}),
    (
        {"early_stopping": {"patience": 11, "restore_best": False}},
        {"early_stopping": {"patience": 99, "restore_best": False}},
    ),
    ({"batch_norm_momentum": 0.99}, {}),
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_setting_without_effect_makes_no_other_run(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert recipe_hash(_effective(Recipe.model_validate(one))) == recipe_hash(_effective(Recipe.model_validate(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"augmentation": {"policy": "affine", "strength": 2}}, {"augmentation": "affine"}),
        ({"micro_batch_size": 128}, {}),
        ({"schedule": {"name": "step", "every": 11}}, {}),
        ({"schedule": {"name": "reduce_on_plateau", "patience": 10}}, {}),
        ({"schedule": {"name": "reduce_on_plateau", "floor": 0.00099}}, {}),
        ({"epochs": 2, "schedule": "exponential"}, {"epochs": 2}),
        ({"early_stopping": 10}, {}),
        ({"early_stopping": {"patience": 11, "restore_best": False}}, {}),
        ({"selection": "validation_loss"}, {}),
        ({"dropout": 0.0}, {}),
    ],
)
def test_a_setting_with_effect_makes_another_run(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert recipe_hash(_effective(Recipe.model_validate(one))) != recipe_hash(_effective(Recipe.model_validate(other)))


def _ladder(change: dict[str, Any], architecture: str = "lenet5") -> dict[str, Any]:
    return {
        "kind": "ladder",
        "name": "steps",
        "question": "What?",
        "architecture": architecture,
        "steps": [{"name": "Something", "change": change}],
    }


def _expand(*experiments: dict[str, Any]) -> int:
    study = load_study({"name": "mine", "title": "Mine", "seeds": [0], "experiments": list(experiments)}, "mine.yaml")
    return len(runs_of(study, expand(study, architectures(), "mine.yaml")))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"augmentation": {"policy": "none", "strength": 2}}, "augmentation none strength 2 has no effect"),
        ({"micro_batch_size": 256}, "micro_batch_size 256 has no effect in this recipe"),
        ({"early_stopping": 20}, "early_stopping patience 20 has no effect"),
        ({"batch_norm_momentum": 0.5, "epochs": 12}, "epochs is already 12, batch_norm_momentum 0.5 has no effect"),
        ({"weight_decay": -0.0}, "weight_decay is already 0"),
        ({"dropout": {}}, "dropout is already stages 0"),
    ],
)
def test_a_step_without_effect_is_refused_and_says_so(change: dict[str, Any], why: str) -> None:
    with pytest.raises(UserError, match="'Something' changes nothing: ") as caught:
        _expand(_ladder(change))
    assert why in str(caught.value)


def test_a_key_has_effect_where_the_architecture_has_what_it_is_for() -> None:
    assert _expand(_ladder({"batch_norm_momentum": 0.5}, "resnet50")) == 2


def test_rows_that_are_one_run_are_trained_once() -> None:
    grid = {"kind": "grid", "name": "grid", "question": "Which?", "architectures": ["lenet5"]}
    assert _expand({**grid, "values": {"micro_batch_size": [None, 256, 128]}}) == 2
