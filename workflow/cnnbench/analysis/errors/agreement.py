"""Whether two networks give the same answers, and make the same mistakes."""

import math
from collections.abc import Sequence
from itertools import combinations as pairs_of
from itertools import combinations_with_replacement

import numpy as np
import numpy.typing as npt

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.errors.combinations import FinishedCombination
from cnnbench.analysis.tables.errors import Agreement


def agreement(answers: Answers, combinations: Sequence[FinishedCombination]) -> list[Agreement]:
    """Return how far each two combinations agree: one network of each, the first finished seed.

    A combination with several finished seeds is also compared with itself: every two of its seeds, averaged.
    """
    return [
        _agreement(answers, first, second)
        for first, second in combinations_with_replacement(combinations, 2)
        if first is not second or len(first.rows) > 1
    ]


def error_overlap(first_wrong: npt.NDArray[np.bool_], second_wrong: npt.NDArray[np.bool_]) -> float:
    """Return the share of the images misread by at least one that both misread; NaN where there is none.

    It is the index of P. Jaccard, 1901, of the two sets of mistakes.
    """
    either = int((first_wrong | second_wrong).sum())
    return int((first_wrong & second_wrong).sum()) / either if either else math.nan


def _agreement(answers: Answers, first: FinishedCombination, second: FinishedCombination) -> Agreement:
    pairs = list(pairs_of(first.rows, 2)) if first is second else [(first.rows[0], second.rows[0])]
    wrong = ~answers.correct
    same = [float((answers.predicted[one] == answers.predicted[other]).mean()) for one, other in pairs]
    overlaps = [error_overlap(wrong[one], wrong[other]) for one, other in pairs]
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
