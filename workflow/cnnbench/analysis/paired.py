"""Tests of a difference between two sides that read the same images, trained with the same seeds.

A difference may hold on these images only, or with these seeds only. The first question is answered by an exact
permutation test over images, the second by a paired t-test over seeds; a claim needs both.
"""

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy import fft, stats
from statsmodels.stats.multitest import multipletests

from cnnbench.analysis.verdicts import ALPHA

_SAME = 1e-12
"""Accuracies that differ by less differ by rounding only."""


def sign_flip_p_value(differences: npt.ArrayLike) -> float:
    """Return the exact two-sided p-value of a paired permutation test over images.

    If the two sides read alike, each image's difference could as well have had the other sign, whatever those of the
    other images: the sum is then one of independent variables that are plus or minus k. Its distribution is had from
    its characteristic function, the product of cos(k t) over the images, by one Fourier transform, to about 12 decimal
    places. With one seed a side this is McNemar's exact test.

    Args:
        differences: of each image, the seeds of the first side that read it correctly, minus those of the second; whole
            numbers (images,).
    """
    images = np.bincount(np.abs(np.asarray(differences, dtype=np.int64)))  # by the size of their difference
    sizes = np.flatnonzero(images)
    largest = int(sizes @ images[sizes])
    if largest == 0:
        return 1.0
    observed = abs(int(np.sum(differences)))
    length = fft.next_fast_len(2 * largest + 1, real=True)
    angles = 2 * np.pi * np.arange(length // 2 + 1) / length
    characteristic = np.ones_like(angles)
    for size in sizes:
        characteristic *= np.cos(size * angles) ** images[size]
    probability = fft.irfft(characteristic, length)  # of the sums 0, 1, …, and at the end …, -2, -1
    upper = float(probability[observed : largest + 1].sum())
    return min(1.0, max(0.0, 2 * upper if observed else 1.0))


def paired_t_p_value(differences: npt.ArrayLike) -> float:
    """Return the two-sided p-value of a paired t-test.

    Equal differences have no spread, for which the t-test would give p = 0. The exact test that flips their signs takes
    its place: of the 2^n ways to set the signs of n equal differences, two are as extreme.

    Args:
        differences: one per seed, first side minus second (seeds,).

    Returns:
        NaN for fewer than two differences.
    """
    values = np.asarray(differences, dtype=float)
    if values.size < 2:
        return math.nan
    if np.ptp(values) < _SAME:
        return 1.0 if abs(values[0]) < _SAME else float(2.0 ** (1 - values.size))
    return float(stats.ttest_1samp(values, 0.0).pvalue)


def p_value_of_both(p_images: float, p_seeds: float) -> float:
    """Return the p-value of "on other images and with other seeds".

    To reject that at least one of two statements is wrong, both must be rejected: an intersection-union test, whose
    p-value is the larger one (R. L. Berger, "Multiparameter hypothesis testing and acceptance sampling", Technometrics
    24, 1982). Where the seeds are too few for a p-value, that over images stands alone.
    """
    return p_images if math.isnan(p_seeds) else max(p_images, p_seeds)


def holm(p_values: Iterable[float]) -> npt.NDArray[np.float64]:
    """Return a family's p-values by Holm's correction; NaN is no comparison and does not count."""
    adjusted = np.array(list(p_values), dtype=float)
    measured = ~np.isnan(adjusted)
    if measured.any():
        adjusted[measured] = multipletests(adjusted[measured], alpha=ALPHA, method="holm")[1]
    return adjusted
