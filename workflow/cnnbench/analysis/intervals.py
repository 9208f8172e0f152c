"""Means over seeds and shares of images with their 95 % intervals."""

import math
from collections.abc import Iterable

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from cnnbench.analysis.inference.contrasts import Evidence
from cnnbench.analysis.tables.values import NO_ESTIMATE, Estimate, Interval


def estimate(values: Iterable[float], least: float = -math.inf, most: float = math.inf) -> Estimate:
    """Return the mean of one value per seed with its two-sided t-interval.

    Args:
        values: one per seed; with fewer than two, the interval is unknown.
        least: the interval ends here, because no value can be smaller.
        most: the interval ends here, because no value can be larger.
    """
    sample = np.asarray(list(values), dtype=float)
    if sample.size == 0:
        return NO_ESTIMATE
    mean = float(sample.mean())
    if sample.size == 1:
        return Estimate(1, mean, math.nan, math.nan)
    half = float(stats.t.ppf(0.975, df=sample.size - 1) * stats.sem(sample))
    return Estimate(sample.size, mean, max(mean - half, least), min(mean + half, most))


def estimates_of(evidence: Evidence) -> list[Estimate]:
    """Return differences of accuracies with their intervals for other seeds and other images.

    With one seed, the interval is for other images only.
    """
    low, high = evidence.interval()
    return [
        Estimate(int(seeds), float(mean), float(lower), float(upper)) if seeds else NO_ESTIMATE
        for seeds, mean, lower, upper in zip(evidence.seeds, evidence.difference, low, high, strict=True)
    ]


def wilson_interval(successes: float, n: float) -> Interval:
    """Return the score interval of a share: E. B. Wilson, "Probable inference, the law of succession, …", 1927.

    Args:
        successes: how many of `n` succeeded; a fraction where the share is itself a mean over seeds.
        n: number of trials, above 0.
    """
    low, high = proportion_confint(successes, n, alpha=0.05, method="wilson")
    # Rounding must not leave the share itself outside.
    share = successes / n
    return Interval(max(0.0, min(float(low), share)), min(1.0, max(float(high), share)))
