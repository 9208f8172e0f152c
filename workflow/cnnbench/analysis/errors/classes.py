"""How well each class is read: by the leading combination, and by all."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.errors.combinations import FinishedCombination
from cnnbench.analysis.intervals import wilson_interval
from cnnbench.analysis.tables.errors import ClassAccuracy


def class_accuracy(
    answers: Answers, combinations: Sequence[FinishedCombination], classes: Sequence[str]
) -> list[ClassAccuracy]:
    """Return the accuracy on the images of each class; nothing without a combination.

    Args:
        answers: what every network answered.
        combinations: the finished ones, the leading one first.
        classes: names of the classes, in the order of their indices.
    """
    if not combinations:
        return []
    correct, tested = answers.correct, answers.tested
    with np.errstate(invalid="ignore"):
        by_combination = np.stack(
            [correct[one.rows].sum(axis=0) / tested[one.rows].sum(axis=0) for one in combinations]
        )
    readings = tested[combinations[0].rows].sum(axis=0)
    return [
        _class_accuracy(name, by_combination[:, of_class], int(readings[of_class].sum()), combinations)
        for name, of_class in ((name, answers.labels == index) for index, name in enumerate(classes))
    ]


def _class_accuracy(
    name: str, read: npt.NDArray[np.float64], readings: int, combinations: Sequence[FinishedCombination]
) -> ClassAccuracy:
    """Return the row of one class.

    Args:
        name: the class.
        read: of each combination's seeds that were tested on an image of it, the share that read it correctly
            (combinations, images); NaN where none was.
        readings: how often a seed of the leading combination was tested on an image of it.
        combinations: the combinations.
    """
    count, images = read.shape
    if not images:
        unknown = math.nan
        return ClassAccuracy(name, 0, 0, unknown, unknown, unknown, unknown, unknown, "", unknown, "", count)
    accuracies = np.nanmean(read, axis=1)
    best, worst = int(accuracies.argmax()), int(accuracies.argmin())
    # Seeds read the same images, so that they do not make these more.
    tested = int((~np.isnan(read[0])).sum())
    interval = wilson_interval(float(accuracies[0]) * tested, tested)
    return ClassAccuracy(
        class_=name,
        support=images,
        readings=readings,
        accuracy=float(accuracies[0]),
        low=interval.low,
        high=interval.high,
        mean=float(accuracies.mean()),
        best=float(accuracies[best]),
        best_name=combinations[best].name,
        worst=float(accuracies[worst]),
        worst_name=combinations[worst].name,
        combinations=count,
    )
