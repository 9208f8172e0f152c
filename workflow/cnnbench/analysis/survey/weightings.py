"""How much hangs on the weights: all weightings instead of one, and how far each weight can move."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnbench.analysis.survey.ranking import scores

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sensitivity:
    """What becomes of each architecture over all weightings."""

    first: Values
    """Share of the weightings in which it ranks first (architectures,)."""
    mean_rank: Values
    """Mean of its ranks (architectures,), 1 the best."""


@dataclass(frozen=True)
class WeightRange:
    """How far one weight can move, the others keeping their proportions, before another architecture is first."""

    weight: float
    """The weight itself, as a share of all."""
    low: float
    high: float
    below: int | None
    """Which architecture is first below `low`; None if the weight can fall to 0."""
    above: int | None
    """Which architecture is first above `high`; None if the weight can rise to 1."""


def draw_weightings(criteria: int, draws: int, seed: int) -> Values:
    """Return weightings (draws, criteria), uniform over all that are not negative and sum to 1."""
    return np.random.default_rng(seed).dirichlet(np.ones(criteria), draws)


def sensitivity(values: Values, weightings: Values) -> Sensitivity:
    """Return how architectures rank over weightings.

    Args:
        values: normalised (architectures, criteria), more is better, NaN where a figure is missing.
        weightings: (draws, criteria).
    """
    achieved = scores(values, weightings)
    order = np.argsort(-achieved, axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(order.shape[1])[None], axis=1)
    first = np.bincount(order[:, 0], minlength=order.shape[1]) / len(order)
    return Sensitivity(first, 1.0 + ranks.mean(axis=0))


def weight_ranges(values: Values, weights: Values) -> list[WeightRange]:
    """Return for every criterion how far its weight can move before the first of the ranking changes.

    The scores are ratios of straight lines in the weight, so that two of them meet where a parabola has a root; no
    search over a grid of weights could miss a crossing.

    Args:
        values: normalised (architectures, criteria), more is better, NaN where a figure is missing.
        weights: (criteria,), not negative.
    """
    weights = weights / weights.sum()
    winner = int(np.nanargmax(scores(values, weights[None])[0]))
    return [_weight_range(values, weights, criterion, winner) for criterion in range(len(weights))]


def _weight_range(values: Values, weights: Values, criterion: int, winner: int) -> WeightRange:
    weight = float(weights[criterion])
    only = np.eye(len(weights))[criterion]
    # With all the weight on one criterion, the others' proportions are unknown: they share alike.
    rest = (weights - weight * only) / (1 - weight) if weight < 1 else (1 - only) / max(len(weights) - 1, 1)
    crossings: list[tuple[float, int]] = [
        (crossing, other)
        for other in range(len(values))
        if other != winner
        for crossing in _crossings(values[[winner, other]], only, rest)
    ]
    lower = [item for item in crossings if item[0] < weight]
    upper = [item for item in crossings if item[0] > weight]
    low, below = max(lower) if lower else (0.0, None)
    high, above = min(upper) if upper else (1.0, None)
    return WeightRange(weight, low, high, below, above)


def _crossings(pair: Values, only: Values, rest: Values) -> list[float]:
    """Return the weights between 0 and 1 at which two architectures (2, criteria) have the same score."""
    known = (~np.isnan(pair)).astype(np.float64)
    filled = np.nan_to_num(pair)
    # Numerator and denominator of each score at weight t: t · only + (1 − t) · rest.
    upper = [np.polynomial.Polynomial([row @ rest, row @ (only - rest)]) for row in filled]
    lower = [np.polynomial.Polynomial([row @ rest, row @ (only - rest)]) for row in known]
    roots = (upper[0] * lower[1] - upper[1] * lower[0]).trim(1e-15).roots()
    # Those that are alike in this criterion meet at weight 1, where no other counts: that is no change.
    crossings = np.asarray(roots[np.abs(roots.imag) < 1e-12].real, dtype=np.float64)
    return [float(weight) for weight in crossings if 1e-9 < weight < 1 - 1e-9]
