"""How well each class is read: by the leading combination, and by all."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from cnnbench.analysis.errors.combinations import Combination
from cnnbench.analysis.outcomes import Outcomes

_COLUMNS = [
    "class", "support", "accuracy", "low", "high", "mean", "best", "best_name", "worst", "worst_name", "combinations",
]  # fmt: skip


def class_accuracy(outcomes: Outcomes, combinations: Sequence[Combination], classes: Sequence[str]) -> pd.DataFrame:
    """Return the accuracy on the images of each class.

    Args:
        outcomes: what every network answered.
        combinations: the finished ones, the leading one first.
        classes: names of the classes, in the order of their indices.

    Returns:
        Columns `class`, `support` (test images), `accuracy` (of the leading combination, mean over its seeds), `low`
        and `high` (its 95 % interval over images), `mean` (over all combinations), `best` and `worst` (of all
        `combinations`) with `best_name` and `worst_name`. A class without test images has no accuracy. No row without a
        combination.
    """
    if not combinations:
        return pd.DataFrame(columns=_COLUMNS)
    correct = outcomes.correct
    by_combination = np.stack([correct[combination.rows].mean(axis=0) for combination in combinations])
    rows = [_row(name, by_combination[:, outcomes.labels == index], combinations) for index, name in enumerate(classes)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def wilson_interval(accuracy: float, images: int) -> tuple[float, float]:
    """Return the 95 % score interval of E. B. Wilson, 1927, for an accuracy on `images` images.

    With several seeds the accuracy is their mean: seeds read the same images, so that they do not make these more.
    """
    low, high = proportion_confint(accuracy * images, images, alpha=0.05, method="wilson")
    return float(low), float(high)


def _row(name: str, read: npt.NDArray[np.float64], combinations: Sequence[Combination]) -> dict[str, Any]:
    """Return the row of one class.

    Args:
        name: the class.
        read: share of each combination's seeds that read an image of it rightly (combinations, images).
        combinations: the combinations.
    """
    count, images = read.shape
    if not images:
        unknown = dict.fromkeys(["accuracy", "low", "high", "mean", "best", "worst"], math.nan)
        return {"class": name, "support": 0, **unknown, "best_name": "", "worst_name": "", "combinations": count}
    accuracies = read.mean(axis=1)
    best, worst = int(accuracies.argmax()), int(accuracies.argmin())
    low, high = wilson_interval(accuracies[0], images)
    return {
        "class": name,
        "support": images,
        "accuracy": accuracies[0],
        "low": low,
        "high": high,
        "mean": accuracies.mean(),
        "best": accuracies[best],
        "best_name": combinations[best].name,
        "worst": accuracies[worst],
        "worst_name": combinations[worst].name,
        "combinations": count,
    }
