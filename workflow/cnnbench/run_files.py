"""The files of a run belong together, and whoever reads one makes sure of that.

`training.json` has the checksums of what the training wrote beside it. What is computed from a training keeps the
checksum of its `training.json`. So whoever reads a file notices if it was damaged, edited, or copied from another run.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cnnbench.errors import UserError
from cnnbench.files import checksum, read_json, reading_result
from cnnbench.study.study_file import StudyRun

TRAINED = ("model.keras", "history.csv", "recipe.json")
"""What a training writes before its `training.json`."""

_REMEDY = "remove them, and the next run of the workflow makes them again"


def checksums_of_training(folder: Path) -> dict[str, str]:
    """Return the checksums of what a training wrote into `folder`, for its `training.json`."""
    return {name: checksum(folder / name) for name in TRAINED}


def trained_file(folder: Path, name: str) -> Path:
    """Return the path of one of the files of `TRAINED`, which is what `training.json` says.

    Raises:
        UserError: it is missing or damaged, or of another training.
    """
    path = folder / name
    training = read_json(folder / "training.json")
    with reading_result(path):
        found = checksum(path)
    if training.get("files", {}).get(name) != found:
        raise UserError(f"{path} and the training.json beside it are not of the same training, or damaged; {_REMEDY}")
    return path


def training_checksum(folder: Path) -> str:
    """Return the checksum of a run's `training.json`, by which what is computed from it names it.

    Raises:
        UserError: the file is missing.
    """
    path = folder / "training.json"
    with reading_result(path):
        return checksum(path)


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
    found = {"architecture": training["architecture"], "seed": training["seed"], "recipe": dict(recipe)}
    expected = {"architecture": run.architecture, "seed": run.seed, "recipe": run.recipe}
    if differences := [name for name in expected if found[name] != expected[name]]:
        raise UserError(
            f"{folder} holds the results of another run: another {' and '.join(differences)}; remove the folder, and"
            " the next run of the workflow trains anew"
        )
