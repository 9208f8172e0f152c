"""Recipes that train the same network are known by it: one of their runs is timed for all."""

from typing import Any

import pytest
from cnnbench.planning import make_plan
from cnnbench.study.networks import network_of
from cnnbench.study.recipe import Recipe


def _network(architecture: str = "lenet5", **changes: Any) -> str:
    return network_of(architecture, Recipe.model_validate(changes).model_dump(mode="json"))


@pytest.mark.parametrize(
    "change",
    [
        {"backend": "jax"},
        {"precision": "mixed_bfloat16"},
        {"input": {"mode": "resize", "size": 64}},
        {"stem": "small"},
        {"activation": "gelu"},
        {"activation": {"name": "leaky_relu", "slope": 0.2}},
    ],
)
def test_what_changes_a_forward_pass_makes_another_network(change: dict[str, Any]) -> None:
    assert _network(**change) != _network()
    assert _network("resnet50") != _network()


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 3},
        {"batch_size": 64, "optimizer": "sgd", "learning_rate": 0.1},
        {"dropout": {"head": 0.5, "stages": 0.1}},
        {"batch_norm_momentum": 0.5},
        {"augmentation": "strong"},
        {"label_smoothing": 0.1},
    ],
)
def test_what_changes_only_the_training_makes_none(change: dict[str, Any]) -> None:
    assert _network(**change) == _network()


def test_one_run_of_each_network_of_all_experiments_is_timed() -> None:
    steps = [
        {"name": "longer", "change": {"epochs": 3}},
        {"name": "activation", "change": {"activation": "gelu"}},
        {"name": "longer yet", "change": {"epochs": 4}},
    ]
    config = {
        "name": "mine",
        "title": "Mine",
        "seeds": [4, 2],
        "experiments": [
            {"name": "ladder", "kind": "ladder", "question": "?", "architecture": "lenet5", "steps": steps},
            {"name": "nets", "kind": "grid", "question": "?", "architectures": ["lenet5", "resnet50"]},
        ],
    }
    timed = make_plan(config, "test", {}).latency_runs
    seen = [(run.architecture, run.recipe.activation.name, run.recipe.epochs, run.seed) for run in timed]
    assert seen == [("lenet5", "own", 12, 4), ("lenet5", "gelu", 3, 4), ("resnet50", "own", 12, 4)]
