"""Whether two networks give the same answers, and make the same mistakes."""

import math
from collections.abc import Sequence
from itertools import combinations as pairs_of
from itertools import combinations_with_replacement, islice, product

import numpy as np
import numpy.typing as npt

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.errors.combinations import FinishedCombination
from cnnbench.analysis.tables.errors import Agreement


def agreement(answers: Answers, combinations: Sequence[FinishedCombination]) -> list[Agreement]:
    """Return how far each two combinations agree: one network of each, the first finished seed.

    A combination with several finished seeds is also compared with itself: every two of its seeds, averaged. Only
    networks that were tested on the same images are compared.
    """
    return [
        _agreement(answers, first, second, pairs)
        for first, second in combinations_with_replacement(combinations, 2)
        if (pairs := _pairs(answers, first, second))
    ]


def error_overlap(first_wrong: npt.NDArray[np.bool_], second_wrong: npt.NDArray[np.bool_]) -> float:
    """Return the share of the images misread by at least one that both misread; NaN where there is none.

    It is the index of P. Jaccard, 1901, of the two sets of mistakes.
    """
    either = int((first_wrong | second_wrong).sum())
    return int((first_wrong & second_wrong).sum()) / either if either else math.nan


def _pairs(answers: Answers, first: FinishedCombination, second: FinishedCombination) -> list[tuple[int, int]]:
    """Return the pairs of networks, as rows of the answers, that stand for two combinations."""
    itself = first is second
    candidates = pairs_of(first.rows.tolist(), 2) if itself else product(first.rows.tolist(), second.rows.tolist())
    comparable = ((one, other) for one, other in candidates if _both_tested(answers, one, other).any())
    return list(comparable if itself else islice(comparable, 1))


def _both_tested(answers: Answers, one: int, other: int) -> npt.NDArray[np.bool_]:
    """Return whether both networks were tested on an image (images,)."""
    return np.asarray((answers.predicted[one] >= 0) & (answers.predicted[other] >= 0))


def _agreement(
    answers: Answers, first: FinishedCombination, second: FinishedCombination, pairs: Sequence[tuple[int, int]]
) -> Agreement:
    same, overlaps = [], []
    for pair in pairs:
        images = _both_tested(answers, *pair)
        one, other = answers.predicted[list(pair)][:, images]
        labels = answers.labels[images]
        same.append(float((one == other).mean()))
        overlaps.append(error_overlap(one != labels, other != labels))
    known = [overlap for overlap in overlaps if not math.isnan(overlap)]
    return Agreement(
        first_rank=first.rank,
        first_name=first.name,
        second_rank=second.rank,
        second_name=second.name,
        network_pairs=len(pairs),
        same=float(np.mean(same)),
        overlap=float(np.mean(known)) if known else math.nan,
    )
