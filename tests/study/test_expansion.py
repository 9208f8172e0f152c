"""A study becomes exactly the runs that its experiments ask for, each under a name that says what it is."""

from pathlib import Path
from typing import Any

import pytest
from cnnbench.models.registry import architectures
from cnnbench.study.expansion import Run, expand, presentation, recipe_hash, runs_of, study_file
from cnnbench.study.load import load_study
from cnnbench.study.recipe import Input, Recipe
from cnnbench.study.study_file import read_presentation, read_study_file, write_presentation, write_study_file

GRID = {"kind": "grid", "name": "nets", "question": "Which?", "architectures": ["lenet5", "resnet50"]}


def _runs(*experiments: dict[str, Any], **keys: Any) -> dict[str, Run]:
    study = load_study({"name": "mine", "title": "Mine", "experiments": list(experiments), **keys}, "mine.yaml")
    return runs_of(study, expand(study, architectures(), "mine.yaml"))


def test_grid_has_every_combination() -> None:
    grid = {**GRID, "values": {"batch_size": [64, 256], "learning_rate": [0.1, 0.2, 0.3]}}
    runs = _runs(grid, seeds=[0, 1]).values()
    assert len(runs) == 2 * 2 * 3 * 2
    assert {(run.architecture, run.recipe.batch_size, run.recipe.learning_rate, run.seed) for run in runs} == {
        (architecture, batch_size, learning_rate, seed)
        for architecture in ("lenet5", "resnet50")
        for batch_size in (64, 256)
        for learning_rate in (0.1, 0.2, 0.3)
        for seed in (0, 1)
    }


def test_steps_of_a_ladder_add_up() -> None:
    ladder = {
        "kind": "ladder",
        "name": "steps",
        "question": "What?",
        "architecture": "lenet5",
        "recipe": {"epochs": 4},
        "steps": [
            {"name": "a", "change": {"batch_size": 2048}},
            {"name": "b", "change": {"schedule": "reduce_on_plateau"}},
            {"name": "c", "change": {"batch_size": 64}},
        ],
    }
    recipes = [run.recipe for run in _runs(ladder, seeds=[0]).values()]
    assert [recipe.batch_size for recipe in recipes] == [256, 2048, 2048, 64]
    assert [recipe.schedule.name for recipe in recipes] == ["constant", "constant", *["reduce_on_plateau"] * 2]
    assert {recipe.epochs for recipe in recipes} == {4}


def test_experiments_share_equal_runs() -> None:
    assert list(_runs(GRID)) == list(_runs(GRID, {**GRID, "name": "again"}))


def test_runs_do_not_depend_on_names_titles_or_order() -> None:
    renamed = {**GRID, "name": "other", "title": "Other", "question": "?", "architectures": ["resnet50", "lenet5"]}
    assert {run.folder for run in _runs(GRID).values()} == {
        run.folder for run in _runs(renamed, name="other", title="Other").values()
    }


def test_saying_a_default_changes_nothing() -> None:
    assert list(_runs(GRID)) == list(_runs(GRID, recipe={"epochs": 12, "schedule": "constant", "learning_rate": 1e-3}))


def test_recipe_leaves_nothing_implicit() -> None:
    (run,) = _runs({**GRID, "architectures": ["lenet5"]}, seeds=[0]).values()
    assert run.recipe.input == Input(mode="pad", size=32)
    # An empty value says that there is none of it.
    assert {key for key, value in run.recipe.model_dump().items() if value is None} == {
        "early_stopping",
        "gradient_clip",
        "micro_batch_size",
        "moving_average",
    }


