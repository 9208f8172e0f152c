"""Small tables and experiments for the tests of the analysis."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from cnnbench.analysis.leaderboard import Entry, summarise
from cnnbench.analysis.outcomes import Outcomes
from cnnbench.analysis.resolved import Experiment, ResolvedStudy, Row

FLOPS = {"small": 1_000, "large": 50_000}


def runs_table(*combinations: tuple[str, str, Sequence[float | None]]) -> pd.DataFrame:
    """Return a table of runs: of each architecture and recipe one run a seed; None is a run that diverged."""
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


def experiment_of(runs: pd.DataFrame, kind: str = "grid", name: str = "experiment") -> Experiment:
    """Return an experiment with one row an architecture and recipe, in the order of the table."""
    groups = runs.groupby(["architecture", "recipe_hash"], sort=False)["run"]
    rows = [Row(f"{keys[0]} {keys[1]}", keys[0], {}, keys[1], list(ids)) for keys, ids in groups]
    return Experiment(name, name.capitalize(), kind, "Why?", rows)


def entry(name: str, accuracies: Sequence[float | None]) -> Entry:
    """Return the result of one architecture called `name`."""
    return Entry(name, "Heading", summarise(runs_table((name, "aaaa", accuracies))))


def outcomes_of(runs: pd.DataFrame, images: int = 10_000, hardness: float = 1.0) -> Outcomes:
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
    return Outcomes(list(done["run"]), np.zeros(images, np.int16), predicted, np.ones(predicted.shape, np.float32))


def study_of(*experiments: Experiment) -> ResolvedStudy:
    """Return a study of some experiments."""
    return ResolvedStudy({"title": "A study"}, "data", [], list(experiments))
