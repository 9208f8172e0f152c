"""What a run is, and the files that it ends in, whether or not there is a trained network.

The supervisor of a training needs this module, too: it imports neither Keras nor a backend, and pandas late.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cnnbench.files import write_atomically, write_json, write_sealed_json
from cnnbench.run_files import facts_of_training
from cnnbench.study.recipe import Recipe
from cnnbench.study.status import Status
from cnnbench.training.state import Epoch, TrainingState, kept_epoch
from cnnbench.training.versions import versions


@dataclass(frozen=True)
class RunSettings:
    """What is to be trained, and with what."""

    architecture: str
    recipe: Recipe
    seed: int
    dataset: Path
    """Folder of the prepared dataset."""
    threads: int
    code: str
    """Fingerprint of the training code, kept with the result."""
    checkpoint_minutes: float = 10.0
    """The longest time between two checkpoints."""
    time_limit_minutes: float | None = None
    """The longest training time; None: no limit."""
    images_at_once: int | None = None
    """Images to compute at once after memory ran out with more; None: as the recipe says."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    status: Status
    reason: str | None
    """Why the run failed; None if it is done."""
    state: TrainingState


def identity_of(settings: RunSettings, dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that decides the run's result, as plain JSON values."""
    return {
        "dataset": dataset["checksums"],
        "architecture": settings.architecture,
        "recipe": settings.recipe.model_dump(mode="json"),
        "seed": settings.seed,
        "code": settings.code,
        "versions": versions(settings.recipe.backend),
    }


def summary_before(settings: RunSettings, dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `training.json` says of a run whether or not it has been trained."""
    return {
        "dataset": {
            "dataset": settings.dataset.name,
            "official": dataset["official"],
            "checksums": dataset["checksums"],
        },
        "architecture": settings.architecture,
        "seed": settings.seed,
        "backend": settings.recipe.backend,
        "time_limit_minutes": settings.time_limit_minutes,
        "versions": versions(settings.recipe.backend),
        "code": settings.code,
    }


def write_results(folder: Path, recipe: Recipe, outcome: Outcome, summary: Mapping[str, Any]) -> None:
    """Write `history.csv`, `recipe.json` and `training.json` beside the `model.keras` in `folder`.

    `training.json` is written last: if it is there, the rest is complete.

    Args:
        folder: the run's folder.
        recipe: every hyper-parameter.
        outcome: how the run ended.
        summary: what else `training.json` is to say.
    """
    import pandas as pd

    state = outcome.state
    with write_atomically(folder / "history.csv") as temporary:
        rows = [asdict(epoch) for epoch in state.history]
        pd.DataFrame(rows, columns=list(Epoch.__dataclass_fields__)).to_csv(temporary, index=False)
    write_json(folder / "recipe.json", recipe.model_dump(mode="json"))
    ending = {
        "status": outcome.status,
        "reason": outcome.reason,
        "epochs": state.epoch,
        "best_epoch": state.best_epoch,
        "kept_epoch": kept_epoch(state, recipe),
        "seconds": state.seconds,
    }
    write_sealed_json(folder / "training.json", {**ending, **summary, "files": facts_of_training(folder)})


def write_empty_model(folder: Path) -> None:
    """Write the `model.keras` of a run without a network that could be used."""
    with write_atomically(folder / "model.keras") as path:
        path.touch()