@pytest.mark.parametrize("key", sorted(Recipe.model_fields))
def test_every_key_of_the_recipe_is_part_of_its_identity(key: str) -> None:
    other = {
        "backend": "jax",
        "precision": "mixed_bfloat16",
        "epochs": 13,
        "batch_size": 1,
        "micro_batch_size": 32,
        "optimizer": "sgd",
        "learning_rate": 0.002,
        "weight_decay": 0.1,
        "gradient_clip": 1.0,
        "moving_average": 0.99,
        "schedule": "reduce_on_plateau",
        "input": {"mode": "resize"},
        "stem": "small",
        "activation": "gelu",
        "dropout": 0.5,
        "batch_norm_momentum": 0.99,
        "label_smoothing": 0.1,
        "augmentation": "affine",
        "early_stopping": 3,
        "selection": "validation_loss",
    }
    assert recipe_hash(Recipe()) != recipe_hash(Recipe.model_validate({key: other[key]}))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ({"schedule": "cosine"}, {"schedule": {"name": "cosine", "warm_up": 0}}),
        ({"activation": "leaky_relu"}, {"activation": {"name": "leaky_relu", "slope": 0.01}}),
        ({"dropout": 0.5}, {"dropout": {"head": 0.5, "stages": 0}}),
        ({"augmentation": "affine"}, {"augmentation": {"policy": "affine", "strength": 1}}),
        ({"early_stopping": 3}, {"early_stopping": {"patience": 3, "restore_best": True}}),
    ],
)
def test_a_plain_value_stands_for_a_section(short: dict[str, Any], long: dict[str, Any]) -> None:
    assert recipe_hash(Recipe.model_validate(short)) == recipe_hash(Recipe.model_validate(long))


def test_settings_without_meaning_make_no_other_run() -> None:
    one = _runs(GRID, recipe={"augmentation": {"policy": "mixup", "strength": 2}, "input": {"mode": "resize"}})
    other = _runs(GRID, recipe={"augmentation": "mixup", "input": {"mode": "resize", "size": 32}})
    assert list(one) == list(other)


def test_small_stem_has_its_own_default_size() -> None:
    grid = {**GRID, "architectures": ["xception"]}
    original, small = (_runs({**grid, "recipe": {"stem": stem}}, seeds=[0]) for stem in ("original", "small"))
    assert [run.recipe.input.size for run in (*original.values(), *small.values())] == [71, 32]


def test_swapped_values_are_another_run() -> None:
    one = recipe_hash(Recipe(weight_decay=0.1, label_smoothing=0.2))
    assert one != recipe_hash(Recipe(weight_decay=0.2, label_smoothing=0.1))


def test_location_of_the_archive_is_not_part_of_the_identity() -> None:
    here = _runs(GRID, dataset={"name": "emnist", "archive": "a.zip"})
    there = _runs(GRID, dataset={"name": "emnist", "archive": "b.zip", "sha256": "0" * 64})
    assert {run.folder for run in here.values()} == {run.folder for run in there.values()}


@pytest.mark.parametrize("change", [{"split": "letters"}, {"validation_fraction": 0.2}, {"seed": 1}, {"subset": 0.5}])
def test_how_the_data_is_divided_is_part_of_the_identity(change: dict[str, Any]) -> None:
    one = _runs(GRID, dataset={"name": "emnist"})
    other = _runs(GRID, dataset={"name": "emnist", **change})
    assert not {run.folder for run in one.values()} & {run.folder for run in other.values()}


def test_the_study_file_names_the_runs_of_every_row(tmp_path: Path) -> None:
    study = load_study({"name": "mine", "title": "Mine", "experiments": [GRID], "seeds": [3, 4]}, "mine.yaml")
    content = study_file(study, expand(study, architectures(), "mine.yaml"))
    (experiment,) = content.experiments
    assert [run for row in experiment.rows for run in row.runs] == [run.id for run in content.runs]
    assert [row.label for row in experiment.rows] == ["LeNet-5", "ResNet-50"]
    write_study_file(tmp_path, content)
    assert read_study_file(tmp_path) == content


def test_what_is_said_of_a_study_is_read_as_it_was_written(tmp_path: Path) -> None:
    report = {"authors": ["Ada Example"]}
    config = {"name": "mine", "title": "Mine {1}", "experiments": [GRID], "report": report}
    content = presentation(load_study(config, "mine.yaml"), {"LeNet-5": 2})
    assert (content.title, content.authors, content.survey) == ("Mine {1}", ["Ada Example"], False)
    assert (content.experiments["nets"].heading, content.experiments["nets"].question) == ("Nets", "Which?")
    assert content.config == config
    write_presentation(tmp_path, content)
    assert read_presentation(tmp_path) == content
