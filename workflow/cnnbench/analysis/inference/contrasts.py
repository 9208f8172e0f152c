"""The test and the interval of a weighted sum of accuracies, for other seeds and other images at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from cnnbench.analysis.inference.components import Components, components, pair_weights
from cnnbench.analysis.inference.counts import AnswerCounts
from cnnbench.analysis.inference.moderation import NO_PRIOR, Prior, fit_prior, lifted, moderate, trust_architectures

Floats = npt.NDArray[np.float64]
LEVEL = 0.05
"""The chance of any false claim in a family of comparisons."""


@dataclass(frozen=True)
class Priors:
    """What the pairs of a study say about the variance between seeds, as a multiple of the floor (`Components.ratio`).

    Results of the same architecture that start from the same seed rise and fall together; their difference varies much
    less than that of two architectures.
    """

    within: Prior
    """Of pairs of the same architecture."""
    across: Prior
    """Of pairs of two architectures."""
    pairs: Components
    """All pairs, in the order of `np.triu_indices(results, 1)`."""
    same: npt.NDArray[np.bool_]
    """Whether the two of a pair have the same architecture (pairs,)."""


@dataclass(frozen=True)
class Evidence:
    """What is known of weighted sums, one per entry; all in fractions of 1."""

    difference: Floats
    """The sums; NaN without a seed (contrasts,)."""
    seeds: npt.NDArray[np.int64]
    """Seeds; with one, all below is about other images only (contrasts,)."""
    seed_variance: Floats
    """Moderated variance between seeds (contrasts,); NaN for fewer than two."""
    seed_freedom: Floats
    """Its degrees of freedom (contrasts,); NaN for fewer than two seeds."""
    image_variance: Floats
    """Variance of the sum that images cause (contrasts,)."""
    freedom: Floats
    """Degrees of freedom of the whole variance (contrasts,)."""
    overlap: float
    """See `Components.overlap`."""

    @property
    def variance(self) -> Floats:
        """Variance of the sum over other seeds and images (contrasts,)."""
        share = 1 / np.maximum(self.seeds, 1) + self.overlap
        return np.asarray(np.nan_to_num(self.seed_variance * share) + self.image_variance)

    @property
    def deviation(self) -> Floats:
        """Standard error of the sum (contrasts,)."""
        return np.asarray(np.sqrt(self.variance))

    @property
    def t(self) -> Floats:
        """The sum in standard errors (contrasts,)."""
        return np.asarray(self.difference / self.deviation)

    @property
    def p(self) -> Floats:
        """Two-sided p-value (contrasts,)."""
        return np.asarray(2 * stats.t.sf(np.abs(self.t), self.freedom))

    @property
    def p_of_other_seeds(self) -> Floats:
        """The same; NaN for fewer than two seeds, which bear no claim about other seeds (contrasts,)."""
        return np.where(self.seeds >= 2, self.p, np.nan)

    def take(self, rows: npt.NDArray[np.intp]) -> "Evidence":
        """Return the entries at the places `rows`; at a place of -1 stands an entry of which nothing is known."""

        def of(values: Floats) -> Floats:
            return np.asarray(np.append(values, np.nan)[rows])

        return Evidence(
            of(self.difference),
            np.append(self.seeds, 0)[rows],
            of(self.seed_variance),
            of(self.seed_freedom),
            of(self.image_variance),
            of(self.freedom),
            self.overlap,
        )

    def interval(self, confidence: float = 1 - LEVEL) -> tuple[Floats, Floats]:
        """Return the ends of the two-sided interval (contrasts,), (contrasts,)."""
        half = self.deviation * stats.t.isf((1 - confidence) / 2, self.freedom)
        return self.difference - half, self.difference + half


def fit_priors(counts: AnswerCounts, architectures: Sequence[str]) -> Priors:
    """Fit what the pairs of a study say about the variance between seeds.

    Args:
        counts: of all results.
        architectures: of each result.
    """
    weights = pair_weights(len(architectures))
    pairs = components(counts, weights)
    same = is_within(weights, architectures)
    results, names = len(architectures), len(set(architectures))
    across = trust_architectures(_fit(pairs.take(~same), names - 1), names - 1)
    return Priors(_fit(pairs.take(same), results - names), across, pairs, same)


def _fit(pairs: Components, independent: int) -> Prior:
    """Fit a prior to pairs, `independent` of which are independent."""
    known = pairs.freedom > 0
    if not known.any():
        return NO_PRIOR
    most_freedom = independent * float(pairs.freedom[known].mean())
    return fit_prior(lifted(pairs.ratio), pairs.freedom, most_freedom)


def is_within(weights: Floats, architectures: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Say of each sum whether the weights of every architecture add up to 0, so that what its results share cancels.

    Args:
        weights: of each result in each sum (contrasts, results).
        architectures: of each result.
    """
    names = np.array(architectures)
    distinct = dict.fromkeys(architectures)
    totals = np.array([weights[:, names == name].sum(axis=1) for name in distinct]).reshape(len(distinct), len(weights))
    return np.asarray((np.abs(totals) < 1e-9).all(axis=0))


