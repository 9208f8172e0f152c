"""Small tables and experiments for the tests of the analysis."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from cnnbench.analysis.answers import Answers
from cnnbench.analysis.leaderboard import leaderboard
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.study.study_file import StudyExperiment, StudyFile, StudyRow

FLOPS = {"small": 1_000, "large": 50_000}


def runs_table(*combinations: tuple[str, str, Sequence[float | None]]) -> pd.DataFrame:
    """Return a table of runs: one run per architecture, recipe and seed; None is a run that diverged."""
    rows = [
        {
            "run": f"{architecture}/{recipe}/seed{seed}",
            "architecture": architecture,
            "title": architecture.capitalize(),
            "recipe_hash": recipe,
            "seed": seed,
            "status": "done" if accuracy is not None else "diverged",
            "accuracy": accuracy,
            "validation_accuracy": accuracy,
            "kept_epoch": 1 if accuracy is not None else None,
            "macro_f1": accuracy,
            "parameters": 10,
            "flops": FLOPS.get(architecture, 2_000),
            "seconds": 60.0,
            "test_images": 10_000 if accuracy is not None else None,
        }
        for architecture, recipe, accuracies in combinations
        for seed, accuracy in enumerate(accuracies)
    ]
    return pd.DataFrame(rows)


def histories_of(runs: pd.DataFrame, losses: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return the only epoch of every finished run.

    Args:
        runs: the table of runs.
        losses: validation loss of runs by their ids; of the others it is 0.5.
    """
    done = runs[runs["status"] == "done"]
    return pd.DataFrame(
        {
            "run": done["run"],
            "epoch": 1,
            "validation_loss": [(losses or {}).get(run, 0.5) for run in done["run"]],
            "validation_accuracy": done["validation_accuracy"],
        }
    )


def experiment_of(
    runs: pd.DataFrame, kind: Literal["grid", "ladder"] = "grid", name: str = "experiment"
) -> StudyExperiment:
    """Return an experiment with one row per architecture and recipe, in the order of the table."""
    groups = runs.groupby(["architecture", "recipe_hash"], sort=False)["run"]
    rows = [StudyRow(f"{keys[0]} {keys[1]}", keys[0], {}, keys[1], list(ids)) for keys, ids in groups]
    return StudyExperiment(name, kind, rows)


def study_of(*experiments: StudyExperiment) -> StudyFile:
    """Return a study of some experiments."""
    return StudyFile("data", [], list(experiments))


def results_of_runs(runs: pd.DataFrame) -> list[Result]:
    """Return the leaderboard of a study that is one grid of all runs."""
    return leaderboard(study_of(experiment_of(runs)), runs, answers_of(runs))


def result_of(name: str, accuracies: Sequence[float | None]) -> Result:
    """Return the result of an architecture called `name`."""
    (result,) = results_of_runs(runs_table((name, "aaaa", accuracies)))
    return result


def answers_of(runs: pd.DataFrame, images: int = 10_000, hardness: float = 1.0) -> Answers:
    """Return answers of the finished runs that have their accuracies; the same images are hard for all.

    Args:
        runs: the table of runs.
        images: how many test images there are.
        hardness: 0 if every run errs on images of its own, 1 if mostly on the same ones.
    """
    done, random = runs[runs["status"] == "done"], np.random.default_rng(1)
    shared = np.random.default_rng(0).normal(size=images)
    predicted = np.zeros((len(done), images), np.int16)
    for row, accuracy in enumerate(done["accuracy"]):
        difficulty = hardness * shared + 0.2 * random.normal(size=images)
        predicted[row, np.argsort(-difficulty)[: round((1 - accuracy) * images)]] = 1
    return Answers(list(done["run"]), np.zeros(images, np.int16), predicted, np.ones(predicted.shape, np.float32))
