"""From what all networks answered to the tables about their errors."""

from collections.abc import Sequence

import pandas as pd

from cnnbench.analysis.errors.agreement import agreement
from cnnbench.analysis.errors.classes import class_accuracy
from cnnbench.analysis.errors.combinations import finished_combinations
from cnnbench.analysis.errors.images import confident_mistakes, error_counts, hardest_images
from cnnbench.analysis.errors.pairs import confused_pairs
from cnnbench.analysis.errors.tables import ErrorTables
from cnnbench.analysis.errors.votes import votes
from cnnbench.analysis.outcomes import Outcomes
from cnnbench.analysis.resolved import ResolvedStudy


def analyse_errors(study: ResolvedStudy, runs: pd.DataFrame, outcomes: Outcomes, classes: Sequence[str]) -> ErrorTables:
    """Return the tables about the errors of a study; without a finished run they have no rows.

    Args:
        study: the study.
        runs: the table of runs.
        outcomes: what every finished network read each test image as.
        classes: names of the classes, in the order of their indices.
    """
    combinations = finished_combinations(study, runs, outcomes)
    return ErrorTables(
        error_counts=error_counts(outcomes, combinations),
        confused_pairs=confused_pairs(outcomes, combinations, classes),
        class_accuracy=class_accuracy(outcomes, combinations, classes),
        mistakes=confident_mistakes(outcomes, combinations, classes),
        hardest_images=hardest_images(outcomes, classes),
        agreement=agreement(outcomes, combinations),
        votes=votes(outcomes, study, runs, combinations, len(classes)),
    )
