"""A change computes again exactly what it touches: real Snakemake plans are counted after each kind of change."""

import copy
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from workflow.project import STUDY, Project

SURVEY = {"rank_survey": 1, "compare_survey": 1, "draw_survey": 1}
FIGURES = {"draw_accuracy": 2, "draw_learning_curves": 2, "draw_ladder": 1, "draw_confusion_matrix": 1}
# Whatever changes in the study's tables is drawn and written again.
AFTERWARDS = {"aggregate": 1, "compare": 1, "compare_survey": 1, **FIGURES, "write_report": 1}
PREDICTIONS_CHANGED = {"gather_outcomes": 1, **AFTERWARDS}
STUDY_CHANGED = {"resolve_study": 1, **PREDICTIONS_CHANGED}


def _runs(count: int) -> dict[str, int]:
    return {"train": count, "predict": count, "score": count}


def _latencies(count: int) -> dict[str, int]:
    """Of the runs that change, those of the experiment with the most architectures are timed again."""
    return {"measure_latency": count}


@contextmanager
def _changed_study(project: Project, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    study = copy.deepcopy(STUDY)
    change(study)
    project.write_study(study)
    try:
        yield
    finally:
        project.write_study(STUDY)


@contextmanager
def _changed_file(path: Path, old: str, new: str) -> Iterator[None]:
    before, times = path.read_text(), path.stat()
    assert old in before
    path.write_text(before.replace(old, new, 1))
    try:
        yield
    finally:
        path.write_text(before)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _rename(study: dict[str, Any]) -> None:
    study["experiments"][0].update(name="networks", title="Networks")


def _one_value(study: dict[str, Any]) -> None:
    study["experiments"][1]["steps"][0]["change"] = {"epochs": 3}


def _swapped_values(study: dict[str, Any]) -> None:
    study["recipe"].update(learning_rate=0.1, label_smoothing=0.01)


def _new_seed(study: dict[str, Any]) -> None:
    study["seeds"] = [0, 1]


def _new_architecture(study: dict[str, Any]) -> None:
    study["experiments"][0]["architectures"].append("mobilenet_v2")


def _new_question(study: dict[str, Any]) -> None:
    study["experiments"][0]["question"] = "Which network is best?"


def test_nothing_changed(finished_project: Project) -> None:
    assert finished_project.planned() == {}


@pytest.mark.parametrize(
    ("change", "jobs"),
    [
        (_rename, STUDY_CHANGED),
        (_new_question, STUDY_CHANGED),
        (_one_value, {**_runs(1), **STUDY_CHANGED}),
        (_swapped_values, {**_runs(4), **_latencies(2), **STUDY_CHANGED}),
        (_new_seed, {**_runs(4), **STUDY_CHANGED}),
        (_new_architecture, {**_runs(1), **_latencies(1), **STUDY_CHANGED}),
    ],
)
def test_change_of_the_study(
    finished_project: Project, change: Callable[[dict[str, Any]], None], jobs: dict[str, int]
) -> None:
    with _changed_study(finished_project, change):
        assert finished_project.planned() == jobs
    assert finished_project.planned() == {}


@pytest.mark.parametrize(
    ("path", "old", "new", "jobs"),
    [
        ("workflow/cnnbench/models/resnet50.py", '"""ResNet-50.', '"""The ResNet-50.', {}),
        ("workflow/cnnbench/models/resnet50.py", "    year=2015,", "    # A comment.\n    year=2015,", {}),
        (
            "workflow/cnnbench/models/resnet50.py",
            'application("ResNet50")',
            'application("ResNet50V2")',
            {**_runs(1), **_latencies(1), **STUDY_CHANGED},
        ),
        (
            "workflow/cnnbench/data/contact_sheet.py",
            "SAMPLES = 10",
            "SAMPLES = 9",
            {"draw_contact_sheet": 1, "write_report": 1},
        ),
        (
            "workflow/cnnbench/training/loop.py",
            "batch_size=512",
            "batch_size=256",
            {**_runs(4), **_latencies(2), **PREDICTIONS_CHANGED},
        ),
        ("workflow/cnnbench/evaluation/metrics.py", "bins: int = 15", "bins: int = 10", {"score": 4, **AFTERWARDS}),
        (
            "workflow/cnnbench/analysis/power.py",
            "POWER = 0.8",
            "POWER = 0.9",
            {"compare": 1, "draw_ladder": 1, "write_report": 1},
        ),
        ("config/survey.yaml", "weight: 0.4", "weight: 0.5", {**SURVEY, "write_report": 1}),
        ("config/survey.yaml", "# How the survey", "# In which way the survey", {}),
        ("config/survey.csv", "LeNet-5,lenet5,LeNet,1998", "LeNet-5,lenet5,LeNet,1999", {**SURVEY, "write_report": 1}),
        ("report/style.css", "{", "{ ", {"write_report": 1}),
        ("report/figures.mplstyle", "\n", "\n\n", {**FIGURES, "draw_survey": 1, "write_report": 1}),
    ],
)
def test_change_of_a_file(finished_project: Project, path: str, old: str, new: str, jobs: dict[str, int]) -> None:
    with _changed_file(finished_project.folder / path, old, new):
        assert finished_project.planned() == jobs
    assert finished_project.planned() == {}


def test_every_template_is_an_input_of_the_report(finished_project: Project) -> None:
    templates = sorted((finished_project.folder / "report").rglob("*.html*"))
    assert templates
    for template in templates:
        with _changed_file(template, "\n", "\n\n"):
            assert finished_project.planned() == {"write_report": 1}, template


def test_touching_the_code_is_no_change(finished_project: Project) -> None:
    """After a fresh checkout all files are new, but say the same."""
    for path in (finished_project.folder / "workflow").rglob("*.py"):
        path.touch()
    (finished_project.folder / "Snakefile").touch()
    assert finished_project.planned() == {}
