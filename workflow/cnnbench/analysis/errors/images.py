"""Which single test images are misread."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.errors.combinations import FinishedCombination
from cnnbench.analysis.tables.errors import ErrorCounts, HardestImage, Mistake

MOST = 48
"""Images that are listed: as many as a gallery shows."""


def confident_mistakes(
    answers: Answers, combinations: Sequence[FinishedCombination], classes: Sequence[str], at_most: int = MOST
) -> list[Mistake]:
    """Return the mistakes that the leading combination's networks are most confident about, in that order.

    Args:
        answers: what every network answered.
        combinations: the finished ones, the leading one first.
        classes: names of the classes, in the order of their indices.
        at_most: number of images to return.
    """
    if not combinations:
        return []
    rows, misread, tested = combinations[0].rows, answers.wrong, answers.tested
    mistakes = _given_answers(answers, rows, misread[rows])
    surest = mistakes.sort_values(["confidence", "networks", "image"], ascending=[False, False, True], kind="stable")
    # Of two wrong answers to one image, the surer one represents it.
    return [
        Mistake(
            image=given["image"],
            true=classes[answers.labels[given["image"]]],
            predicted=classes[given["predicted"]],
            confidence=given["confidence"],
            wrong_seeds=int(misread[rows, given["image"]].sum()),
            seeds=int(tested[rows, given["image"]].sum()),
            wrong_networks=int(misread[:, given["image"]].sum()),
            networks=int(tested[:, given["image"]].sum()),
        )
        for given in surest.drop_duplicates("image").head(at_most).to_dict("records")
    ]


def hardest_images(answers: Answers, classes: Sequence[str], at_most: int = MOST) -> list[HardestImage]:
    """Return images that every finished network misreads: those first on which most agree on one wrong answer.

    These are the likeliest errors in the labels. With fewer than two networks there is none.

    Args:
        answers: what every network answered.
        classes: names of the classes, in the order of their indices.
        at_most: number of images to return.
    """
    tested = answers.tested
    missed = missed_by_all(answers) & tested
    given = _given_answers(answers, np.arange(len(answers.runs)), missed)
    ordered = given.sort_values(["networks", "confidence", "image"], ascending=[False, False, True], kind="stable")
    return [
        HardestImage(
            image=most["image"],
            true=classes[answers.labels[most["image"]]],
            predicted=classes[most["predicted"]],
            confidence=most["confidence"],
            agreeing=most["networks"],
            networks=int(tested[:, most["image"]].sum()),
            answers=_as_json(ordered[ordered["image"] == most["image"]].to_dict("records"), classes),
        )
        for most in ordered.drop_duplicates("image").head(at_most).to_dict("records")
    ]


def missed_by_all(answers: Answers) -> npt.NDArray[np.bool_]:
    """Return whether every finished network that was tested on an image misreads it (images,).

    It takes two to agree: with fewer networks no image counts as missed by all.
    """
    return np.asarray((answers.tested.sum(axis=0) > 1) & ~answers.correct.any(axis=0))


def error_counts(answers: Answers, combinations: Sequence[FinishedCombination]) -> ErrorCounts:
    """Return how many images were misread."""
    rows = combinations[0].rows if combinations else np.zeros(0, np.intp)
    wrong, tested = answers.wrong[rows], answers.tested[rows]
    return ErrorCounts(
        images=len(answers.labels),
        networks=len(answers.runs),
        networks_per_image=int(answers.tested.sum(axis=0).max(initial=0)),
        seeds=len(wrong),
        missed_by_any_seed=int(wrong.any(axis=0).sum()),
        missed_by_every_seed=int((wrong.any(axis=0) & (wrong == tested).all(axis=0)).sum()),
        missed_by_all=int(missed_by_all(answers).sum()),
    )


def _given_answers(answers: Answers, rows: npt.NDArray[np.intp], chosen: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return what the networks in `rows` answer where they are `chosen` (rows, images).

    Returns:
        One row per `image` and `predicted` class (its index), with the mean `confidence` and the number of the
        `networks` that give this answer.
    """
    network, image = np.nonzero(chosen)
    given = pd.DataFrame(
        {
            "image": image,
            "predicted": answers.predicted[rows[network], image],
            "confidence": answers.confidence[rows[network], image].astype(np.float64),
        }
    )
    groups = given.groupby(["image", "predicted"], as_index=False)
    return groups.agg(confidence=("confidence", "mean"), networks=("confidence", "size"))


def _as_json(given: Iterable[dict[Any, Any]], classes: Sequence[str]) -> str:
    """Return the answers to one image as JSON: `{"4": 3, "9": 1}`."""
    return json.dumps({classes[answer["predicted"]]: answer["networks"] for answer in given}, ensure_ascii=False)
