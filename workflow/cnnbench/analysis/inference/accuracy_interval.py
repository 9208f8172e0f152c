"""The interval of an accuracy, for other seeds and other images."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from cnnbench.analysis.inference.components import components
from cnnbench.analysis.inference.contrasts import LEVEL, Evidence, evidence
from cnnbench.analysis.inference.counts import AnswerCounts
from cnnbench.analysis.inference.moderation import fit_prior, lifted, moderate, trust_architectures

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Accuracies:
    """Accuracy of each result with its interval, fractions of 1 (results,)."""

    mean: Floats
    """NaN without a seed."""
    low: Floats
    high: Floats
    seeds: npt.NDArray[np.int64]
    """With one seed, the interval is about other images only."""


def accuracy_intervals(counts: AnswerCounts, architectures: Sequence[str], confidence: float = 1 - LEVEL) -> Accuracies:
    """Return the accuracy of each result and the interval for the mean of other seeds on other images.

    The variance between seeds is moderated over all results. Wilson's interval takes the place of a symmetric one: it
    never leaves 0 to 1.

    Args:
        counts: of all results.
        architectures: of each result.
        confidence: the chance that an interval holds the true accuracy.
    """
    found = accuracy_evidence(counts, architectures)
    low, high = wilson(found.difference, found.variance, found.freedom, counts.images, confidence)
    return Accuracies(found.difference, low, high, found.seeds)


def accuracy_evidence(counts: AnswerCounts, architectures: Sequence[str]) -> Evidence:
    """Return what is known of each accuracy (results,).

    Args:
        counts: of all results.
        architectures: of each result.
    """
    single = components(counts, np.eye(len(architectures)))
    known = single.freedom > 0
    names = len(set(architectures))
    most_freedom = names * float(single.freedom[known].mean()) if known.any() else 0.0
    ratios = lifted(single.ratio)
    prior = trust_architectures(fit_prior(ratios, single.freedom, most_freedom), names)
    return evidence(single, *moderate(ratios, single.freedom, prior))


def wilson(
    proportions: Floats, variances: Floats, freedom: Floats, images: int, confidence: float
) -> tuple[Floats, Floats]:
    """Return Wilson's interval of proportions whose variance is not that of independent counts.

    The answers count as the number n of independent ones that would vary as much: p (1 - p) / V (L. Kish, "Survey
    Sampling", 1965); a quantile of t takes the place of the normal one (E. B. Wilson, Journal of the American
    Statistical Association 22, 1927). p is that of half an error and half a right answer more where n is computed, so
    that it is neither 0 nor 1.

    Args:
        proportions: measured (results,).
        variances: of each (results,).
        freedom: degrees of freedom of the variances (results,).
        images: number of images.
        confidence: of the two-sided interval.

    Returns:
        Lower and upper ends (results,), (results,).
    """
    inner = (proportions * images + 0.5) / (images + 1)
    number = inner * (1 - inner) / variances
    square = stats.t.isf((1 - confidence) / 2, freedom) ** 2 / number
    centre = (proportions + square / 2) / (1 + square)
    half = np.sqrt(square * (proportions * (1 - proportions) + square / 4)) / (1 + square)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
