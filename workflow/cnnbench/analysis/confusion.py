"""Which characters are taken for which."""

from collections.abc import Iterable

import pandas as pd


def confusion_matrix(confusion: pd.DataFrame, runs: Iterable[str]) -> pd.DataFrame:
    """Return the counts of `runs` summed: true classes as rows, predicted as columns, in the order of the classes."""
    cells = confusion[confusion["run"].isin(list(runs))]
    classes = cells.loc[cells["true"] == cells["predicted"], "true"].unique()
    counts = cells.groupby(["true", "predicted"])["images"].sum().unstack(fill_value=0)
    return counts.reindex(index=classes, columns=classes, fill_value=0)


def row_shares(matrix: pd.DataFrame) -> pd.DataFrame:
    """Return each row of a confusion matrix as shares of its sum; a class without images has zeros."""
    return matrix.div(matrix.sum(axis=1).where(lambda total: total > 0, 1), axis=0)
