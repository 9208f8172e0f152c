"""The files of a run belong together, and whoever reads one makes sure of that.

`training.json` has size and checksum of what the training wrote beside it, `metrics.json` those of `predictions.npz`.
What is computed from a training keeps the checksum of its `training.json`. So whoever reads a file notices if it was
damaged, edited, or copied from another run.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cnnbench.errors import UserError
from cnnbench.files import checksum, read_json, reading_result
from cnnbench.provenance import noted
from cnnbench.study.study_file import StudyRun

TRAINED = ("model.keras", "history.csv", "recipe.json")
"""What a training writes before its `training.json`."""

_REMEDY = "remove them, and the next run of the workflow makes them again"


def facts_of(path: Path) -> dict[str, Any]:
    """Return size and checksum of the file `path`, by which others know it.

    Raises:
        UserError: the file is missing.
    """
    with reading_result(path):
        return {"bytes": path.stat().st_size, "sha256": checksum(path)}


def facts_of_training(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and checksum of what a training wrote into `folder`, by name, for its `training.json`."""
    return {name: facts_of(folder / name) for name in TRAINED}


def trained_file(folder: Path, name: str) -> Path:
    """Return the path of one of the files of `TRAINED`, which is what `training.json` says.

    Raises:
        UserError: it is missing or damaged, or of another training.
    """
    path = folder / name
    if read_json(folder / "training.json").get("files", {}).get(name) != facts_of(path):
        raise UserError(f"{path} and the training.json beside it are not of the same training, or damaged; {_REMEDY}")
    return path


def tested_file(folder: Path) -> Path:
    """Return the path of `predictions.npz` in `folder`, from which the `metrics.json` beside it was computed.

    Raises:
        UserError: it is missing or damaged, or the metrics are those of other predictions.
    """
    path = folder / "predictions.npz"
    if read_json(folder / "metrics.json").get("predictions") != facts_of(path):
        raise UserError(f"{path} and the metrics.json beside it do not belong together, or are damaged; {_REMEDY}")
    return path


def training_checksum(folder: Path) -> str:
    """Return the checksum of a run's `training.json`, by which what is computed from it names it.

    Raises:
        UserError: the file is missing.
    """
    return checksum(noted(folder / "training.json"))


def refuse_of_another_training(path: Path, recorded: object, folder: Path) -> None:
    """Refuse the file `path` if it was computed from another training than the one in the run's `folder`.

    Args:
        path: the file.
        recorded: the checksum of the training that it names.
        folder: the run's folder.

    Raises:
        UserError: naming both files.
    """
    if recorded != training_checksum(folder):
        raise UserError(
            f"{path} was not computed from {folder / 'training.json'}, or one of them is damaged; {_REMEDY}"
        )


def refuse_another_run(run: StudyRun, training: Mapping[str, Any], recipe: Mapping[str, Any], folder: Path) -> None:
    """Refuse the results in `folder` if they are not those of `run`.

    Raises:
        UserError: naming the folder and what differs.
    """
    if differences := differences_from(run.architecture, run.seed, run.recipe, training, recipe):
        raise UserError(
            f"{folder} holds the results of another run: another {' and '.join(differences)}; remove the folder, and"
            " the next run of the workflow trains anew"
        )


def differences_from(
    architecture: str,
    seed: int,
    recipe: Mapping[str, Any],
    training: Mapping[str, Any],
    trained_recipe: Mapping[str, Any],
) -> list[str]:
    """Return in what the contents of `training.json` and `recipe.json` differ from what a run should be, in words."""
    found = {"architecture": training["architecture"], "seed": training["seed"], "recipe": dict(trained_recipe)}
    expected = {"architecture": architecture, "seed": seed, "recipe": dict(recipe)}
    return [name for name in expected if found[name] != expected[name]]
