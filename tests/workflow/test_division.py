"""A division that is repeated for each seed: a further seed prepares and trains only its own."""

import copy
from typing import Any

import pytest
from cnnbench.files import read_json
from workflow.project import STUDY, Project, copy_project

PER_SEED: dict[str, Any] = {
    **STUDY,
    "survey": None,
    "dataset": {**STUDY["dataset"], "division": "per_seed"},
    "experiments": [{**STUDY["experiments"][0], "architectures": ["lenet5"]}],
}


def _study(*seeds: int, **dataset: Any) -> dict[str, Any]:
    study = copy.deepcopy(PER_SEED)
    return {**study, "seeds": list(seeds), "dataset": {**study["dataset"], **dataset}}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy in which the runs of one seed are finished."""
    project = copy_project(tmp_path_factory.mktemp("project"))
    project.write_study(_study(1))
    done = project.snakemake("tables")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def _checksums(project: Project) -> list[dict[str, str]]:
    files = sorted((project.folder / "results/data").glob("*/dataset.json"), key=lambda path: path.stat().st_mtime_ns)
    return [read_json(path)["checksums"] for path in files]


def test_a_further_seed_prepares_and_trains_only_its_own(project: Project) -> None:
    project.write_study(_study(1, 2))
    afterwards = {"expand_study": 1, "gather_answers": 1, "aggregate": 1}
    of_the_seed = {"prepare": 1, "train": 1, "predict": 1, "score": 1}
    assert project.planned("tables") == {**of_the_seed, **afterwards}


def test_seeds_have_other_validation_images_and_the_same_test_images(project: Project) -> None:
    project.write_study(_study(1, 2))
    done = project.snakemake("data")
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = _checksums(project)
    changed = {name for name in first if first[name] != second[name]}
    assert changed >= {"train_images.npy", "validation_images.npy"}
    assert not {"test_images.npy", "test_labels.npy"} & changed


def test_a_fixed_division_prepares_once_for_all_seeds(project: Project) -> None:
    project.write_study(_study(0, 1, 2, division="fixed"))
    planned = project.planned("tables")
    assert (planned["prepare"], planned["train"]) == (1, 3)


def test_what_is_prepared_for_a_seed_stays_when_seeds_come_before_it(project: Project) -> None:
    project.write_study(_study(2, 1))
    done = project.snakemake("data")
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.planned("data") == {}
