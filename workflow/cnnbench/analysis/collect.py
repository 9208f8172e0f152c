"""From the files of a study's runs to its four tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cnnbench.analysis.tables.runs import ClassMetrics, ConfusionCell, Epoch, RunRecord
from cnnbench.analysis.tables.table import Table, columns, frame_of
from cnnbench.files import canonical_json, flattened, read_json, reading_result, short_hash
from cnnbench.provenance import noted
from cnnbench.run_files import refuse_another_run, refuse_of_another_training, trained_file
from cnnbench.study.recipe import Recipe
from cnnbench.study.status import DONE
from cnnbench.study.study_file import StudyFile, StudyRun


@dataclass(frozen=True)
class RunTables:
    """What became of every run, as the tables `RunRecord`, `Epoch`, `ClassMetrics` and `ConfusionCell`."""

    runs: pd.DataFrame
    histories: pd.DataFrame
    per_class: pd.DataFrame
    confusion: pd.DataFrame


def collect(study: StudyFile, root: Path) -> RunTables:
    """Read the files of every run of `study`.

    Args:
        study: the expanded study.
        root: what the folders of its runs are relative to.

    Raises:
        UserError: a file of a run is missing or damaged, or of another run.
    """
    rows, histories, per_class, confusion = [], [], [], []
    for run in study.runs:
        folder = root / run.folder
        training, metrics = _read(folder / "training.json"), _read(noted(folder / "metrics.json"))
        history = _read_history(trained_file(folder, "history.csv"))
        recipe = _read_recipe(trained_file(folder, "recipe.json"))
        refuse_another_run(run, training, recipe, folder)
        refuse_of_another_training(folder / "metrics.json", metrics.get("training"), folder)
        rows.append(_record(run, training, history, metrics, recipe))
        histories.append(history.assign(run=run.id))
        if training["status"] == DONE:
            matrix = np.array(metrics["confusion_matrix"])
            classes = [row["class"] for row in metrics["per_class"]]
            one_against_rest = 1 - (matrix.sum(0) + matrix.sum(1) - 2 * matrix.diagonal()) / matrix.sum()
            per_class.append(pd.DataFrame(metrics["per_class"]).assign(accuracy=one_against_rest, run=run.id))
            confusion.append(_cells(matrix, classes).assign(run=run.id))
    return RunTables(
        frame_of(RunRecord, rows),
        _joined(Epoch, histories),
        _joined(ClassMetrics, per_class),
        _joined(ConfusionCell, confusion),
    )


def checksum_of_data(checksums: Mapping[str, str]) -> str:
    """Return one short hash for the checksums of a prepared dataset's arrays."""
    return short_hash(canonical_json(dict(checksums)))


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = read_json(path)
    return content


def _read_recipe(path: Path) -> dict[str, Any]:
    """Return a run's recipe with all keys, also those that have been added since it was trained."""
    content = _read(path)
    with reading_result(path):
        return Recipe.from_canonical(content).model_dump(mode="json")


def _read_history(path: Path) -> pd.DataFrame:
    with reading_result(path):
        return pd.read_csv(path)


def _record(
    run: StudyRun,
    training: Mapping[str, Any],
    history: pd.DataFrame,
    metrics: Mapping[str, Any],
    recipe: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the row of one run in the table of runs."""
    # Most columns are called as in the files; what a failed run lacks is None.
    values = {
        **metrics,
        **training,
        **training["hardware"],
        "run": run.id,
        "dataset": run.dataset,
        "title": run.title,
        "recipe_hash": run.recipe_hash,
        "reason": training["reason"] or "",
        "cpu_joules": training["energy_joules"].get("cpu"),
        "gpu_joules": training["energy_joules"].get("gpu"),
        "train_accuracy": _at_epoch(history, training["kept_epoch"], "accuracy"),
        "validation_accuracy": _at_epoch(history, training["kept_epoch"], "validation_accuracy"),
        "hardware": training["hardware"]["name"],
        "data": checksum_of_data(training["dataset"]["checksums"]),
    }
    return {
        **{column.name: values.get(column.name) for column in columns(RunRecord)},
        **flattened(training["versions"], "version."),
        **flattened(recipe, "recipe."),
    }


def _at_epoch(history: pd.DataFrame, epoch: int | None, column: str) -> float | None:
    kept = history.loc[history["epoch"] == epoch, column]
    return float(kept.iloc[0]) if len(kept) else None


def _cells(matrix: np.ndarray[Any, Any], classes: list[str]) -> pd.DataFrame:
    """Return the cells of a confusion matrix that hold an image or lie on the diagonal."""
    kept = (matrix > 0) | np.eye(len(classes), dtype=bool)
    cells = [(classes[i], classes[j], int(matrix[i, j])) for i, j in np.argwhere(kept)]
    return pd.DataFrame(cells, columns=["true", "predicted", "images"])


def _joined(table: type[Table], frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return all frames below each other, with the columns of `table`."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return frame_of(table, [])
    return pd.concat(filled, ignore_index=True)[[column.name for column in columns(table)]]
