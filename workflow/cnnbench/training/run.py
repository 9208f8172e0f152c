"""One run: from a prepared dataset, an architecture, a recipe and a seed to the files of a run's folder."""

import os
import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import pandas as pd

from cnnbench.data.arrays import load_part, read_dataset
from cnnbench.data.labelled import LabelledImages
from cnnbench.files import write_atomically, write_json, write_sealed_json
from cnnbench.models.network.build import ImageFacts, build_network, main_head
from cnnbench.models.network.complexity import count_flops, count_parameters
from cnnbench.models.registry import architectures
from cnnbench.run_files import facts_of_training
from cnnbench.study.recipe import Recipe
from cnnbench.study.status import DONE, Status
from cnnbench.training import machine
from cnnbench.training.checkpoint import Checkpoints
from cnnbench.training.energy import EnergyMeter, meters_of_this_machine
from cnnbench.training.environment_variables import variables_on_record
from cnnbench.training.failures import is_out_of_memory
from cnnbench.training.interruption import Interruption
from cnnbench.training.loop import Trained, train
from cnnbench.training.numerics import numerics
from cnnbench.training.ownership import adopt_results, keep_results, sole_owner
from cnnbench.training.randomness import seed_initial_weights
from cnnbench.training.saving import Saver
from cnnbench.training.state import Epoch, TrainingState, first_state, kept_epoch


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


@dataclass(frozen=True)
class TrainingResult:
    """How a run ended."""

    status: Status
    reason: str | None
    state: TrainingState
    trained: Trained | None


def train_run(
    settings: RunSettings, folder: Path, say: Callable[[str], None], interruption: Interruption | None = None
) -> None:
    """Train one run and write `model.keras`, `history.csv`, `recipe.json` and `training.json` into `folder`.

    A run that diverges or does not fit in memory is written like any other, with its status and reason; its
    `model.keras` is empty. `training.json` is written last: if it is there, the rest is complete.

    A training that was killed goes on from its last checkpoint. One that finished, but whose results Snakemake has
    removed, is not repeated if all that decides the result is still the same.

    Args:
        settings: what is to be trained.
        folder: the run's folder.
        say: called with lines of progress.
        interruption: a request to end, after a last checkpoint.
    """
    dataset = read_dataset(settings.dataset)
    identity = _identity(settings, dataset)
    with sole_owner(folder, say):
        if adopt_results(folder, identity):
            say(f"this run was trained already, and its results are taken; to train it anew, remove {folder}")
            return
        checkpoints = Checkpoints(folder / "checkpoints", identity)
        _train(settings, dataset, folder, say, checkpoints, interruption or Interruption())
        keep_results(folder, identity)
        checkpoints.remove()


def _identity(settings: RunSettings, dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that decides the run's result, as plain JSON values."""
    return {
        "dataset": dataset["checksums"],
        "architecture": settings.architecture,
        "recipe": settings.recipe.model_dump(mode="json"),
        "seed": settings.seed,
        "code": settings.code,
        "versions": machine.versions(),
    }


def _train(
    settings: RunSettings,
    dataset: dict[str, Any],
    folder: Path,
    say: Callable[[str], None],
    checkpoints: Checkpoints,
    interruption: Interruption,
) -> None:
    training = load_part(settings.dataset, "train")
    validation = load_part(settings.dataset, "validation")
    image = dataset["image"]
    facts = ImageFacts(
        (image["height"], image["width"], image["channels"]),
        dataset["pixels"]["mean"],
        dataset["pixels"]["standard_deviation"],
    )
    with numerics(settings.recipe.precision):
        seed_initial_weights(settings.seed)
        architecture = architectures()[settings.architecture]
        network = build_network(architecture, len(dataset["classes"]), facts, settings.recipe)
        counted = main_head(network)
        say(
            f"{architecture.title}: {count_parameters(counted):,} parameters, {count_flops(counted):,} operations"
            f" per image; {len(training.labels):,} training and {len(validation.labels):,} validation images"
        )
        with EnergyMeter(meters_of_this_machine(machine.has_accelerator())) as energy:
            saver = Saver(checkpoints, settings.checkpoint_minutes, interruption, lambda: energy.joules)
            result = _attempt(network, training, validation, settings, say, saver)
        with write_atomically(folder / "model.keras") as path:
            if result.trained is not None and result.status == DONE:
                result.trained.network.save(path)
            else:
                path.touch()
    _write_history(folder / "history.csv", result.state)
    write_json(folder / "recipe.json", settings.recipe.model_dump(mode="json"))
    summary = _summary(settings, dataset, counted, result, saver.joules())
    write_sealed_json(folder / "training.json", {**summary, "files": facts_of_training(folder)})
    kept = kept_epoch(result.state, settings.recipe)
    say(result.reason or f"done: epoch {kept} kept, {result.state.seconds:.1f} s of training")


def _attempt(
    network: keras.Model,
    training: LabelledImages,
    validation: LabelledImages,
    settings: RunSettings,
    say: Callable[[str], None],
    saver: Saver,
) -> TrainingResult:
    """Train; divergence and a lack of memory are results, too, and any other error is raised."""
    try:
        trained = train(network, training, validation, settings.recipe, settings.seed, say, saver)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        batch = settings.recipe.micro_batch_size or settings.recipe.batch_size
        reason = (
            f"out of memory with {batch} images at once (a smaller micro_batch_size needs less):"
            f" {str(error).strip().splitlines()[0]}"
        )
        return TrainingResult("out_of_memory", reason, first_state(settings.recipe), None)
    if trained.state.diverged:
        last = trained.state.history[-1]
        values = ", ".join(f"{name} {value:g}" for name, value in last.not_finite.items())
        reason = f"diverged in epoch {last.epoch}: {values}"
        return TrainingResult("diverged", reason, trained.state, trained)
    return TrainingResult(DONE, None, trained.state, trained)


def _write_history(path: Path, state: TrainingState) -> None:
    columns = list(Epoch.__dataclass_fields__)
    with write_atomically(path) as temporary:
        pd.DataFrame([asdict(epoch) for epoch in state.history], columns=columns).to_csv(temporary, index=False)


def _summary(
    settings: RunSettings,
    dataset: dict[str, Any],
    network: keras.Model,
    result: TrainingResult,
    joules: dict[str, float],
) -> dict[str, Any]:
    """Return the content of `training.json`."""
    state = result.state
    # The first epoch includes building the graph; it counts in `seconds`, but says little about speed.
    speeds = [epoch.images_per_second for epoch in state.history[1:] or state.history]
    return {
        "status": result.status,
        "reason": result.reason,
        "dataset": {
            "dataset": settings.dataset.name,
            "official": dataset["official"],
            "checksums": dataset["checksums"],
        },
        "architecture": settings.architecture,
        "seed": settings.seed,
        "backend": settings.recipe.backend,
        "parameters": count_parameters(network),
        "flops": count_flops(network),
        "epochs": state.epoch,
        "best_epoch": state.best_epoch,
        "kept_epoch": kept_epoch(state, settings.recipe),
        "seconds": state.seconds,
        "images_per_second": statistics.median(speeds) if speeds else None,
        "energy_joules": joules,
        "peak_memory_bytes": machine.peak_memory_bytes(),
        "peak_device_memory_bytes": machine.peak_device_memory_bytes(),
        "hardware": machine.hardware(settings.threads),
        "versions": machine.versions(),
        "environment": variables_on_record(os.environ),
        "code": settings.code,
    }
