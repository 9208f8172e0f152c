"""The config's documentation is what its models say."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cnnbench.commands.write_docs import generated_files
from cnnbench.planning import make_plan
from cnnbench.study.config_file import read_config
from cnnbench.study.recipe import Recipe
from pydantic import ValidationError

ROOT = Path(__file__).parents[2]
STUDIES = sorted(set((ROOT / "config").glob("*.yaml")) - {ROOT / "config" / "survey.yaml"})
each_study = pytest.mark.parametrize("path", STUDIES, ids=lambda path: path.stem)


@pytest.mark.parametrize("path", sorted(generated_files()))
def test_generated_file_is_up_to_date(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == generated_files()[path], "run `make docs` and commit"


@each_study
def test_study_that_comes_with_the_project_is_valid(path: Path) -> None:
    plan = make_plan(read_config(path), path.name, {})
    assert plan.runs


@each_study
def test_editors_accept_what_the_project_accepts(path: Path) -> None:
    schema = json.loads((ROOT / "config" / "study.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(read_config(path), schema)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("schedule", ["cosine", {"name": "step", "every": 2}], ["cosin", {"name": "cosine", "every": 2}]),
        ("activation", ["gelu", {"name": "leaky_relu", "slope": 0.2}], ["gelo", {"name": "relu", "slope": 0.2}]),
        ("dropout", [0.5, {"stages": 0.1}], ["half", {"stage": 0.1}]),
        ("augmentation", ["affine", {"policy": "affine", "strength": 2}], ["flip", {"policy": "flip"}]),
        ("early_stopping", [3, {"patience": 3, "restore_best": False}, None], ["soon", {"restore_best": True}]),
    ],
)
def test_editors_know_both_forms_of_a_setting(key: str, good: list[Any], bad: list[Any]) -> None:
    schema = json.loads((ROOT / "config" / "study.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    study = read_config(ROOT / "config" / "quickstart.yaml")
    for value in good:
        assert validator.is_valid({**study, "recipe": {key: value}}), value
        assert Recipe.model_validate({key: value})
    for value in bad:
        assert not validator.is_valid({**study, "recipe": {key: value}}), value
        with pytest.raises(ValidationError):
            Recipe.model_validate({key: value})


def test_default_config_shows_the_defaults() -> None:
    config = read_config(ROOT / "config" / "default.yaml")
    assert Recipe.model_validate(config["recipe"]) == Recipe()
    assert set(config["recipe"]) == set(Recipe.model_fields)
