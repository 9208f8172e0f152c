"""Means over seeds with their intervals."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Estimate:
    """A mean of `n` values; `half_width` is None where fewer than two values leave the spread unknown."""

    n: int
    mean: float
    """NaN where there is no value."""
    half_width: float | None

    @property
    def low(self) -> float:
        """Lower end of the interval; NaN where it is unknown."""
        return math.nan if self.half_width is None else self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval; NaN where it is unknown."""
        return math.nan if self.half_width is None else self.mean + self.half_width


def estimate(values: Iterable[float], confidence: float = 0.95) -> Estimate:
    """Return the mean of `values` with its two-sided t-interval."""
    sample = np.asarray(list(values), dtype=float)
    if sample.size == 0:
        return Estimate(0, math.nan, None)
    if sample.size == 1:
        return Estimate(1, float(sample[0]), None)
    quantile = stats.t.ppf((1 + confidence) / 2, df=sample.size - 1)
    return Estimate(sample.size, float(sample.mean()), float(quantile * stats.sem(sample)))
