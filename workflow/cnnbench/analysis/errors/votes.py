"""Whether several networks together read better than the best of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.errors.combinations import FinishedCombination
from cnnbench.analysis.inference.contrasts import LEVEL
from cnnbench.analysis.inference.multiplicity import holm
from cnnbench.analysis.tables.errors import Electorate, Vote, VoteVerdict
from cnnbench.study.study_file import StudyFile

_Labels = npt.NDArray[np.int16]


@dataclass(frozen=True)
class ExactTest:
    """Two readers of the same images."""

    first_only: int
    """Images that only the first reads correctly."""
    second_only: int
    """Images that only the second reads correctly."""
    p_value: float


@dataclass(frozen=True)
class _Voters:
    electorate: Electorate
    name: str
    members: tuple[int, ...]
    """Rows of the networks that vote."""


@dataclass(frozen=True)
class _Count:
    """What a vote reached, against the best network that took part."""

    accuracy: float
    best: int
    """Row of the best network."""
    best_accuracy: float
    test: ExactTest
    """The vote first, the best network second."""


def votes(
    answers: Answers,
    study: StudyFile,
    runs: pd.DataFrame,
    combinations: Sequence[FinishedCombination],
    classes: int,
) -> list[Vote]:
    """Return what majority votes reach, each beside the best single network that takes part.

    No vote chooses its networks by their accuracy: all finished networks; one of each combination (the first finished
    seed) of the experiment with the most architectures; all seeds of a combination. A vote needs at least two networks,
    all tested on the same images; of votes of the same networks only the first counts. The single network is the best
    by test accuracy of those that vote, the hardest one to beat. P-values are adjusted for all votes by the method of
    S. Holm, 1979.

    Args:
        answers: what every network answered.
        study: the expanded study.
        runs: the table of runs.
        combinations: the finished ones.
        classes: number of classes.
    """
    name_of = {row: combination.name for combination in combinations for row in combination.rows.tolist()}
    seed_of = dict(zip(runs["run"], runs["seed"], strict=True))
    voters = list(_distinct(answers, _all_voters(answers, study, combinations)))
    counts = [_count(vote.members, answers, classes) for vote in voters]
    adjusted = holm([count.test.p_value for count in counts]).tolist()
    return [
        Vote(
            vote=vote.electorate,
            name=vote.name,
            networks=len(vote.members),
            accuracy=count.accuracy,
            best_name=name_of[count.best],
            best_seed=int(seed_of[answers.runs[count.best]]),
            best_accuracy=count.best_accuracy,
            vote_only=count.test.first_only,
            best_only=count.test.second_only,
            p_value=count.test.p_value,
            p_adjusted=p_adjusted,
            verdict=vote_verdict(count.test, p_adjusted),
        )
        for vote, count, p_adjusted in zip(voters, counts, adjusted, strict=True)
    ]


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


def exact_test(first_right: npt.NDArray[np.bool_], second_right: npt.NDArray[np.bool_]) -> ExactTest:
    """Return how many images only one of two readers reads correctly, and how likely chance would divide them so.

    Where both are equally good, each such image is a toss of a coin: the exact form of the test of Q. McNemar, 1947.
    """
    first_only, second_only = int((first_right & ~second_right).sum()), int((second_right & ~first_right).sum())
    either = first_only + second_only
    return ExactTest(first_only, second_only, float(stats.binomtest(first_only, either).pvalue) if either else 1.0)


def vote_verdict(test: ExactTest, p_adjusted: float) -> VoteVerdict:
    """Say what the comparison with the best single network shows of the vote."""
    if p_adjusted >= LEVEL:
        return "undecided"
    return "better" if test.first_only > test.second_only else "worse"


def _all_voters(answers: Answers, study: StudyFile, combinations: Sequence[FinishedCombination]) -> Iterator[_Voters]:
    yield _Voters("all", "", tuple(range(len(answers.runs))))
    # Of each row of the experiment the first finished seed.
    finished = [answers.rows(row.runs)[:1].tolist() for row in study.widest.rows]
    yield _Voters("experiment", study.widest.name, tuple(dict.fromkeys(row for rows in finished for row in rows)))
    for combination in combinations:
        yield _Voters("seeds", combination.name, tuple(combination.rows.tolist()))


def _distinct(answers: Answers, votes: Iterator[_Voters]) -> Iterator[_Voters]:
    """Yield the votes of at least two networks of the same images, and of those with the same members the first."""
    seen: set[frozenset[int]] = set()
    tested = answers.tested
    for vote in votes:
        members = frozenset(vote.members)
        if len(members) > 1 and members not in seen and (tested[vote.members[1:], :] == tested[vote.members[0]]).all():
            seen.add(members)
            yield vote


def _count(voters: Sequence[int], answers: Answers, classes: int) -> _Count:
    images = answers.tested[voters[0]]
    members = np.ix_(voters, images)
    right = majority(answers.predicted[members], answers.confidence[members], classes) == answers.labels[images]
    alone = answers.correct[members]
    best = int(alone.mean(axis=1).argmax())
    return _Count(float(right.mean()), voters[best], float(alone[best].mean()), exact_test(right, alone[best]))
