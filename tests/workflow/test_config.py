"""Snakemake and the project read the same study from config files and from the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from workflow.project import STUDY, Project, copy_project

PRESENTATION = "results/studies/small/presentation.json"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A fresh copy of the project with the small study."""
    project = copy_project(tmp_path)
    project.write_study(STUDY)
    return project


def test_key_that_is_there_twice_stops_with_line_and_column(project: Project) -> None:
    study = project.folder / "study.yaml"
    lines = study.read_text().count("\n")
    study.write_text(study.read_text() + "recipe: {epochs: 3}\n")
    done = project.snakemake("--dry-run")
    assert done.returncode != 0
    assert f"study.yaml: line {lines + 1}, column 1: the key 'recipe' is there twice" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_settings_on_the_command_line_change_single_keys(project: Project) -> None:
    settings = ["seeds=[3]", "recipe={epochs: 3, gradient_clip: null}", "report={language: ko}", "title=Nets: A: B"]
    done = project.snakemake(PRESENTATION, "--config", *settings)
    assert done.returncode == 0, done.stdout + done.stderr
    presentation = json.loads((project.folder / PRESENTATION).read_text(encoding="utf-8"))
    assert presentation["title"] == "Nets: A: B"
    assert presentation["config"]["seeds"] == [3]
    assert presentation["config"]["report"] == {"language": "ko"}
    assert presentation["config"]["recipe"] == {**STUDY["recipe"], "epochs": 3, "gradient_clip": None}


def test_later_config_files_change_single_keys(project: Project) -> None:
    (project.folder / "one_seed.yaml").write_text("seeds: [7]\nrecipe: {epochs: 3}\n")
    _run(project, PRESENTATION, "--configfile", "study.yaml", "one_seed.yaml")
    presentation = json.loads((project.folder / PRESENTATION).read_text(encoding="utf-8"))
    assert presentation["config"]["seeds"] == [7]
    assert presentation["config"]["recipe"] == {**STUDY["recipe"], "epochs": 3}


def test_settings_change_the_quickstart_where_no_config_file_is_named(project: Project) -> None:
    target = "results/studies/quickstart/presentation.json"
    _run(project, target, "--config", "seeds=[1]")
    assert json.loads((project.folder / target).read_text(encoding="utf-8"))["config"]["seeds"] == [1]


@pytest.mark.parametrize(
    "order", [["tables", "--configfile", "study.yaml"], ["--configfile", "study.yaml", "--", "tables"]], ids=" ".join
)
def test_target_is_found_in_the_orders_that_the_readme_names(project: Project, order: list[str]) -> None:
    assert "rule tables:" in _run(project, "--dry-run", *order)


def _run(project: Project, *arguments: str) -> str:
    """Run Snakemake with exactly these arguments and return what it says."""
    command = [sys.executable, "-m", "snakemake", *arguments]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
