"""How small a difference a study can distinguish from chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.optimize import brentq

from cnnbench.analysis.verdicts import ALPHA

POWER = 0.8
"""The chance of finding the smallest difference."""
_QUANTILES = (np.arange(4000) + 0.5) / 4000


@dataclass(frozen=True)
class Spread:
    """What makes paired differences of accuracy vary, as standard deviations of fractions."""

    seeds: float
    """Between the differences of single seeds on the same images."""
    images: float
    """Between images, of the difference that an endless number of seeds would have on each."""
    chance: float
    """Between seeds, of the difference on one image."""


def spread_of(differences: npt.NDArray[np.integer]) -> Spread:
    """Return the spread of one comparison.

    The variance between images of the mean over n seeds holds 1/n of that between seeds on one image; it is taken out.

    Args:
        differences: -1, 0 or 1 by seed and image (seeds, images); at least two seeds.
    """
    seeds = len(differences)
    chance = float(differences.var(axis=0, ddof=1).mean())
    images = max(0.0, float(differences.mean(axis=0).var(ddof=1)) - chance / seeds)
    return Spread(float(differences.mean(axis=1).std(ddof=1)), math.sqrt(images), math.sqrt(chance))


def typical(spreads: Sequence[Spread]) -> Spread | None:
    """Return the medians of the spreads of a family; None without any."""
    if not spreads:
        return None
    medians = np.median([[spread.seeds, spread.images, spread.chance] for spread in spreads], axis=0)
    return Spread(*medians.tolist())


def power_of_paired_t_test(effect: float, seeds: int, alpha: float) -> float:
    """Return the chance that a two-sided paired t-test finds an effect, given in standard deviations.

    The noncentral t-distribution, as the mean over the chi-square distribution of the estimated variance: SciPy's own
    gives NaN for the large effects that two or three seeds need.
    """
    freedom = seeds - 1
    limit = stats.t.isf(alpha / 2, freedom) * np.sqrt(stats.chi2.ppf(_QUANTILES, freedom) / freedom)
    centre = effect * math.sqrt(seeds)
    return float(np.mean(stats.norm.sf(limit - centre) + stats.norm.cdf(-limit - centre)))


def smallest_difference(spread: Spread, seeds: int, images: int, comparisons: int) -> float:
    """Return the smallest true difference in accuracy that a study would find with a power of 0.8.

    Both tests must reject at Holm's first step, a level of 0.05 / comparisons. The paired t-test over n seeds does so
    with power 0.8 from d(n) standard deviations between seeds on (noncentral t); the test over N images from
    (z(1 - level / 2) + z(0.8)) sqrt((images² + chance² / n) / N) on. The larger of the two is returned; where they are
    alike, the power of both together is somewhat below 0.8.

    Args:
        spread: the typical spread of the family's paired differences.
        seeds: seeds that both sides share.
        images: test images.
        comparisons: size of the family.

    Returns:
        Infinity for fewer than two seeds, which tell nothing about other seeds.
    """
    if seeds < 2:
        return math.inf
    level = ALPHA / comparisons
    highest = 10 * stats.t.isf(level / 2, seeds - 1)
    effect = brentq(lambda effect: power_of_paired_t_test(effect, seeds, level) - POWER, 0.0, highest)
    reach = stats.norm.isf(level / 2) + stats.norm.ppf(POWER)
    deviation = math.sqrt((spread.images**2 + spread.chance**2 / seeds) / images)
    return float(max(effect * spread.seeds, reach * deviation))
