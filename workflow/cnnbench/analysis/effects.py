"""What each step of a ladder does, seed by seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from cnnbench.analysis.evidence import Comparison
from cnnbench.analysis.resolved import Experiment, Row


@dataclass(frozen=True)
class StepEffect:
    """The change in test accuracy from one step of a ladder to the next, over the seeds that both have finished."""

    step: str
    before: str
    differences: list[float]
    """One a seed, as fractions."""
    comparison: Comparison
    """The step (first) against the one before."""


def step_effects(ladder: Experiment, runs: pd.DataFrame, comparisons: Sequence[Comparison]) -> list[StepEffect]:
    """Return the effect of each step of `ladder` against the one before, paired by seed.

    Args:
        ladder: the experiment.
        runs: the table of runs.
        comparisons: those of the ladder, one a step, in order.
    """
    done = runs[runs["status"] == "done"].set_index("run")
    return [
        StepEffect(step.label, before.label, (_by_seed(step, done) - _by_seed(before, done)).dropna().tolist(), found)
        for (before, step), found in zip(pairwise(ladder.rows), comparisons, strict=True)
    ]


def _by_seed(row: Row, done: pd.DataFrame) -> "pd.Series[float]":
    """Return the accuracies of the row's finished runs by seed."""
    return done.loc[done.index.intersection(row.runs)].set_index("seed")["accuracy"]
