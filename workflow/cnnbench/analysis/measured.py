"""The results of a study that were measured, with the counts of answers that they are compared by."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.inference.contrasts import Priors, fit_priors
from cnnbench.analysis.inference.counts import AnswerCounts, count_answers
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import finished_runs_of
from cnnbench.analysis.tables.values import Combination
from cnnbench.study.study_file import StudyFile, StudyRow


@dataclass(frozen=True)
class Measured:
    """The results that have a finished run, in the order of the leaderboard."""

    results: list[Result]
    counts: AnswerCounts
    """Their answers, in the same order."""
    priors: Priors
    """What the study says of the variance between seeds."""
    places: dict[Combination, int]
    """Place of each result in the lists above."""

    @property
    def architectures(self) -> list[str]:
        """Architecture of each result."""
        return [result.architecture for result in self.results]

    def place(self, row: StudyRow) -> int | None:
        """Return the place of an experiment's row; None if it has no finished run."""
        return self.places.get(Combination(row.architecture, row.recipe_hash))


def measure(study: StudyFile, results: Sequence[Result], runs: pd.DataFrame, answers: Answers) -> Measured | None:
    """Return the results that have a finished run; None if there are none.

    Args:
        study: the expanded study.
        results: the leaderboard.
        runs: the table of runs.
        answers: what every finished run read each test image as.
    """
    done = [result for result in results if result.done]
    if not done:
        return None
    ids = [finished_runs_of(runs, result.architecture, result.recipe_hash) for result in done]
    counts = count_runs(study, ids, runs, answers)
    priors = fit_priors(counts, [result.architecture for result in done])
    return Measured(done, counts, priors, {result.combination: place for place, result in enumerate(done)})


def count_runs(study: StudyFile, ids: Sequence[Sequence[str]], runs: pd.DataFrame, answers: Answers) -> AnswerCounts:
    """Return the counts of answers of the finished runs of some results.

    Args:
        study: the expanded study.
        ids: the finished runs of each result, by their ids.
        runs: the table of runs.
        answers: what every finished run read each test image as.
    """
    seed_of = {str(run): int(seed) for run, seed in zip(runs["run"], runs["seed"], strict=True)}
    tested = answers.tested.sum(axis=1).tolist()
    return count_answers(
        [answers.correct[answers.rows(of_result)] for of_result in ids],
        [[seed_of[run] for run in of_result] for of_result in ids],
        study.folds,
        {seed_of[run]: images for run, images in zip(answers.runs, tested, strict=True)},
    )
