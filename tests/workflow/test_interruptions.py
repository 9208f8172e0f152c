"""Killed jobs, damaged files and moved archives: nothing half-written is taken for a result, and nothing is redone
without a reason."""

import copy
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from data.archives import idx, member_names, write_archive
from workflow.project import Project, copy_project

STUDY: dict[str, Any] = {
    "name": "small",
    "title": "One run",
    "dataset": {"name": "sample", "subset": 0.1},
    "seeds": [0],
    "recipe": {"epochs": 1, "batch_size": 32},
    "experiments": [{"kind": "grid", "name": "nets", "question": "Which?", "architectures": ["lenet5"]}],
}


def _study(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(STUDY), **changes}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh copy of the project."""
    return copy_project(tmp_path)


def _files(project: Project, pattern: str) -> list[Path]:
    return sorted((project.folder / "results").rglob(pattern))


def test_killed_training_leaves_no_result_and_goes_on_where_it_was(project: Project) -> None:
    project.write_study(_study(recipe={"epochs": 80, "batch_size": 32}))
    command = [sys.executable, "-m", "snakemake", "--configfile", "study.yaml"]
    process = subprocess.Popen(
        command, cwd=project.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 300
    while not any("epoch 2/" in path.read_text() for path in _files(project, "seed0.log")):
        assert process.poll() is None, "the training ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert _files(project, "training.json") == []
    assert _files(project, "model.keras") == []
    assert project.snakemake("--unlock").returncode == 0
    assert project.planned("tables")["train"] == 1
    done = project.snakemake("tables")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(_files(project, "seed0/training.json")) == 1
    (log,) = _files(project, "train/*/*/*/seed0.log")
    assert "going on after epoch" in log.read_text()
    # What only serves to go on is gone.
    assert not _files(project, "seed0/checkpoints")


def test_archive_that_moved_trains_nothing_and_changed_content_trains_all(project: Project, tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "first.zip", "digits")
    project.write_study(_study(dataset={"name": "emnist", "split": "digits", "archive": str(archive)}))
    done = project.snakemake("tables")
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.planned("tables") == {}

    moved = shutil.move(archive, tmp_path / "second.zip")
    project.write_study(_study(dataset={"name": "emnist", "split": "digits", "archive": str(moved)}))
    assert "train" not in project.planned("tables")

    labels = member_names("digits")["test_labels"]
    changed = write_archive(tmp_path / "third.zip", "digits", {labels: idx(_labels_turned_round())})
    project.write_study(_study(dataset={"name": "emnist", "split": "digits", "archive": str(changed)}))
    planned = project.planned("tables")
    assert planned["prepare"] == planned["train"] == planned["predict"] == 1


def _labels_turned_round() -> Any:
    import numpy as np

    return np.array([9 - label for label in range(10)] * 3, np.uint8)


def test_environment_names_the_archive(project: Project, tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "first.zip", "digits")
    project.write_study(_study(dataset={"name": "emnist", "split": "digits"}))
    done = project.snakemake("data", environment={**os.environ, "EMNIST_ARCHIVE": str(archive)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(_files(project, "dataset.json")) == 1


def test_damaged_archive_stops_before_anything_is_trained(project: Project, tmp_path: Path) -> None:
    images = member_names("digits")["train_images"]
    archive = write_archive(tmp_path / "first.zip", "digits", {images: b"no images"})
    project.write_study(_study(dataset={"name": "emnist", "split": "digits", "archive": str(archive)}))
    done = project.snakemake()
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "error: " in output
    assert f"{images} is damaged" in output
    assert "Traceback" not in output
    assert _files(project, "dataset.json") == []
    assert _files(project, "training.json") == []


def test_truncated_archive_stops_before_a_job_is_planned(project: Project, tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "first.zip", "digits")
    archive.write_bytes(archive.read_bytes()[:1000])
    project.write_study(_study(dataset={"name": "emnist", "split": "digits", "archive": str(archive)}))
    done = project.snakemake("--dry-run")
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "first.zip (1,000 bytes) is damaged or not a zip archive" in output
    assert "Traceback" not in output


def test_table_that_was_deleted_is_made_again_and_nothing_else(project: Project) -> None:
    project.write_study(STUDY)
    assert project.snakemake("tables").returncode == 0
    (table,) = _files(project, "runs.csv")
    content = table.read_bytes()
    table.unlink()
    assert project.planned("tables") == {"aggregate": 1}
    assert project.snakemake("tables").returncode == 0
    assert table.read_bytes() == content


def test_a_project_whose_path_has_spaces_runs_from_elsewhere(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "my project")
    (project.folder / "config" / "my survey.csv").write_text((project.folder / "config/survey.csv").read_text())
    settings = (project.folder / "config/survey.yaml").read_text()
    work = tmp_path / "my work"
    work.mkdir()
    (work / "my survey.yaml").write_text(settings.replace("config/survey.csv", "../my project/config/my survey.csv"))
    (work / "study.yaml").write_text(yaml.safe_dump(_study(survey="my survey.yaml")))
    command = [sys.executable, "-m", "snakemake", "-s", project.folder / "Snakefile", "-d", work]
    done = subprocess.run(
        [*command, "--configfile", work / "study.yaml"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for document in ("report.pdf", "report.html", "slides.pdf"):
        assert (work / "results/studies/small" / document).stat().st_size > 10_000
