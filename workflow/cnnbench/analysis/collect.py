"""From the files of a study's runs to its four tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cnnbench.analysis.resolved import ResolvedStudy
from cnnbench.errors import UserError
from cnnbench.files import canonical_json, read_json, short_hash

_TRAINING = [
    "parameters", "flops", "epochs", "best_epoch", "kept_epoch", "seconds", "images_per_second", "peak_memory_bytes",
]  # fmt: skip
_METRICS = [
    "test_images", "accuracy", "top5_accuracy", "macro_precision", "macro_recall", "macro_f1", "log_loss",
    "expected_calibration_error",
]  # fmt: skip
_HISTORY = [
    "epoch", "learning_rate", "loss", "accuracy", "validation_loss", "validation_accuracy", "seconds",
    "images_per_second",
]  # fmt: skip
_PER_CLASS = ["class", "precision", "recall", "f1", "support", "accuracy"]
_CONFUSION = ["true", "predicted", "images"]


@dataclass(frozen=True)
class Tables:
    """The study's results, tidy.

    `runs`: one row a run. `histories`: one row a run and epoch. `per_class`: one row a run and class; `accuracy` there
    is that of the question "is it this class?", over all test images. `confusion`: one row a run, true and predicted
    class; off the diagonal zero cells are left out, so the diagonal tells all classes in their order.
    """

    runs: pd.DataFrame
    histories: pd.DataFrame
    per_class: pd.DataFrame
    confusion: pd.DataFrame


def collect(study: ResolvedStudy, root: Path) -> Tables:
    """Read the files of every run of `study`.

    Args:
        study: the resolved study.
        root: what the folders of its runs are relative to.

    Raises:
        UserError: a file of a run is missing.
    """
    rows, histories, per_class, confusion = [], [], [], []
    for run in study.runs:
        folder = root / run["folder"]
        training, metrics = _read(folder / "training.json"), _read(folder / "metrics.json")
        history = _read_history(folder / "history.csv")
        rows.append(
            {
                "run": run["id"],
                "dataset": study.dataset,
                "architecture": run["architecture"],
                "title": run["title"],
                "recipe_hash": run["recipe_hash"],
                "seed": run["seed"],
                "status": training["status"],
                "reason": training["reason"] or "",
                **{name: training.get(name) for name in _TRAINING},
                **{f"{kind}_joules": training["energy_joules"].get(kind) for kind in ("cpu", "gpu")},
                **_at_kept_epoch(history, training["kept_epoch"]),
                **{name: metrics.get(name) for name in _METRICS},
                **_origin(training),
                **_flat(_read(folder / "recipe.json"), "recipe."),
            }
        )
        histories.append(history.assign(run=run["id"]))
        if training["status"] == "done":
            matrix = np.array(metrics["confusion_matrix"])
            classes = [row["class"] for row in metrics["per_class"]]
            one_against_rest = 1 - (matrix.sum(0) + matrix.sum(1) - 2 * matrix.diagonal()) / matrix.sum()
            per_class.append(pd.DataFrame(metrics["per_class"]).assign(accuracy=one_against_rest, run=run["id"]))
            confusion.append(_tidy(matrix, classes).assign(run=run["id"]))
    return Tables(
        pd.DataFrame(rows),
        _joined(histories, _HISTORY),
        _joined(per_class, _PER_CLASS),
        _joined(confusion, _CONFUSION),
    )


def checksum_of_data(checksums: Mapping[str, str]) -> str:
    """Return one short hash for the checksums of a prepared dataset's arrays."""
    return short_hash(canonical_json(dict(checksums)))


def _read(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = read_json(path)
    except FileNotFoundError:
        raise UserError(f"{path}: this result is missing; run the workflow to make it") from None
    return content


def _read_history(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path)
    except FileNotFoundError:
        raise UserError(f"{path}: this result is missing; run the workflow to make it") from None


def _at_kept_epoch(history: pd.DataFrame, epoch: int | None) -> dict[str, float | None]:
    kept = history[history["epoch"] == epoch]
    names = {"train_accuracy": "accuracy", "validation_accuracy": "validation_accuracy"}
    return {name: float(kept[column].iloc[0]) if len(kept) else None for name, column in names.items()}


def _origin(training: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the run was computed on and with."""
    hardware = training["hardware"]
    return {
        "device": hardware["device"],
        "hardware": hardware["name"],
        "cores": hardware["cores"],
        "threads": hardware["threads"],
        "memory_bytes": hardware["memory_bytes"],
        "peak_device_memory_bytes": training.get("peak_device_memory_bytes"),
        "data": checksum_of_data(training["dataset"]["checksums"]),
        "code": training["code"],
        **_flat(training["versions"], "version."),
    }


def _flat(content: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return nested keys joined by dots: `{"input": {"size": 32}}` as `{"input.size": 32}`."""
    flat: dict[str, Any] = {}
    for key, value in content.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat


def _tidy(matrix: np.ndarray[Any, Any], classes: list[str]) -> pd.DataFrame:
    kept = (matrix > 0) | np.eye(len(classes), dtype=bool)
    cells = [(classes[i], classes[j], int(matrix[i, j])) for i, j in np.argwhere(kept)]
    return pd.DataFrame(cells, columns=_CONFUSION)


def _joined(tables: Iterable[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Return all tables below each other, with the column `run` first."""
    filled = [table for table in tables if len(table)]
    return (
        pd.concat(filled, ignore_index=True)[["run", *columns]] if filled else pd.DataFrame(columns=["run", *columns])
    )
