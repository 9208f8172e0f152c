"""Which single test images are misread."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from cnnbench.analysis.errors.combinations import Combination
from cnnbench.analysis.outcomes import Outcomes

MOST = 48
"""Images that are listed: as many as a gallery shows."""
_MISTAKES = [
    "image", "true", "predicted", "confidence", "wrong_seeds", "seeds", "wrong_networks", "networks",
]  # fmt: skip
_HARDEST = ["image", "true", "predicted", "confidence", "agreeing", "networks", "answers"]


def confident_mistakes(
    outcomes: Outcomes, combinations: Sequence[Combination], classes: Sequence[str], at_most: int = MOST
) -> pd.DataFrame:
    """Return the mistakes that the leading combination's networks are surest of, the surest first.

    Args:
        outcomes: what every network answered.
        combinations: the finished ones, the leading one first.
        classes: names of the classes, in the order of their indices.
        at_most: number of images to return.

    Returns:
        Columns `image` (place in the test part, from 0; each once), `true`, `predicted`, `confidence` (mean over the
        seeds that give this answer), `wrong_seeds` (seeds of the combination that misread the image, of its `seeds`),
        `wrong_networks` (finished networks of the study that do, of all `networks`).
    """
    if not combinations:
        return pd.DataFrame(columns=_MISTAKES)
    rows = combinations[0].rows
    misread, wrong_seeds = ~outcomes.correct, (~outcomes.correct[rows]).sum(axis=0)
    mistakes = _answers(outcomes, rows, misread[rows])
    # Of two wrong answers to one image, the surer one stands for it.
    surest = mistakes.sort_values(["confidence", "networks", "image"], ascending=[False, False, True], kind="stable")
    found = surest.drop_duplicates("image").head(at_most)
    image = found["image"].to_numpy()
    return pd.DataFrame(
        {
            "image": image,
            "true": [classes[label] for label in outcomes.labels[image]],
            "predicted": [classes[label] for label in found["predicted"]],
            "confidence": found["confidence"].to_numpy(),
            "wrong_seeds": wrong_seeds[image],
            "seeds": len(rows),
            "wrong_networks": misread[:, image].sum(axis=0),
            "networks": len(outcomes.runs),
        },
        columns=_MISTAKES,
    )


def hardest_images(outcomes: Outcomes, classes: Sequence[str], at_most: int = MOST) -> pd.DataFrame:
    """Return images that every finished network misreads: those first on which most agree on one wrong answer.

    These are the likeliest errors in the labels. With fewer than two networks there is none.

    Args:
        outcomes: what every network answered.
        classes: names of the classes, in the order of their indices.
        at_most: number of images to return.

    Returns:
        Columns `image` (place in the test part, from 0), `true`, `predicted` (the answer that most networks give),
        `confidence` (their mean), `agreeing` (how many they are, of all `networks`), `answers` (every answer with the
        number of networks that give it, as JSON, the most frequent first).
    """
    missed = missed_by_all(outcomes)
    answers = _answers(outcomes, np.arange(len(outcomes.runs)), np.broadcast_to(missed, outcomes.predicted.shape))
    ordered = answers.sort_values(["networks", "confidence", "image"], ascending=[False, False, True], kind="stable")
    first = ordered.drop_duplicates("image").head(at_most)
    image = first["image"].to_numpy(dtype=np.intp)
    return pd.DataFrame(
        {
            "image": image,
            "true": [classes[label] for label in outcomes.labels[image]],
            "predicted": [classes[label] for label in first["predicted"]],
            "confidence": first["confidence"].to_numpy(),
            "agreeing": first["networks"].to_numpy(),
            "networks": len(outcomes.runs),
            "answers": [_in_words(ordered[ordered["image"] == each], classes) for each in image],
        },
        columns=_HARDEST,
    )


def missed_by_all(outcomes: Outcomes) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return whether every finished network misreads an image (images,).

    It takes two to be of one mind: with fewer networks no image counts as missed by all.
    """
    if len(outcomes.runs) < 2:
        return np.zeros(len(outcomes.labels), dtype=np.bool_)
    return np.asarray(~outcomes.correct.any(axis=0))


def error_counts(outcomes: Outcomes, combinations: Sequence[Combination]) -> pd.DataFrame:
    """Return one row that says how many images were misread.

    Returns:
        Columns `images` (test images), `networks` (finished ones), `seeds`, `missed_by_any_seed` and
        `missed_by_every_seed` (of the leading combination), `missed_by_all` (by every finished network).
    """
    wrong = ~outcomes.correct[combinations[0].rows] if combinations else np.zeros((0, len(outcomes.labels)), np.bool_)
    return pd.DataFrame(
        {
            "images": [len(outcomes.labels)],
            "networks": [len(outcomes.runs)],
            "seeds": [len(wrong)],
            "missed_by_any_seed": [int(wrong.any(axis=0).sum())],
            "missed_by_every_seed": [int(wrong.all(axis=0).sum()) if len(wrong) else 0],
            "missed_by_all": [int(missed_by_all(outcomes).sum())],
        }
    )


def _answers(
    outcomes: Outcomes, rows: "np.ndarray[tuple[int], np.dtype[np.intp]]", chosen: "np.ndarray[Any, np.dtype[np.bool_]]"
) -> pd.DataFrame:
    """Return what the networks in `rows` answer where they are `chosen` (rows, images).

    Returns:
        Columns `image`, `predicted` (index of the class), `confidence` (mean of those that answer so), `networks`.
    """
    network, image = np.nonzero(chosen)
    answers = pd.DataFrame(
        {
            "image": image,
            "predicted": outcomes.predicted[rows[network], image],
            "confidence": outcomes.confidence[rows[network], image].astype(np.float64),
        }
    )
    groups = answers.groupby(["image", "predicted"], as_index=False)
    return groups.agg(confidence=("confidence", "mean"), networks=("confidence", "size"))


def _in_words(answers: pd.DataFrame, classes: Sequence[str]) -> str:
    """Return the answers to one image as JSON: `{"4": 3, "9": 1}`."""
    return json.dumps(
        {classes[row["predicted"]]: row["networks"] for row in answers.to_dict("records")}, ensure_ascii=False
    )
