"""Variances between few seeds, made more reliable by those of similar comparisons (empirical Bayes).

Two or three seeds hardly determine a variance, but a study has many similar ones. Each is shrunk towards their common
value, the more so the more alike they are (G. K. Smyth, "Linear models and empirical Bayes methods for assessing
differential expression in microarray experiments", Statistical Applications in Genetics and Molecular Biology 3, 2004,
section 6.2).
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import digamma, polygamma

Floats = npt.NDArray[np.float64]
_LIFT = 0.05
"""Smaller ratios are lifted to this one, so that seeds that agree by chance do not dominate the mean of logarithms."""


@dataclass(frozen=True)
class Prior:
    """What similar comparisons say about a variance: as much as `freedom` degrees of freedom with this `variance`."""

    variance: float
    freedom: float
    """0: nothing; infinite: all variances are the same."""
    most_freedom: float
    """Degrees of freedom of all that the prior was fitted to: no moderated variance has more."""


NO_PRIOR = Prior(math.nan, 0.0, 0.0)


def trigamma_inverse(value: float) -> float:
    """Return y > 0 with trigamma(y) = value > 0."""
    if value > 1e7:
        return 1.0 / math.sqrt(value)
    if value < 1e-6:
        return 1.0 / value

    # trigamma(y) lies between 1 / y and 1 / y + 1 / y².
    def excess(y: float) -> float:
        return float(polygamma(1, y)) - value

    low, high = 1.0 / value, 1.0 / value + 1.0 / math.sqrt(value) + 1.0
    return float(brentq(excess, 0.5 * low, high, xtol=1e-14, rtol=1e-13))


def fit_prior(variances: Floats, freedom: Floats, most_freedom: float) -> Prior:
    """Fit the prior of variances by the moments of their logarithms.

    Args:
        variances: positive, all in the same unit (contrasts,).
        freedom: degrees of freedom of each (contrasts,); those without any are left out.
        most_freedom: degrees of freedom of the independent ones among them.
    """
    known = freedom > 0
    variances, half = variances[known], freedom[known] / 2
    if len(variances) < 2:
        return NO_PRIOR
    logarithms = np.log(variances) - digamma(half) + np.log(half)
    excess = float(logarithms.var(ddof=1) - polygamma(1, half).mean())
    if excess <= 0:
        return Prior(float(variances.mean()), math.inf, most_freedom)
    prior_freedom = 2 * trigamma_inverse(excess)
    scale = math.exp(float(logarithms.mean() + digamma(prior_freedom / 2)) - math.log(prior_freedom / 2))
    return Prior(scale, prior_freedom, most_freedom)


def trust_architectures(prior: Prior, architectures: int) -> Prior:
    """Return a prior that counts no more than half as many degrees of freedom as architectures speak for it.

    The few architectures of a study cannot show that seeds move all of them alike: by chance, a fitted prior is often
    too sure of it. The factor of one half was chosen by simulation (`docs/statistics.md`).

    Args:
        prior: fitted to results or pairs of different architectures.
        architectures: number of independent ones.
    """
    return replace(prior, freedom=min(prior.freedom, architectures / 2))


def moderate(variances: Floats, freedom: Floats, prior: Prior) -> tuple[Floats, Floats]:
    """Return each variance shrunk towards the prior's, and its degrees of freedom.

    Args:
        variances: in the prior's unit (contrasts,).
        freedom: degrees of freedom of each (contrasts,).
        prior: of all.

    Returns:
        Variances and degrees of freedom (contrasts,), (contrasts,); NaN where the seeds are fewer than two.
    """
    if prior.freedom == 0:
        moderated = variances
    elif math.isinf(prior.freedom):
        moderated = np.full_like(variances, prior.variance)
    else:
        moderated = (prior.freedom * prior.variance + freedom * variances) / (prior.freedom + freedom)
    known = freedom > 0
    total = np.minimum(prior.freedom + freedom, np.maximum(prior.most_freedom, freedom))
    return np.where(known, moderated, np.nan), np.where(known, total, np.nan)


def lifted(ratios: Floats) -> Floats:
    """Return ratios to the floor, raised where they are so near 0 that their logarithm would dominate (contrasts,)."""
    return np.maximum(ratios, _LIFT)
