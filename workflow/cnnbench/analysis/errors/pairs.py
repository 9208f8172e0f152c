"""Which two characters are taken for each other."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.errors.combinations import FinishedCombination
from cnnbench.analysis.tables.errors import ConfusedPair, NetworksOf


def confused_pairs(
    answers: Answers, combinations: Sequence[FinishedCombination], classes: Sequence[str]
) -> list[ConfusedPair]:
    """Return the pairs of classes that were taken for each other, the most confused first.

    Args:
        answers: what every network answered.
        combinations: the finished ones, the leading one first.
        classes: names of the classes, in the order of their indices.
    """
    networks: dict[NetworksOf, npt.NDArray[np.intp]] = {"all": np.arange(len(answers.runs))}
    if combinations:
        networks = {"leading": combinations[0].rows, **networks}
    return [
        pair
        for networks_of, rows in networks.items()
        for pair in _by_share(_pairs(networks_of, confusion_counts(answers, rows, len(classes)), classes))
    ]


def confusion_counts(answers: Answers, rows: npt.NDArray[np.intp], classes: int) -> npt.NDArray[np.intp]:
    """Return how many images of each class (row) the networks in `rows` read as each class (column), summed."""
    cells = answers.labels.astype(np.intp) * classes + answers.predicted[rows]
    return np.bincount(cells[answers.tested[rows]], minlength=classes * classes).reshape(classes, classes)


def _pairs(networks_of: NetworksOf, counts: npt.NDArray[np.intp], classes: Sequence[str]) -> Iterator[ConfusedPair]:
    images = np.maximum(counts.sum(axis=1), 1).tolist()  # a class without test images has no share to divide
    for first, second in np.argwhere(np.triu(counts + counts.T, k=1)).tolist():
        there, back = int(counts[first, second]), int(counts[second, first])
        yield ConfusedPair(
            networks_of=networks_of,
            first=classes[first],
            second=classes[second],
            share=(there + back) / (images[first] + images[second]),
            first_as_second=there,
            first_as_second_share=there / images[first],
            second_as_first=back,
            second_as_first_share=back / images[second],
        )


def _by_share(pairs: Iterator[ConfusedPair]) -> list[ConfusedPair]:
    return sorted(pairs, key=lambda pair: -pair.share)
