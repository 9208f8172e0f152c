"""Whether two networks give the same answers, and make the same mistakes."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations as pairs_of
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.errors.combinations import Combination
from cnnbench.analysis.outcomes import Outcomes

_COLUMNS = ["first_rank", "first_name", "second_rank", "second_name", "network_pairs", "same", "overlap"]


def agreement(outcomes: Outcomes, combinations: Sequence[Combination]) -> pd.DataFrame:
    """Return how far each two combinations agree: one network of each, the first finished seed.

    A combination with several finished seeds is also compared with itself: every two of its seeds, averaged.

    Returns:
        Columns `first_rank`, `first_name`, `second_rank`, `second_name` (two combinations, by their places on the
        leaderboard), `network_pairs` (how many pairs of networks were compared), `same` (share of the test images to
        which both give the same class), `overlap` (of the images that one of them misreads at least, the share that
        both misread; empty where they misread none).
    """
    rows = [
        {
            "first_rank": first.rank,
            "first_name": first.name,
            "second_rank": second.rank,
            "second_name": second.name,
            **_compared(outcomes, _network_pairs(first, second)),
        }
        for first, second in combinations_with_replacement(combinations, 2)
        if first is not second or len(first.rows) > 1
    ]
    return pd.DataFrame(rows, columns=_COLUMNS)


def error_overlap(first_wrong: npt.NDArray[np.bool_], second_wrong: npt.NDArray[np.bool_]) -> float:
    """Return the share of the images that one misreads at least that both misread; NaN where there is none.

    It is the index of P. Jaccard, 1901, of the two sets of mistakes.
    """
    either = int((first_wrong | second_wrong).sum())
    return int((first_wrong & second_wrong).sum()) / either if either else math.nan


def _network_pairs(first: Combination, second: Combination) -> list[tuple[int, int]]:
    return list(pairs_of(first.rows, 2)) if first is second else [(first.rows[0], second.rows[0])]


def _compared(outcomes: Outcomes, pairs: Sequence[tuple[int, int]]) -> dict[str, Any]:
    same = [float((outcomes.predicted[one] == outcomes.predicted[other]).mean()) for one, other in pairs]
    overlaps = [overlap for overlap in _overlaps(outcomes, pairs) if not math.isnan(overlap)]
    return {
        "network_pairs": len(pairs),
        "same": float(np.mean(same)),
        "overlap": float(np.mean(overlaps)) if overlaps else math.nan,
    }


def _overlaps(outcomes: Outcomes, pairs: Sequence[tuple[int, int]]) -> Iterator[float]:
    for one, other in pairs:
        yield error_overlap(outcomes.predicted[one] != outcomes.labels, outcomes.predicted[other] != outcomes.labels)
