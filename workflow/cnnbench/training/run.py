"""One run: from a prepared dataset, an architecture, a recipe and a seed to the files of a run's folder."""

import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from cnnbench.data.arrays import load_part, read_dataset
from cnnbench.data.labelled import LabelledImages
from cnnbench.files import write_atomically
from cnnbench.models.network.build import ImageFacts, build_network, main_head
from cnnbench.models.network.complexity import count_flops, count_parameters
from cnnbench.models.registry import architectures
from cnnbench.study.status import DONE
from cnnbench.training import machine
from cnnbench.training.attempt import Attempt, note_attempt
from cnnbench.training.batches import Batches, divide_batches
from cnnbench.training.checkpoint import CHECKPOINTS, Checkpoints
from cnnbench.training.energy import EnergyMeter, meters_of_this_machine
from cnnbench.training.environment_variables import variables_on_record
from cnnbench.training.interruption import Interruption, TimeIsUpError
from cnnbench.training.learning import learned_nothing
from cnnbench.training.loop import train
from cnnbench.training.memory import peak_memory_bytes
from cnnbench.training.numerics import numerics
from cnnbench.training.ownership import adopt_results, keep_results, sole_owner
from cnnbench.training.randomness import seed_initial_weights
from cnnbench.training.results import (
    Outcome,
    RunSettings,
    identity_of,
    summary_before,
    write_empty_model,
    write_results,
)
from cnnbench.training.saving import Saver
from cnnbench.training.state import TrainingState, kept_epoch


@dataclass(frozen=True)
class _Ended:
    """A training that ended by itself or ran out of time."""

    outcome: Outcome
    network: keras.Model | None
    """What is kept; None unless the run is done."""


def train_run(
    settings: RunSettings, folder: Path, say: Callable[[str], None], interruption: Interruption | None = None
) -> None:
    """Train one run and write `model.keras`, `history.csv`, `recipe.json` and `training.json` into `folder`.

    A run that diverges, learns nothing or runs out of time is written like any other, with its status and reason; its
    `model.keras` is empty. `training.json` is written last: if it is there, the rest is complete.

    A training that was killed goes on from its last checkpoint, and so does one that ran out of time, if it is given
    more. One that finished, but whose results Snakemake has removed, is not repeated if all that decides the result is
    still the same.

    Args:
        settings: what is to be trained.
        folder: the run's folder.
        say: called with lines of progress.
        interruption: a request to end, after a last checkpoint.
    """
    dataset = read_dataset(settings.dataset)
    identity = identity_of(settings, dataset)
    with sole_owner(folder, say):
        if adopt_results(folder, identity, say):
            return
        batches = divide_batches(settings.recipe, sum(dataset["counts"]["train"]), settings.images_at_once)
        # Batch normalisation and whatever is random see parts: with other parts, a training takes another course.
        checkpoints = Checkpoints(folder / CHECKPOINTS, {**identity, "images_at_once": batches.size})
        outcome = _train(settings, dataset, folder, say, checkpoints, interruption or Interruption(), identity, batches)
        if outcome.status == "timed_out":
            return
        keep_results(folder, identity)
        checkpoints.remove()


def _train(
    settings: RunSettings,
    dataset: dict[str, Any],
    folder: Path,
    say: Callable[[str], None],
    checkpoints: Checkpoints,
    interruption: Interruption,
    identity: dict[str, Any],
    batches: Batches,
) -> Outcome:
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
        summary = {**summary_before(settings, dataset), **_summary_of_machine(settings, counted, batches)}
        note_attempt(folder, Attempt(identity, summary, batches))
        with EnergyMeter(meters_of_this_machine(machine.has_accelerator())) as energy:
            saver = Saver(
                checkpoints,
                settings.checkpoint_minutes,
                interruption,
                lambda: energy.joules,
                say,
                settings.time_limit_minutes,
            )
            ended = _attempt(network, training, validation, settings, say, saver, batches, dataset)
        if ended.network is None:
            write_empty_model(folder)
        else:
            with write_atomically(folder / "model.keras") as path:
                ended.network.save(path)
    outcome = ended.outcome
    summary |= _summary_of_training(outcome.state, saver.joules())
    write_results(folder, settings.recipe, outcome, summary)
    kept = kept_epoch(outcome.state, settings.recipe)
    say(outcome.reason or f"done: epoch {kept} kept, {outcome.state.seconds:.1f} s of training")
    return outcome


def _attempt(
    network: keras.Model,
    training: LabelledImages,
    validation: LabelledImages,
    settings: RunSettings,
    say: Callable[[str], None],
    saver: Saver,
    batches: Batches,
    dataset: dict[str, Any],
) -> _Ended:
    """Train, and say how it ended; errors are raised."""
    recipe = settings.recipe
    try:
        trained = train(network, training, validation, recipe, settings.seed, say, saver, batches)
    except TimeIsUpError as error:
        return _Ended(Outcome("timed_out", _out_of_time(error.state, settings), error.state), None)
    if trained.state.diverged:
        return _Ended(Outcome("diverged", _divergence(trained.state), trained.state), None)
    if reason := learned_nothing(trained.state, recipe, dataset["counts"]["validation"]):
        return _Ended(Outcome("did_not_learn", reason, trained.state), None)
    return _Ended(Outcome(DONE, None, trained.state), trained.network)


def _divergence(state: TrainingState) -> str:
    """Say where and how a training diverged."""
    last, step = state.history[-1], state.diverged_in_step
    values = ", ".join(f"{name} {value:g}" for name, value in last.not_finite.items())
    return f"diverged in epoch {last.epoch}, {f'step {step}' if step else 'after its last step'}: {values}"


def _out_of_time(state: TrainingState, settings: RunSettings) -> str:
    """Say how far a training came in its time."""
    reached = "no epoch was finished"
    if state.best_epoch is not None:
        best = state.history[state.best_epoch - 1]
        reached = f"the best validation accuracy was {best.validation_accuracy:.2%}, in epoch {best.epoch}"
    return (
        f"timed out: {settings.time_limit_minutes:g} minutes were over after {state.epoch} of"
        f" {settings.recipe.epochs} epochs; {reached}"
    )


def _summary_of_machine(settings: RunSettings, network: keras.Model, batches: Batches) -> dict[str, Any]:
    """Return what `training.json` says of the network and of what it is trained on."""
    return {
        "parameters": count_parameters(network),
        "flops": count_flops(network),
        "planned_batch_size": divide_batches(settings.recipe, batches.update).size,
        "computed_batch_size": batches.size,
        "hardware": machine.hardware(settings.threads),
        "environment": variables_on_record(os.environ),
    }


def _summary_of_training(state: TrainingState, joules: dict[str, float]) -> dict[str, Any]:
    """Return what `training.json` says of the training itself."""
    # The first epoch includes building the graph; it counts in `seconds`, but says little about speed.
    speeds = [epoch.images_per_second for epoch in state.history[1:] or state.history]
    return {
        "images_per_second": statistics.median(speeds) if speeds else None,
        "energy_joules": joules,
        "peak_memory_bytes": peak_memory_bytes(),
        "peak_device_memory_bytes": machine.peak_device_memory_bytes(),
    }
