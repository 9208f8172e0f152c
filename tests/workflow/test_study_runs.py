"""The small study ends in a report with all that was promised on the way."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pypdfium2
import pytest
from sklearn.metrics import accuracy_score
from workflow.project import RUNS, STUDY, Project, copy_project

ROOT = Path(__file__).parents[2]
RUN_FILES = ["model.keras", "history.csv", "recipe.json", "training.json", "predictions.npz", "metrics.json"]


def _run_folders(project: Project) -> list[Path]:
    return sorted(path.parent for path in (project.folder / "results/runs").glob("*/*/*/*/training.json"))


def test_every_run_has_its_files(finished_project: Project) -> None:
    folders = _run_folders(finished_project)
    assert len(folders) == RUNS
    # One run of each distinct network is timed: no step of the ladder changes what LeNet-5 computes.
    timed = [folder for folder in folders if (folder / "latency.json").is_file()]
    assert {folder.parents[1].name for folder in timed} == {"lenet5", "resnet50"}
    assert len(timed) == 2
    for folder in folders:
        assert {path.name for path in folder.iterdir()} - {"latency.json", "training.lock", "finished"} == set(
            RUN_FILES
        )


def test_accuracy_in_the_table_is_that_of_the_predictions(finished_project: Project) -> None:
    table = pd.read_csv(finished_project.folder / "results/studies/small/runs.csv")
    assert len(table) == RUNS
    for row in table[table["status"] == "done"].itertuples():
        folder = finished_project.folder / "results/runs" / str(row.dataset) / str(row.run)
        with np.load(folder / "predictions.npz") as predictions:
            expected = accuracy_score(predictions["labels"], predictions["probabilities"].argmax(axis=1))
        assert row.accuracy == pytest.approx(expected)


def test_a_run_that_diverges_is_a_row_with_its_reason(finished_project: Project) -> None:
    table = pd.read_csv(finished_project.folder / "results/studies/small/runs.csv")
    (failed,) = table[table["status"] != "done"].to_dict("records")
    assert failed["status"] == "diverged"
    assert failed["reason"].startswith("diverged in epoch")
    assert np.isnan(failed["accuracy"])
    assert "diverged in epoch" in _report_text(finished_project)


def test_result_carries_the_identity_of_the_data(finished_project: Project) -> None:
    (dataset,) = (finished_project.folder / "results/data").glob("*/dataset.json")
    checksums = json.loads(dataset.read_text())["checksums"]
    for folder in _run_folders(finished_project):
        training = json.loads((folder / "training.json").read_text())
        assert training["dataset"]["checksums"] == checksums
        assert training["dataset"]["dataset"] == dataset.parent.name


def test_report_shows_the_numbers(finished_project: Project) -> None:
    text = _report_text(finished_project)
    table = pd.read_csv(finished_project.folder / "results/studies/small/runs.csv")
    best = table["accuracy"].max()
    assert f"{100 * best:.1f}" in text or f"{100 * best:.2f}" in text
    for experiment in STUDY["experiments"]:
        assert experiment["question"] in " ".join(text.split())


def test_logs_show_progress(finished_project: Project) -> None:
    logs = list((finished_project.folder / "results/logs/train").rglob("seed?.log"))
    assert len(logs) == RUNS
    for log in logs:
        text = log.read_text()
        assert "epoch 1/" in text
        assert "left" in text


def test_make_report_ends_with_the_path_of_the_report(finished_project: Project) -> None:
    command = ["make", "--old-file=setup", "report", "CONFIG=study.yaml"]
    # Under `make test`, this make would take itself for a part of that one and name the folders it enters and leaves.
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    done = subprocess.run(
        command, cwd=finished_project.folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    last = done.stdout.splitlines()[-1]
    assert last == "results/studies/small/report.pdf"
    assert (finished_project.folder / last).is_file()


def test_snakemake_report_works_offline(finished_project: Project) -> None:
    done = finished_project.snakemake("--report", "report.zip")
    assert done.returncode == 0, done.stderr
    assert (finished_project.folder / "report.zip").stat().st_size > 100_000


@pytest.mark.parametrize("study", ["quickstart", "emnist"])
def test_lint_is_clean(study: str) -> None:
    command = ["snakemake", "--lint", "--configfile", f"config/{study}.yaml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_bad_config_stops_with_one_message(tmp_path: Path) -> None:
    project = copy_project(tmp_path)
    project.write_study({**STUDY, "seed": [1]})
    done = project.snakemake("--dry-run")
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "study.yaml is not a valid study" in output
    assert "unknown key 'seed', did you mean 'seeds'?" in output
    assert "Traceback" not in output


def test_broken_yaml_stops_with_one_message(tmp_path: Path) -> None:
    """Snakemake reads the file before the project does; `make report` checks it first and names line and column."""
    project = copy_project(tmp_path)
    (project.folder / "study.yaml").write_text("name: mine\nseeds: [0, 1\ntitle: Mine\n")
    done = project.snakemake("--dry-run")
    output = done.stdout + done.stderr
    assert done.returncode != 0
    assert "not valid JSON or YAML" in output
    assert "Traceback" not in output


def _report_text(project: Project) -> str:
    document = pypdfium2.PdfDocument(project.folder / "results/studies/small/report.pdf")
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)
