"""A change computes again exactly what it touches: real Snakemake plans are counted after each kind of change."""

import copy
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from workflow.project import STUDY, Project

SURVEY_FIGURES = {"draw_survey_profiles": 1, "draw_survey_weights": 1}
SURVEY = {"rank_survey": 1, "compare_survey": 1, **SURVEY_FIGURES}
ERRORS = {"draw_class_accuracy": 1, "draw_mistakes": 1, "draw_hardest_images": 1, "draw_agreement": 1}
FIGURES = {
    "draw_accuracy": 2,
    "draw_learning_curves": 2,
    "draw_ladder": 1,
    "draw_confusion_matrix": 1,
    **ERRORS,
    "draw_costs": 1,
    "draw_calibration": 1,
}
DOCUMENTS = {"write_report_pdf": 1, "write_report_html": 1, "write_slides_pdf": 1}
# Whatever changes in the study's tables is drawn and written again.
AFTERWARDS = {
    "aggregate": 1,
    "gather_costs": 1,
    "calibrate": 1,
    "compare": 1,
    "compare_survey": 1,
    "analyse_errors": 1,
    **FIGURES,
    **DOCUMENTS,
}
PREDICTIONS_CHANGED = {"gather_answers": 1, **AFTERWARDS}
RUNS_CHANGED = {"expand_study": 1, **PREDICTIONS_CHANGED}
TEXT_CHANGED = {"present_study": 1, **DOCUMENTS}
# The report carries the config with it.
STUDY_CHANGED = {**RUNS_CHANGED, **TEXT_CHANGED}


def _runs(count: int) -> dict[str, int]:
    return {"train": count, "predict": count, "score": count}


def _latencies(count: int) -> dict[str, int]:
    """Of the runs that change, the first of each distinct network is timed again.

    The ladder's steps change nothing of a forward pass: LeNet-5 is one network in all of them.
    """
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
    study["experiments"][0]["question"] = "Which network is {best}?"


def _new_title(study: dict[str, Any]) -> None:
    study["title"] = "Another {title}"


def _new_heading(study: dict[str, Any]) -> None:
    study["experiments"][1]["title"] = "Set {0,1}"


def _new_author(study: dict[str, Any]) -> None:
    study["report"] = {"authors": ["Ada Example"]}


def _in_korean(study: dict[str, Any]) -> None:
    study["report"] = {"language": "ko"}


def test_nothing_changed(finished_project: Project) -> None:
    assert finished_project.planned() == {}


