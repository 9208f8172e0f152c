"""What each architecture and recipe reached over its seeds, and their order."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from cnnbench.analysis.intervals import Estimate, estimate
from cnnbench.analysis.resolved import Experiment, ResolvedStudy


@dataclass(frozen=True)
class Result:
    """One architecture and recipe, summed up over its seeds. Averages are over the runs that are done."""

    architecture: str
    title: str
    recipe_hash: str
    seeds: int
    """Runs that were tried; `accuracy.n` of them are done."""
    accuracy: Estimate
    validation_accuracy: Estimate
    macro_f1: Estimate
    parameters: int
    flops: int
    """Floating-point operations of one image's forward pass."""
    seconds: float
    """Mean training time of a run; NaN where none is done."""
    test_images: int
    """0 where no run is done."""


@dataclass(frozen=True)
class Entry:
    """A result under the name that a table or a sentence gives it."""

    name: str
    source: str
    """Heading of the experiment that the name comes from."""
    result: Result

    @property
    def done(self) -> bool:
        """Whether at least one run is done."""
        return self.result.accuracy.n > 0


def summarise(runs: pd.DataFrame) -> Result:
    """Sum up the rows of one architecture and recipe of the table of runs."""
    first, done = runs.iloc[0], runs[runs["status"] == "done"]
    return Result(
        architecture=str(first["architecture"]),
        title=str(first["title"]),
        recipe_hash=str(first["recipe_hash"]),
        seeds=len(runs),
        accuracy=estimate(done["accuracy"]),
        validation_accuracy=estimate(done["validation_accuracy"]),
        macro_f1=estimate(done["macro_f1"]),
        parameters=int(first["parameters"]),
        flops=int(first["flops"]),
        seconds=float(done["seconds"].mean()) if len(done) else math.nan,
        test_images=int(done["test_images"].iloc[0]) if len(done) else 0,
    )


def experiment_entries(experiment: Experiment, runs: pd.DataFrame) -> list[Entry]:
    """Return the results of an experiment's rows, in the order of the rows."""
    by_run = runs.set_index("run", drop=False)
    return [Entry(row.label, experiment.heading, summarise(by_run.loc[row.runs])) for row in experiment.rows]


def leaderboard(study: ResolvedStudy, runs: pd.DataFrame) -> list[Entry]:
    """Return every architecture and recipe of the study once, by falling mean test accuracy over its seeds.

    A combination that stands in several experiments has the name of the first. Where no run is done, it comes last.
    """
    entries: dict[tuple[str, str], Entry] = {}
    for experiment in study.experiments:
        for row, entry in zip(experiment.rows, experiment_entries(experiment, runs), strict=True):
            name = entry.name if experiment.kind == "grid" else f"{entry.result.title} · {entry.name}"
            entries.setdefault(row.combination, Entry(name, experiment.heading, entry.result))
    return ranked(entries.values())


def ranked(entries: Iterable[Entry]) -> list[Entry]:
    """Return `entries` by falling mean test accuracy, those without a finished run last."""
    return sorted(entries, key=rank_key)


def rank_key(entry: Entry) -> float:
    """Return what sorts entries: by falling mean test accuracy, those without a finished run last."""
    return -entry.result.accuracy.mean if entry.done else math.inf


def runs_of(entry: Entry, runs: pd.DataFrame) -> list[str]:
    """Return the ids of an entry's finished runs."""
    result = entry.result
    same = (runs["architecture"] == result.architecture) & (runs["recipe_hash"] == result.recipe_hash)
    return list(runs.loc[same & (runs["status"] == "done"), "run"])
