"""Means over seeds and shares of images with their 95 % intervals."""

import math
from collections.abc import Iterable

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from cnnbench.analysis.tables.values import Estimate, Interval


def estimate(values: Iterable[float]) -> Estimate:
    """Return the mean of `values` with its two-sided t-interval."""
    sample = np.asarray(list(values), dtype=float)
    if sample.size == 0:
        return Estimate(0, math.nan, None)
    if sample.size == 1:
        return Estimate(1, float(sample[0]), None)
    quantile = stats.t.ppf(0.975, df=sample.size - 1)
    return Estimate(sample.size, float(sample.mean()), float(quantile * stats.sem(sample)))


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
