"""What each step of a ladder does, seed by seed."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from cnnbench.analysis.intervals import Estimate, estimate
from cnnbench.analysis.resolved import Experiment, Row

Verdict = Literal["helped", "hurt", "undecided", "one seed", "not measured"]


@dataclass(frozen=True)
class StepEffect:
    """The change in test accuracy from one step of a ladder to the next, over the seeds that both have finished."""

    step: str
    before: str
    differences: list[float]
    """One a seed, as fractions."""
    difference: Estimate
    verdict: Verdict


def step_effects(ladder: Experiment, runs: pd.DataFrame) -> list[StepEffect]:
    """Return the effect of each step of `ladder` against the one before, paired by seed."""
    done = runs[runs["status"] == "done"].set_index("run")
    effects = []
    for before, step in zip(ladder.rows, ladder.rows[1:], strict=False):
        difference = (_by_seed(step, done) - _by_seed(before, done)).dropna()
        mean = estimate(difference)
        effects.append(StepEffect(step.label, before.label, difference.tolist(), mean, verdict(mean)))
    return effects


def verdict(difference: Estimate) -> Verdict:
    """Say what a mean difference and its interval bear: a direction only if the interval leaves zero out."""
    if difference.n == 0:
        return "not measured"
    if difference.half_width is None:
        return "one seed"
    if difference.low > 0:
        return "helped"
    return "hurt" if difference.high < 0 else "undecided"


def _by_seed(row: Row, done: pd.DataFrame) -> "pd.Series[float]":
    """Return the accuracies of the row's finished runs by seed."""
    return done.loc[done.index.intersection(row.runs)].set_index("seed")["accuracy"]
