"""The results of an experiment's rows."""

from collections.abc import Sequence

from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.values import Combination
from cnnbench.study.study_file import StudyExperiment


def results_of(experiment: StudyExperiment, results: Sequence[Result]) -> list[Result]:
    """Return the leaderboard's result of each row of an experiment, in the order of the rows."""
    by_combination = {result.combination: result for result in results}
    return [by_combination[Combination(row.architecture, row.recipe_hash)] for row in experiment.rows]
