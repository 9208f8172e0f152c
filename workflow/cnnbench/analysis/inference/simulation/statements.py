"""Which statements that the analysis makes of a study hold."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnbench.analysis.inference.accuracy_interval import accuracy_intervals
from cnnbench.analysis.inference.best import possible_best
from cnnbench.analysis.inference.components import pair_weights
from cnnbench.analysis.inference.contrasts import LEVEL, fit_priors, weigh
from cnnbench.analysis.inference.multiplicity import holm
from cnnbench.analysis.inference.pairs import compare_pairs
from cnnbench.analysis.inference.ranks import possible_ranks
from cnnbench.analysis.inference.simulation.scenarios import GAPS, Scenario
from cnnbench.analysis.inference.simulation.studies import draw_study

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Statements:
    """How much of what the analysis states of one study is true; NaN where it states nothing of the kind."""

    best: float
    """Part of the truly best results that are in the set of possible best."""
    ranks: float
    """1 if no claim "A beats B" is false and all true ranks are possible ones, else 0."""
    ladders: float
    """Part of the architectures in whose ladder (each result against the one before) no claim is false."""
    grid: float
    """1 if no claim on an effect in the grid of all architectures and recipes is false, else 0."""
    differences: float
    """Part of the intervals of differences, of all pairs, that hold the true one."""
    accuracies: float
    """Part of the intervals of accuracies that hold the true one."""
    accuracies_by_architecture: Floats
    """The same of each architecture (architectures,)."""
    half_width: float
    """Half the width of the interval of a difference, a fraction: the median over all pairs."""
    in_set: int
    """Results in the set of possible best."""
    left_out: Floats
    """Part of the results at each of `GAPS` below the best that are not in the set (gaps,)."""
    beaten: Floats
    """Part of them that the best is said to beat (gaps,)."""


def examine(scenario: Scenario, random: np.random.Generator) -> Statements:
    """Draw a study, analyse it and see which statements hold.

    A study of a single architecture, or with a single recipe for each, has no grid or no ladder.
    """
    study = draw_study(scenario, random)
    true, counts, architectures = study.accuracies, study.counts, scenario.architectures
    priors = fit_priors(counts, architectures)
    pairs = compare_pairs(counts, architectures, priors)
    in_set, better = possible_best(pairs.chance), pairs.better()
    low, high = pairs.evidence.interval()
    intervals = accuracy_intervals(counts, architectures)
    covered = _within(intervals.low, true, intervals.high)
    is_best = true == true.max()
    at_gap = [np.isclose(true, true.max() - gap) for gap in GAPS]

    def claims_hold(weights: Floats) -> bool:
        """Say whether no claim of a family is false: that a difference of 0 is none, or on its sign."""
        found = weigh(counts, weights, architectures, priors)
        claimed = holm(found.p_of_other_seeds) < LEVEL
        return not (claimed & (np.sign(found.difference) != np.sign((weights @ true).round(9)))).any()

    return Statements(
        best=float(in_set[is_best].mean()),
        ranks=float(_ranks_hold(better, true)),
        ladders=_mean([claims_hold(steps) for steps in ladder_weights(scenario)]),
        grid=_mean([claims_hold(effects) for effects in grid_weights(scenario)]),
        differences=float(_within(low, pair_weights(scenario.results) @ true, high).mean()),
        accuracies=float(covered.mean()),
        accuracies_by_architecture=covered.reshape(scenario.names, -1).mean(axis=1),
        half_width=float(np.median(high - low)) / 2,
        in_set=int(in_set.sum()),
        left_out=np.array([_mean(~in_set[rows]) for rows in at_gap]),
        beaten=np.array([_mean(better[np.ix_(is_best, rows)]) for rows in at_gap]),
    )


def ladder_weights(scenario: Scenario) -> list[Floats]:
    """Return the steps of a ladder for each architecture, whose recipes are its rungs (steps, results)."""
    steps = np.diff(np.eye(scenario.results), axis=0)
    size = scenario.per_architecture
    if size == 1:
        return []
    return [steps[start : start + size - 1] for start in range(0, scenario.results, size)]


def grid_weights(scenario: Scenario) -> list[Floats]:
    """Return the effects of a grid of all architectures, averaged over them (effects, results); none of a single one.

    Four recipes are two keys with two values each: two main effects and an interaction. Any other number is one key.
    """
    size = scenario.per_architecture
    if size == 1 or scenario.names == 1:
        return []
    effects = np.eye(size)[1:] - np.eye(size)[0]
    if size == 4:
        effects = np.array([[-0.5, -0.5, 0.5, 0.5], [-0.5, 0.5, -0.5, 0.5], [1.0, -1.0, -1.0, 1.0]])
    return [np.asarray(np.tile(effects, scenario.names) / scenario.names)]


def _ranks_hold(better: npt.NDArray[np.bool_], true: Floats) -> bool:
    """Say whether no claim "row beats column" is false and each true rank is possible; equal results share ranks."""
    is_better = true[:, None] > true
    highest, lowest = possible_ranks(better)
    first, last = 1 + is_better.sum(axis=0), len(true) - is_better.sum(axis=1)
    return not (better & ~is_better).any() and bool(((highest <= first) & (last <= lowest)).all())


def _within(low: Floats, values: Floats, high: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray((low <= values) & (values <= high))


def _mean(values: npt.ArrayLike) -> float:
    """Return the mean; NaN of nothing."""
    numbers = np.asarray(values, dtype=np.float64)
    return float(numbers.mean()) if numbers.size else np.nan