def weigh(counts: AnswerCounts, weights: Floats, architectures: Sequence[str], priors: Priors) -> Evidence:
    """Return what is known of weighted sums.

    The variance between seeds is moderated as a multiple of the floor. That of a sum of more than two results that
    compares within architectures (an effect of a grid) is shrunk towards that of the pairs it is made of, any other
    towards the prior.

    Args:
        counts: of all results.
        weights: of each result in each sum (contrasts, results).
        architectures: of each result.
        priors: of the study.
    """
    sums = components(counts, weights)
    within = is_within(weights, architectures)
    own_prior = within & ((weights != 0).sum(axis=1) > 2)
    ratio, freedom = np.full(len(weights), np.nan), np.full(len(weights), np.nan)
    groups = [(within & ~own_prior, priors.within), (~within, priors.across)]
    groups += [(place, _prior_of_average(weights[place], architectures, priors)) for place in np.flatnonzero(own_prior)]
    for rows, prior in groups:
        rows = np.atleast_1d(rows)
        ratio[rows], freedom[rows] = moderate(lifted(sums.ratio[rows]), sums.freedom[rows], prior)
    return evidence(sums, ratio, freedom)


def _prior_of_average(weights: Floats, architectures: Sequence[str], priors: Priors) -> Prior:
    """Return what the pairs that an average is made of say about its variance between seeds.

    They are pairs of the same architecture with weights of two signs. Their variances add up to that of the average,
    however much they differ; the more they do, the fewer degrees of freedom they have (Satterthwaite).

    Args:
        weights: of each result (results,).
        architectures: of each result.
        priors: of the study.
    """
    first, second = np.triu_indices(len(weights), 1)
    rows = priors.same & (weights[first] * weights[second] < 0) & (priors.pairs.freedom > 0)
    if not rows.any():
        return NO_PRIOR
    pairs = priors.pairs.take(rows)
    used = np.flatnonzero(weights).tolist()
    freedom = float(pairs.freedom.mean())
    variances = lifted(pairs.ratio) * pairs.floor
    alike = (1 + 2 / freedom) * variances.mean() ** 2 / (variances**2).mean()
    independent = (len(used) - len({architectures[place] for place in used})) * min(1.0, float(alike))
    ratio = float(variances.sum() / pairs.floor.sum())
    return Prior(ratio, independent * freedom, independent * freedom)


def evidence(sums: Components, ratio: Floats, seed_freedom: Floats) -> Evidence:
    """Return what is known of weighted sums whose variance between seeds is moderated.

    Half an image per result counts as read differently by all seeds: otherwise, where errors are few by chance, the
    variance is too small (for a pair, one half is added to both cells in which two results differ: A. Agresti and
    Y. Min, "Simple improved confidence intervals for comparing matched proportions", Statistics in Medicine 24, 2005).
    The degrees of freedom are Satterthwaite's (Biometrics Bulletin 2, 1946).

    Args:
        sums: the weighted sums.
        ratio: moderated variance between seeds as a multiple of the floor (contrasts,), of which less than 1 counts as
            1; NaN for fewer than two seeds.
        seed_freedom: its degrees of freedom (contrasts,); NaN for fewer than two seeds.
    """
    seed_variance = np.asarray(np.maximum(ratio, 1.0) * sums.floor)
    image_variance = sums.image_variance + sums.size / 2 / sums.images**2
    image_freedom = max(sums.images - 1, 1)
    by_seeds = np.nan_to_num(seed_variance * (1 / np.maximum(sums.seeds, 1) + sums.overlap))
    total = by_seeds + image_variance
    parts = np.nan_to_num(by_seeds**2 / seed_freedom) + image_variance**2 / image_freedom
    return Evidence(
        sums.difference,
        sums.seeds,
        seed_variance,
        seed_freedom,
        image_variance,
        np.asarray(total**2 / parts),
        sums.overlap,
    )
