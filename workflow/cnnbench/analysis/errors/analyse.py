"""From what all networks answered to the tables about their errors."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.errors.agreement import agreement
from cnnbench.analysis.errors.classes import class_accuracy
from cnnbench.analysis.errors.combinations import finished_combinations
from cnnbench.analysis.errors.images import confident_mistakes, error_counts, hardest_images
from cnnbench.analysis.errors.pairs import confused_pairs
from cnnbench.analysis.errors.votes import votes
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.errors import (
    Agreement,
    ClassAccuracy,
    ConfusedPair,
    ErrorCounts,
    HardestImage,
    Mistake,
    Vote,
)
from cnnbench.study.study_file import StudyFile


@dataclass(frozen=True)
class ErrorTables:
    """What is misread; each field holds the rows of the table of that name."""

    error_counts: list[ErrorCounts]
    confused_pairs: list[ConfusedPair]
    class_accuracy: list[ClassAccuracy]
    mistakes: list[Mistake]
    hardest_images: list[HardestImage]
    agreement: list[Agreement]
    votes: list[Vote]


def analyse_errors(
    study: StudyFile, results: Sequence[Result], runs: pd.DataFrame, answers: Answers, classes: Sequence[str]
) -> ErrorTables:
    """Return the tables about the errors of a study; without a finished run they have no rows, except the counts.

    Args:
        study: the expanded study.
        results: the leaderboard.
        runs: the table of runs.
        answers: what every finished network read each test image as.
        classes: names of the classes, in the order of their indices.
    """
    combinations = finished_combinations(results, runs, answers)
    return ErrorTables(
        error_counts=[error_counts(answers, combinations)],
        confused_pairs=confused_pairs(answers, combinations, classes),
        class_accuracy=class_accuracy(answers, combinations, classes),
        mistakes=confident_mistakes(answers, combinations, classes),
        hardest_images=hardest_images(answers, classes),
        agreement=agreement(answers, combinations),
        votes=votes(answers, study, runs, combinations, len(classes)),
    )
