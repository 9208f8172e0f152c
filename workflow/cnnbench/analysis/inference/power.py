"""How small a difference a study can detect, and how many seeds would detect one."""

import math
from bisect import bisect_left
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from cnnbench.analysis.inference.contrasts import LEVEL, Evidence

POWER = 0.8
"""The chance of detecting the smallest difference."""
REALISTIC = 0.2
"""A study that can detect only larger differences in accuracy is as good as none."""
MOST_SEEDS = 100
"""More seeds are as good as none."""
_QUANTILES = (np.arange(1000) + 0.5) / 1000


@dataclass(frozen=True)
class Spread:
    """The typical comparison of a family, in fractions of 1."""

    seed_variance: float
    """Moderated variance between seeds."""
    image_variance: float
    """Variance of the difference that images cause."""
    prior_freedom: float
    """Degrees of freedom that like comparisons add to those of the own seeds."""
    seeds: int
    """Seeds that it was measured with."""
    overlap: float = 0.0
    """See `Components.overlap`."""


def spread_of(evidence: Evidence, place: int) -> Spread | None:
    """Return the spread of one comparison; None with fewer than two seeds."""
    return typical_spread(evidence.take(np.array([place], dtype=np.intp)))


def typical_spread(family: Evidence) -> Spread | None:
    """Return the typical comparison of a family: the medians; None where no comparison has two seeds.

    Args:
        family: its comparisons.
    """
    known = family.seeds >= 2
    if not known.any():
        return None
    seeds = int(np.median(family.seeds[known]))
    added = family.seed_freedom[known] - (family.seeds[known] - 1)
    return Spread(
        float(np.median(family.seed_variance[known])),
        float(np.median(family.image_variance[known])),
        max(0.0, float(np.median(added))),
        seeds,
        family.overlap,
    )


def power_of_t_test(effect: float, freedom: float, level: float) -> float:
    """Return the chance that a two-sided t-test detects an effect, in its direction.

    It is the mean of a normal one over the chi-square distribution of the estimated variance: SciPy's own gives NaN for
    the large effects that two or three seeds need.

    Args:
        effect: true value in standard errors.
        freedom: degrees of freedom.
        level: two-sided.
    """
    limit = stats.t.isf(level / 2, freedom) * np.sqrt(stats.chi2.ppf(_QUANTILES, freedom) / freedom)
    return float(np.mean(stats.norm.sf(limit - effect)))


def smallest_difference(spread: Spread, seeds: int, comparisons: int) -> float | None:
    """Return the smallest true difference that a study would detect with a power of 0.8.

    The level is that of Holm's first step, 0.05 / comparisons.

    Args:
        spread: the typical comparison of the family.
        seeds: seeds that the study would have.
        comparisons: size of the family.

    Returns:
        A fraction; None for fewer than two seeds, and where no realistic difference would be detected.
    """
    if seeds < 2 or power(spread, REALISTIC, seeds, comparisons) < POWER:
        return None
    return float(brentq(lambda difference: power(spread, difference, seeds, comparisons) - POWER, 0.0, REALISTIC))


def seeds_needed(spread: Spread, difference: float, comparisons: int) -> int | None:
    """Return how many seeds detect a difference with a power of 0.8.

    Args:
        spread: the comparison.
        difference: true difference, a fraction.
        comparisons: size of the family.

    Returns:
        None where a hundred seeds do not: the images are too few.
    """
    numbers = range(2, MOST_SEEDS + 1)
    place = bisect_left(numbers, True, key=lambda seeds: power(spread, difference, seeds, comparisons) >= POWER)
    return numbers[place] if place < len(numbers) else None


def power(spread: Spread, difference: float, seeds: int, comparisons: int) -> float:
    """Return the chance that a study detects a difference, at the level of Holm's first step.

    Args:
        spread: the comparison.
        difference: true difference, a fraction.
        seeds: seeds that the study would have, at least two.
        comparisons: size of the family.
    """
    by_seeds = spread.seed_variance * (1 / seeds + spread.overlap)
    variance = by_seeds + spread.image_variance
    freedom = variance**2 * _seed_freedom(spread, seeds) / by_seeds**2
    return power_of_t_test(abs(difference) / math.sqrt(variance), freedom, LEVEL / comparisons)


def _seed_freedom(spread: Spread, seeds: int) -> float:
    """Return the degrees of freedom of the moderated variance with other seeds.

    What like comparisons add may be limited by their own seeds, and falls with them; it is not taken to grow.
    """
    return seeds - 1 + spread.prior_freedom * min(1.0, (seeds - 1) / (spread.seeds - 1))
