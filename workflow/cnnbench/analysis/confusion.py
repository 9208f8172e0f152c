"""Which characters are taken for which."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Confusion:
    """How often images of one class were taken for another, over all seeds."""

    true: str
    predicted: str
    images: int
    share: float
    """Of the images of the true class."""


@dataclass(frozen=True)
class HardClass:
    """A class with its scores, averaged over the seeds."""

    name: str
    precision: float
    recall: float
    f1: float
    images: int
    """Test images of this class."""


def confusion_matrix(confusion: pd.DataFrame, runs: Iterable[str]) -> pd.DataFrame:
    """Return the counts of `runs` summed: true classes as rows, predicted as columns, in the order of the classes."""
    cells = confusion[confusion["run"].isin(list(runs))]
    classes = cells.loc[cells["true"] == cells["predicted"], "true"].unique()
    counts = cells.groupby(["true", "predicted"])["images"].sum().unstack(fill_value=0)
    return counts.reindex(index=classes, columns=classes, fill_value=0)


def row_shares(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return each row of a confusion matrix as shares of its sum; a class without images has zeros."""
    return matrix.div(matrix.sum(axis=1).where(lambda total: total > 0, 1), axis=0)


def most_confused(matrix: pd.DataFrame, at_most: int) -> list[Confusion]:
    """Return the pairs off the diagonal with the largest share of their true class, the largest first."""
    counts, shares, names = matrix.to_numpy(), row_shares(matrix).to_numpy(), [str(name) for name in matrix.index]
    pairs = [
        Confusion(names[true], names[predicted], int(counts[true, predicted]), float(shares[true, predicted]))
        for true, predicted in np.argwhere(counts > 0)
        if true != predicted
    ]
    return sorted(pairs, key=lambda pair: -pair.share)[:at_most]


def hardest_classes(per_class: pd.DataFrame, runs: Iterable[str], at_most: int) -> list[HardClass]:
    """Return the classes with the lowest F1 score, the lowest first."""
    scores = per_class[per_class["run"].isin(list(runs))]
    means = scores.groupby("class", sort=False)[["precision", "recall", "f1", "support"]].mean()
    lowest = means.sort_values("f1", kind="stable").head(at_most)
    return [
        HardClass(str(row[0]), float(row[1]), float(row[2]), float(row[3]), int(row[4]))
        for row in lowest.itertuples(name=None)
    ]
