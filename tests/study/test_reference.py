"""The config's documentation is what its models say."""

from pathlib import Path

import pytest
from cnnbench.commands.write_docs import generated_files
from cnnbench.planning import make_plan
from cnnbench.study.load import read_config
from cnnbench.study.recipe import Recipe

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("path", sorted(generated_files()))
def test_generated_file_is_up_to_date(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == generated_files()[path], "run `make docs` and commit"


@pytest.mark.parametrize("path", sorted((ROOT / "config").glob("*.yaml")), ids=lambda path: path.stem)
def test_study_that_comes_with_the_project_is_valid(path: Path) -> None:
    plan = make_plan(read_config(path), path.name, {})
    assert plan.runs


def test_default_config_shows_the_defaults() -> None:
    config = read_config(ROOT / "config" / "default.yaml")
    assert Recipe.model_validate(config["recipe"]) == Recipe()
    assert set(config["recipe"]) == set(Recipe.model_fields)
