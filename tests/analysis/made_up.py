"""Small tables and experiments for the tests of the analysis."""

from collections.abc import Sequence

import pandas as pd
from cnnbench.analysis.leaderboard import Entry, summarise
from cnnbench.analysis.resolved import Experiment, Row

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
