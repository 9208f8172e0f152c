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
    correct = answers.correct
    by_combination = np.stack([correct[combination.rows].mean(axis=0) for combination in combinations])
    return [
        _class_accuracy(name, by_combination[:, answers.labels == index], combinations)
        for index, name in enumerate(classes)
    ]


def _class_accuracy(
    name: str, read: npt.NDArray[np.float64], combinations: Sequence[FinishedCombination]
) -> ClassAccuracy:
    """Return the row of one class.

    Args:
        name: the class.
        read: share of each combination's seeds that read an image of it correctly (combinations, images).
        combinations: the combinations.
    """
    count, images = read.shape
    if not images:
        unknown = math.nan
        return ClassAccuracy(name, 0, unknown, unknown, unknown, unknown, unknown, "", unknown, "", count)
    accuracies = read.mean(axis=1)
    best, worst = int(accuracies.argmax()), int(accuracies.argmin())
    # Seeds read the same images, so that they do not make these more.
    interval = wilson_interval(float(accuracies[0]) * images, images)
    return ClassAccuracy(
        class_=name,
        support=images,
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