@pytest.mark.parametrize(
    ("change", "jobs"),
    [
        (_rename, STUDY_CHANGED),
        (_new_question, TEXT_CHANGED),
        (_new_title, TEXT_CHANGED),
        (_new_heading, TEXT_CHANGED),
        (_new_author, TEXT_CHANGED),
        (_one_value, {**_runs(1), **STUDY_CHANGED}),
        (_swapped_values, {**_runs(4), **_latencies(2), **STUDY_CHANGED}),
        (_new_seed, {**_runs(4), **STUDY_CHANGED}),
        (_new_architecture, {**_runs(1), **_latencies(1), **STUDY_CHANGED}),
        (_in_korean, {**TEXT_CHANGED, **FIGURES, **SURVEY_FIGURES}),
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
            {**_runs(1), **_latencies(1), **PREDICTIONS_CHANGED},
        ),
        (
            "workflow/cnnbench/data/contact_sheet.py",
            "SAMPLES = 10",
            "SAMPLES = 9",
            {"draw_contact_sheet": 1, **DOCUMENTS},
        ),
        (
            "workflow/cnnbench/training/loop.py",
            "batch_size=batches.validated",
            "batch_size=256",
            {**_runs(4), **_latencies(2), **PREDICTIONS_CHANGED},
        ),
        ("workflow/cnnbench/evaluation/metrics.py", "BINS = 15", "BINS = 10", {"score": 4, **AFTERWARDS}),
        (
            "workflow/cnnbench/analysis/inference/power.py",
            "POWER = 0.8",
            "POWER = 0.9",
            {"compare": 1, "draw_accuracy": 2, "draw_ladder": 1, **DOCUMENTS},
        ),
        ("config/survey.yaml", "weight: 0.4", "weight: 0.5", {**SURVEY, **DOCUMENTS}),
        ("config/survey.yaml", "# How the survey", "# In which way the survey", {}),
        ("config/survey.csv", "LeNet-5,lenet5,LeNet,1998", "LeNet-5,lenet5,LeNet,1999", {**SURVEY, **DOCUMENTS}),
        ("report/report_pdf.css", "{", "{ ", {"write_report_pdf": 1}),
        (
            "workflow/cnnbench/analysis/errors/votes.py",
            "confidences, -1)",
            "confidences, -2)",
            {"analyse_errors": 1, **ERRORS, **DOCUMENTS},
        ),
        ("report/report_html.css", "{", "{ ", {"write_report_html": 1}),
        ("report/report_html.js", "use strict", "use  strict", {"write_report_html": 1}),
        ("report/slides_pdf.css", "{", "{ ", {"write_slides_pdf": 1}),
        ("report/sections/findings.html", "<ol", "<ol ", {"write_report_pdf": 1, "write_report_html": 1}),
        ("report/head.html", "{{", "{{ ", DOCUMENTS),
        ("report/figures.mplstyle", "\n", "\n\n", {**FIGURES, **SURVEY_FIGURES, **DOCUMENTS}),
        (
            "workflow/cnnbench/reporting/figures/agreement.py",
            "_BANDS = 6",
            "_BANDS = 5",
            {"draw_agreement": 1, **DOCUMENTS},
        ),
        ("workflow/cnnbench/reporting/figures/agreement.py", '"""How far', '"""In which way', {}),
        ("workflow/cnnbench/reporting/documents/slides_pdf.py", '"""The slides', '"""Slides', {}),
        ("workflow/cnnbench/reporting/sections/costs.py", 'texts("', 'texts(" ', DOCUMENTS),
    ],
)
def test_change_of_a_file(finished_project: Project, path: str, old: str, new: str, jobs: dict[str, int]) -> None:
    with _changed_file(finished_project.folder / path, old, new):
        assert finished_project.planned() == jobs
    assert finished_project.planned() == {}


def test_a_template_is_an_input_of_what_it_is_in_and_of_no_other(finished_project: Project) -> None:
    own = {f"{name}.html": f"write_{name}" for name in ("report_pdf", "report_html", "slides_pdf")}
    templates = sorted((finished_project.folder / "report").rglob("*.html"))
    assert len(templates) > 10
    for template in templates:
        with _changed_file(template, "\n", "\n\n"):
            planned = finished_project.planned()
        assert planned, f"{template} is in no document"
        assert planned.items() <= DOCUMENTS.items(), template
        if template.name in own:
            assert planned == {own[template.name]: 1}


@pytest.fixture(scope="module")
def korean_project(finished_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the finished project whose report has been written in Korean."""
    folder = tmp_path_factory.mktemp("korean") / "project"
    shutil.copytree(finished_project.folder, folder, symlinks=True)
    project, study = Project(folder), copy.deepcopy(STUDY)
    _in_korean(study)
    project.write_study(study)
    done = project.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.mark.parametrize(
    ("message", "jobs"),
    [
        ('msgstr "원본 파일과', DOCUMENTS),
        ('msgstr "정규화한 값(높을수록', {"draw_survey_profiles": 1, **DOCUMENTS}),
    ],
)
def test_change_of_a_translation(korean_project: Project, message: str, jobs: dict[str, int]) -> None:
    assert korean_project.planned() == {}
    with _changed_file(korean_project.folder / "report/translations/ko.po", message, f"{message} "):
        assert korean_project.planned() == jobs
    assert korean_project.planned() == {}


def test_touching_the_code_is_no_change(finished_project: Project) -> None:
    """After a fresh checkout all files are new, but say the same."""
    for path in (finished_project.folder / "workflow").rglob("*.py"):
        path.touch()
    (finished_project.folder / "Snakefile").touch()
    assert finished_project.planned() == {}
