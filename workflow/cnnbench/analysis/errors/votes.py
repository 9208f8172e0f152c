"""Whether several networks together read better than the best of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.errors.combinations import Combination
from cnnbench.analysis.errors.tables import ALL, EXPERIMENT, SEEDS
from cnnbench.analysis.outcomes import Outcomes
from cnnbench.analysis.paired import holm, sign_flip_p_value
from cnnbench.analysis.resolved import ResolvedStudy

_COLUMNS = [
    "vote", "name", "networks", "accuracy", "best_name", "best_seed", "best_accuracy", "vote_only", "best_only",
    "p_value", "p_adjusted",
]  # fmt: skip

_Labels = npt.NDArray[np.int16]


@dataclass(frozen=True)
class _Vote:
    kind: str
    name: str
    members: tuple[int, ...]
    """Rows of the networks that vote."""


def votes(
    outcomes: Outcomes, study: ResolvedStudy, runs: pd.DataFrame, combinations: Sequence[Combination], classes: int
) -> pd.DataFrame:
    """Return what majority votes reach, each beside the best single network that takes part.

    No vote chooses its networks by their accuracy: all finished networks; one of each combination (the first finished
    seed) of the experiment with the most architectures; all seeds of a combination. The single network is the best by
    test accuracy of those that vote, the hardest one to beat.

    Args:
        outcomes: what every network answered.
        study: the study.
        runs: the table of runs.
        combinations: the finished ones.
        classes: number of classes.

    Returns:
        Columns `vote` ("all", "experiment" or "seeds"), `name` (of the experiment or the combination), `networks` (that
        vote, two at least; of votes of the same networks only the first), `accuracy`, `best_name`, `best_seed` and
        `best_accuracy` (the single network), `vote_only` and `best_only` (images that only one of the two reads
        rightly), `p_value` (exact test), `p_adjusted` (the same by the method of S. Holm, 1979, for all votes of this
        table).
    """
    by_row = {row: combination.name for combination in combinations for row in combination.rows}
    seeds = runs.set_index("run")["seed"]
    rows = []
    for vote in _distinct(_votes(outcomes, study, combinations)):
        members = np.array(vote.members)
        right = majority(outcomes.predicted[members], outcomes.confidence[members], classes) == outcomes.labels
        accuracies = outcomes.correct[members].mean(axis=1)
        best = members[accuracies.argmax()]
        rows.append(
            {
                "vote": vote.kind,
                "name": vote.name,
                "networks": len(members),
                "accuracy": float(right.mean()),
                "best_name": by_row[best],
                "best_seed": int(seeds[outcomes.runs[best]]),
                "best_accuracy": float(accuracies.max()),
                **exact_test(right, outcomes.correct[best]),
            }
        )
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return table.assign(p_adjusted=holm(table["p_value"]))


def majority(predicted: _Labels, confidence: npt.NDArray[np.float32], classes: int) -> _Labels:
    """Return the class that most networks give each image; of several, that of the largest summed confidence.

    Args:
        predicted: each network's answer, an index (networks, images).
        confidence: how sure it is of it (networks, images).
        classes: number of classes.

    Returns:
        The answer of the vote, an index (images,).
    """
    images = np.arange(predicted.shape[1])
    voices, confidences = np.zeros((2, classes, len(images)))
    for answers, sure in zip(predicted, confidence, strict=True):
        voices[answers, images] += 1
        confidences[answers, images] += sure
    winner: _Labels = np.where(voices == voices.max(axis=0), confidences, -1).argmax(axis=0).astype(np.int16)
    return winner


def exact_test(first_right: npt.NDArray[np.bool_], second_right: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return how many images only one of two readers reads rightly, and whether chance would share them out so.

    Where both are equally good, each such image is a toss of a coin: the exact form of the test of Q. McNemar, 1947.
    """
    first_only, second_only = int((first_right & ~second_right).sum()), int((second_right & ~first_right).sum())
    p_value = sign_flip_p_value(first_right.astype(np.int8) - second_right.astype(np.int8))
    return {"vote_only": first_only, "best_only": second_only, "p_value": p_value}


def _votes(outcomes: Outcomes, study: ResolvedStudy, combinations: Sequence[Combination]) -> Iterator[_Vote]:
    yield _Vote(ALL, "", tuple(range(len(outcomes.runs))))
    # Of each row of the experiment the first finished seed.
    finished = [outcomes.rows(row.runs)[:1] for row in study.widest.rows]
    yield _Vote(EXPERIMENT, study.widest.heading, tuple(dict.fromkeys(int(row) for rows in finished for row in rows)))
    for combination in combinations:
        yield _Vote(SEEDS, combination.name, tuple(int(row) for row in combination.rows))


def _distinct(votes: Iterator[_Vote]) -> Iterator[_Vote]:
    """Yield the votes of two networks at least, and of those with the same members the first."""
    seen: set[frozenset[int]] = set()
    for vote in votes:
        members = frozenset(vote.members)
        if len(members) > 1 and members not in seen:
            seen.add(members)
            yield vote
