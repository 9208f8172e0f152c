"""Which two characters are taken for each other."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.errors.combinations import Combination
from cnnbench.analysis.errors.tables import EVERY, LEADING
from cnnbench.analysis.outcomes import Outcomes

_COLUMNS = [
    "networks_of", "first", "second", "share", "first_as_second", "first_as_second_share", "second_as_first",
    "second_as_first_share",
]  # fmt: skip


def confused_pairs(outcomes: Outcomes, combinations: Sequence[Combination], classes: Sequence[str]) -> pd.DataFrame:
    """Return the pairs of classes that were taken for each other, the most confused first.

    Args:
        outcomes: what every network answered.
        combinations: the finished ones, the leading one first.
        classes: names of the classes, in the order of their indices.

    Returns:
        Columns `networks_of` ("leading": the seeds of the leading combination; "all": every finished network), `first`
        and `second` (a pair of classes, in the order of the classes), `share` (misread as the other one, of the images
        of both classes), `first_as_second` (images of the first that were read as the second, over all these networks),
        `first_as_second_share` (of the images of the first), and the same the other way round.
    """
    rows: list[dict[str, Any]] = []
    for combination in combinations[:1]:
        rows += _pairs(LEADING, confusion_counts(outcomes, combination.rows, len(classes)), classes)
    rows += _pairs(EVERY, confusion_counts(outcomes, np.arange(len(outcomes.runs)), len(classes)), classes)
    return pd.DataFrame(rows, columns=_COLUMNS)


def confusion_counts(outcomes: Outcomes, rows: npt.NDArray[np.intp], classes: int) -> npt.NDArray[np.intp]:
    """Return how many images of each class (row) the networks in `rows` read as each class (column), summed."""
    cells = outcomes.labels.astype(np.intp) * classes + outcomes.predicted[rows]
    return np.bincount(cells.ravel(), minlength=classes * classes).reshape(classes, classes)


def _pairs(networks_of: str, counts: npt.NDArray[np.intp], classes: Sequence[str]) -> list[dict[str, Any]]:
    def pairs() -> Iterator[dict[str, Any]]:
        images = np.maximum(counts.sum(axis=1), 1)  # a class without test images has no share to divide
        for first, second in np.argwhere(np.triu(counts + counts.T, k=1)):
            there, back = int(counts[first, second]), int(counts[second, first])
            yield {
                "networks_of": networks_of,
                "first": classes[first],
                "second": classes[second],
                "share": (there + back) / (images[first] + images[second]),
                "first_as_second": there,
                "first_as_second_share": there / images[first],
                "second_as_first": back,
                "second_as_first_share": back / images[second],
            }

    return sorted(pairs(), key=lambda pair: -pair["share"])
