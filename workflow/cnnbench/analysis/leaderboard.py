"""What each architecture and recipe reached over its seeds, in which order, and which results stand out."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.inference.accuracy_interval import accuracy_intervals
from cnnbench.analysis.measured import measure
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import finished
from cnnbench.analysis.tables.values import Combination, Estimate
from cnnbench.study.study_file import StudyExperiment, StudyFile, StudyRow


@dataclass(frozen=True)
class Lead:
    """The best of some results, and the second."""

    best: Result
    second: Result | None
    """The best of the other architectures and recipes; None without one."""

    @property
    def difference(self) -> float:
        """Mean test accuracy of the best minus that of the second; 0 without a second."""
        return self.best.accuracy.mean - self.second.accuracy.mean if self.second else 0.0


@dataclass(frozen=True)
class Saving:
    """The result with the fewest operations against the best one."""

    cheapest: Result
    best: Result

    @property
    def factor(self) -> float:
        """How many times as many operations the best one needs."""
        return self.best.flops / self.cheapest.flops

    @property
    def loss(self) -> float:
        """Mean test accuracy of the best minus that of the cheapest."""
        return self.best.accuracy.mean - self.cheapest.accuracy.mean


def leaderboard(study: StudyFile, runs: pd.DataFrame, answers: Answers) -> list[Result]:
    """Return every architecture and recipe of the study once, by falling mean test accuracy over its seeds.

    A combination that several experiments have is named as in the first one. Those without a finished run come last.

    Args:
        study: the expanded study.
        runs: the table of runs.
        answers: what every finished run read each test image as.
    """
    by_run = runs.set_index("run", drop=False)
    results: dict[Combination, Result] = {}
    for experiment in study.experiments:
        for row in experiment.rows:
            combination = Combination(row.architecture, row.recipe_hash)
            if combination not in results:
                results[combination] = _result(experiment, row, by_run.loc[row.runs])
    return ranked(_with_intervals(study, list(results.values()), runs, answers))


def ranked(results: Iterable[Result]) -> list[Result]:
    """Return `results` by falling mean test accuracy, those without a finished run last."""
    return sorted(results, key=rank_key)


def rank_key(result: Result) -> float:
    """Return what sorts results: by falling mean test accuracy, those without a finished run last."""
    return -result.accuracy.mean if result.done else math.inf


def find_lead(results: Iterable[Result]) -> Lead | None:
    """Return the best of `results` by mean test accuracy over seeds, and the second; None if no run is done."""
    done = [result for result in ranked(results) if result.done]
    if not done:
        return None
    # Two rows of a grid can be one and the same recipe.
    second = next((result for result in done if result.combination != done[0].combination), None)
    return Lead(done[0], second)


def find_saving(results: Iterable[Result]) -> Saving | None:
    """Return the best of those with the fewest operations against the best of all; None if they cost the same."""
    done = [result for result in ranked(results) if result.done]
    if not done:
        return None
    cheapest = min(done, key=lambda result: result.flops)
    return Saving(cheapest, done[0]) if cheapest.flops < done[0].flops else None


def _with_intervals(
    study: StudyFile, results: Sequence[Result], runs: pd.DataFrame, answers: Answers
) -> Iterator[Result]:
    """Yield results with the intervals of their accuracies."""
    measured = measure(study, results, runs, answers)
    yield from (result for result in results if not result.done)
    if measured:
        found = accuracy_intervals(measured.counts, measured.architectures)
        for result, low, high in zip(measured.results, found.low.tolist(), found.high.tolist(), strict=True):
            yield replace(result, accuracy=replace(result.accuracy, low=low, high=high))


def _result(experiment: StudyExperiment, row: StudyRow, runs: pd.DataFrame) -> Result:
    """Summarise the runs of one architecture and recipe; the interval of the accuracy needs the other results."""
    first, done = runs.iloc[0], finished(runs)
    title = str(first["title"])
    return Result(
        name=row.label if experiment.kind == "grid" else f"{title} · {row.label}",
        architecture=row.architecture,
        title=title,
        recipe_hash=row.recipe_hash,
        experiment=experiment.name,
        seeds=len(runs),
        accuracy=Estimate(len(done), float(done["accuracy"].mean()), math.nan, math.nan),
        validation_accuracy=float(done["validation_accuracy"].mean()),
        macro_f1=float(done["macro_f1"].mean()),
        parameters=int(first["parameters"]),
        flops=int(first["flops"]),
        seconds=float(done["seconds"].mean()) if len(done) else math.nan,
        test_images=int(done["test_images"].iloc[0]) if len(done) else 0,
    )
