"""All pairs of results as square tables: what the set of possible best and the possible ranks are read from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from cnnbench.analysis.inference.components import pair_weights
from cnnbench.analysis.inference.contrasts import LEVEL, Evidence, Priors, weigh
from cnnbench.analysis.inference.counts import AnswerCounts
from cnnbench.analysis.inference.multiplicity import holm

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pairs:
    """Every result against every other one; row minus column."""

    evidence: Evidence
    """In the order of `np.triu_indices(results, 1)`."""
    difference: Floats
    """Of the accuracies (results, results)."""
    chance: Floats
    """One-sided p-value of "the row is better than the column" (results, results).

    NaN for a result with itself and for pairs that share fewer than two seeds, which say nothing about other seeds.
    """
    p_holm: Floats
    """Two-sided p-value with Holm's correction over all pairs (results, results); NaN as above."""

    def with_first(self, others: int) -> tuple[Evidence, Floats]:
        """Return what is known of the first result against each other one, and the corrected p-values (others,).

        Args:
            others: how many; nothing is known of those beyond the results.
        """
        known = min(others, max(len(self.p_holm) - 1, 0))
        # In the order of `np.triu_indices`, the pairs of the first result come first.
        places = np.array([place if place < known else -1 for place in range(others)], dtype=np.intp)
        p_holm = np.full(others, np.nan)
        p_holm[:known] = self.p_holm[0, 1:] if known else []
        return self.evidence.take(places), p_holm

    def better(self, level: float = LEVEL) -> npt.NDArray[np.bool_]:
        """Say which claims "row beats column" hold; any of them is false with a chance of at most `level`.

        Returns:
            Booleans (results, results).
        """
        return np.asarray((self.p_holm < level) & (self.difference > 0))


def compare_pairs(counts: AnswerCounts, architectures: Sequence[str], priors: Priors) -> Pairs:
    """Compare every result with every other one.

    Args:
        counts: of all results.
        architectures: of each result.
        priors: of the study.
    """
    results = len(architectures)
    found = weigh(counts, pair_weights(results), architectures, priors)
    chance = np.where(found.seeds >= 2, stats.t.sf(found.t, found.freedom), np.nan)
    p_holm = holm(found.p_of_other_seeds)
    return Pairs(
        found,
        _square(results, found.difference, -found.difference),
        _square(results, chance, 1 - chance),
        _square(results, p_holm, p_holm),
    )


def _square(results: int, above: Floats, below: Floats) -> Floats:
    """Return a square table (results, results) of what stands above and below its diagonal of NaN (pairs,)."""
    table = np.full((results, results), np.nan)
    first, second = np.triu_indices(results, 1)
    table[first, second], table[second, first] = above, below
    return table
