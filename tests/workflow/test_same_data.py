"""A source that lies elsewhere, and a recipe that is written in another way, are what they were."""

import shutil
from typing import Any

import numpy as np
import pytest
from workflow.project import STUDY, Project, copy_project

IMAGES = np.random.default_rng(0).integers(0, 256, (60, 28, 28), dtype=np.uint8)


def _study(path: str, **recipe: Any) -> dict[str, Any]:
    return {
        **STUDY,
        "survey": None,
        "dataset": {"name": "npz", "path": path},
        "recipe": {**STUDY["recipe"], **recipe},
        "experiments": [{**STUDY["experiments"][0], "architectures": ["lenet5"]}],
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy in which a run on the user's own images is finished."""
    project = copy_project(tmp_path_factory.mktemp("project"))
    np.savez(project.folder / "letters.npz", images=IMAGES, labels=np.arange(60) % 3)
    project.write_study(_study("letters.npz"))
    done = project.snakemake("tables")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.mark.parametrize("place", ["other/letters.npz", "test.npz"])
def test_a_source_that_moves_changes_nothing(project: Project, place: str) -> None:
    (project.folder / place).parent.mkdir(exist_ok=True)
    shutil.copy(project.folder / "letters.npz", project.folder / place)
    project.write_study(_study(place))
    assert project.planned("tables") == {}


def test_another_source_is_prepared_beside_the_first(project: Project) -> None:
    np.savez(project.folder / "digits.npz", images=255 - IMAGES, labels=np.arange(60) % 3)
    project.write_study(_study("digits.npz"))
    assert project.planned("tables")["train"] == 1
    project.write_study(_study("letters.npz"))
    assert project.planned("tables") == {}


def test_a_recipe_that_is_written_in_another_way_changes_nothing(project: Project) -> None:
    again = {"weight_decay": -0.0, "micro_batch_size": 32, "augmentation": {"strength": 2}, "early_stopping": 7}
    project.write_study(_study("letters.npz", **again))
    assert project.planned("tables") == {}
