"""The keys that repeat the division of the images: what they name, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cnnbench.errors import UserError
from cnnbench.planning import Plan, make_plan
from cnnbench.study.dataset import DatasetSettings
from cnnbench.study.expansion import study_file

GRID = {"kind": "grid", "name": "nets", "question": "Which?", "architectures": ["lenet5", "resnet50"]}


@pytest.fixture
def npz(tmp_path: Path) -> str:
    """Images without a test part of their own."""
    np.savez(tmp_path / "mine.npz", images=np.zeros((8, 28, 28), np.uint8), labels=np.arange(8) % 2)
    return str(tmp_path / "mine.npz")


def _plan(dataset: dict[str, Any], seeds: tuple[int, ...] = (0, 1, 2)) -> Plan:
    study = {"name": "mine", "title": "Mine", "seeds": list(seeds), "dataset": dataset, "experiments": [GRID]}
    return make_plan(study, "mine.yaml", {})


def _folders(dataset: dict[str, Any], seeds: tuple[int, ...] = (0, 1, 2)) -> set[str]:
    return {run.folder for run in _plan(dataset, seeds).runs.values()}


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"name": "sample"}, "sample-e5c8ae987f"),
        ({"name": "emnist"}, "emnist-balanced-b101d87407"),
        ({"name": "emnist", "split": "letters", "subset": 500, "seed": 3}, "emnist-letters-fdbd42587f"),
    ],
)
def test_a_fixed_division_keeps_the_names_that_data_always_had(settings: dict[str, Any], key: str) -> None:
    """A study that ran before is not run again under another name."""
    for said in (settings, {**settings, "division": "fixed", "folds": None}):
        assert DatasetSettings.model_validate(said).for_seed(7).key == key


def test_all_runs_of_a_fixed_division_are_on_one_dataset() -> None:
    plan = _plan({"name": "sample"})
    assert list(plan.datasets) == [plan.dataset]
    assert {run.dataset for run in plan.runs.values()} == {plan.dataset}


def test_each_seed_has_its_own_dataset_in_a_division_per_seed() -> None:
    plan = _plan({"name": "sample", "division": "per_seed"})
    assert len(plan.datasets) == 3
    for run in plan.runs.values():
        assert plan.datasets[run.dataset] == plan.study.dataset.for_seed(run.seed)
    assert plan.dataset == plan.study.dataset.for_seed(0).key


@pytest.mark.parametrize("extra", [{"division": "per_seed"}, {"folds": 4}, {"folds": 4, "division": "per_seed"}])
def test_a_further_seed_leaves_the_runs_of_the_others(extra: dict[str, Any], npz: str) -> None:
    dataset = {"name": "npz", "path": npz, **extra}
    before, after = _folders(dataset, (1, 2)), _folders(dataset, (3, 1, 2))
    assert before < after
    assert all(folder.endswith("seed3") for folder in after - before)


def test_the_study_file_says_how_the_images_are_divided(npz: str) -> None:
    plan = _plan({"name": "npz", "path": npz, "folds": 2, "division": "per_seed"}, (0, 1))
    study = study_file(plan.study, plan.experiments, plan.dataset_names)
    assert (study.division, study.folds, study.dataset) == ("per_seed", 2, plan.dataset)
    assert {run.dataset for run in study.runs} == set(plan.datasets)


def test_two_seeds_are_not_tested_on_the_same_fold(npz: str) -> None:
    with pytest.raises(UserError, match=r"dataset\.folds: 2 folds give the seeds 1 and 5 the same test part, number 1"):
        _plan({"name": "npz", "path": npz, "folds": 2}, (0, 1, 5))


@pytest.mark.parametrize(
    ("dataset", "says"),
    [
        ({"division": "per_sed"}, ["dataset.division", "'fixed' or 'per_seed'", "found 'per_sed'"]),
        ({"folds": 1}, ["dataset.folds", "greater than or equal to 2", "found 1"]),
        ({"name": "emnist", "folds": 5}, ["dataset.folds", "folder, npz, csv, parquet, idx, not emnist"]),
        ({"folds": 5}, ["dataset.folds", "folder, npz, csv, parquet, idx, not sample"]),
        (
            {"name": "npz", "path": "mine.npz", "folds": 5, "test_fraction": 0.2},
            ["dataset.test_fraction", "dataset.folds: 5", "leave out one of the two"],
        ),
    ],
)
def test_a_mistake_is_named_with_what_is_allowed(dataset: dict[str, Any], says: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        _plan(dataset)
    for part in says:
        assert part in str(caught.value)


def test_folds_of_data_with_a_test_part_of_its_own_are_refused_before_any_job(tmp_path: Path) -> None:
    images, labels = np.zeros((4, 28, 28), np.uint8), np.array([0, 1, 0, 1])
    np.savez(tmp_path / "mine.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    for folder in ("train/a", "train/b", "test/a", "test/b"):
        (tmp_path / "mine" / folder).mkdir(parents=True)
        (tmp_path / "mine" / folder / "1.png").touch()
    for name, path in (("npz", "mine.npz"), ("folder", "mine")):
        with pytest.raises(UserError, match=rf"dataset\.folds: 3 folds .*{path} has one of its own"):
            _plan({"name": name, "path": str(tmp_path / path), "folds": 3})
