import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cnnbench.analysis.collect import collect
from cnnbench.analysis.tables.runs import ClassMetrics, ConfusionCell, RunRecord
from cnnbench.errors import UserError
from cnnbench.files import read_json, write_json, write_sealed_json
from cnnbench.run_files import facts_of_training, training_checksum
from cnnbench.study.recipe import Recipe
from reporting.conftest import MadeReport


def test_the_tables_hold_what_the_runs_wrote(full: MadeReport) -> None:
    runs, study = full.results.frame(RunRecord), full.results.study
    assert list(runs["run"]) == [run.id for run in study.runs]
    for run in study.runs[:9]:
        folder, row = full.root / run.folder, runs[runs["run"] == run.id].iloc[0]
        training, metrics = (json.loads((folder / name).read_text()) for name in ("training.json", "metrics.json"))
        history = pd.read_csv(folder / "history.csv").set_index("epoch")
        assert row["accuracy"] == metrics["accuracy"]
        assert row["validation_accuracy"] == history.at[training["kept_epoch"], "validation_accuracy"]
        assert row["version.keras"] == training["versions"]["keras"]
        assert row["recipe.input.mode"] == run.recipe["input"]["mode"]


def test_a_failed_run_is_a_row_with_its_reason_and_without_scores(full: MadeReport) -> None:
    runs = full.results.frame(RunRecord)
    failed = runs[runs["status"] == "diverged"]
    assert len(failed) == 4
    assert failed["reason"].str.startswith("diverged in epoch 3").all()
    assert failed[["accuracy", "macro_f1", "kept_epoch", "test_images"]].isna().all(axis=None)
    assert not full.results.frame(ConfusionCell)["run"].isin(failed["run"]).any()


def test_the_confusions_are_the_matrix_and_per_class_accuracy_counts_one_class_against_the_rest(
    full: MadeReport,
) -> None:
    run = full.results.study.runs[0]
    matrix = np.array(json.loads((full.root / run.folder / "metrics.json").read_text())["confusion_matrix"])
    cells, scores = (
        table[table["run"] == run.id] for table in (full.results.frame(ConfusionCell), full.results.frame(ClassMetrics))
    )
    assert cells["images"].sum() == matrix.sum()
    assert ((cells["images"] > 0) | (cells["true"] == cells["predicted"])).all()
    wrong = matrix[3].sum() + matrix[:, 3].sum() - 2 * matrix[3, 3]
    assert scores["accuracy"].iloc[3] == pytest.approx(1 - wrong / matrix.sum())


def test_a_run_that_was_trained_before_there_was_some_key_is_a_row_like_any_other(
    full: MadeReport, tmp_path: Path
) -> None:
    study = full.results.study
    shutil.copytree(full.root / "results/runs", tmp_path / "results/runs")
    for run in study.runs:
        folder = tmp_path / run.folder
        training, metrics = read_json(folder / "training.json"), read_json(folder / "metrics.json")
        write_json(folder / "recipe.json", Recipe.model_validate(run.recipe).canonical())
        write_sealed_json(folder / "training.json", {**training, "files": facts_of_training(folder)})
        write_sealed_json(folder / "metrics.json", {**metrics, "training": training_checksum(folder)})
    pd.testing.assert_frame_equal(collect(study, tmp_path).runs, collect(study, full.root).runs)


def test_a_missing_result_is_named(full: MadeReport, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"seed0/training\.json: this result is missing"):
        collect(full.results.study, tmp_path)
