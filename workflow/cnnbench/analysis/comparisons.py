"""Which differences between the results of a study are more than chance.

Families of comparisons: the leaderboard and each grid (all pairs of results), and each ladder (each step against the
one before). The chance of a false claim is held to 5 % in each family. How, and how well, is in docs/statistics.md.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.inference.best import possible_best
from cnnbench.analysis.inference.contrasts import LEVEL, Evidence, weigh
from cnnbench.analysis.inference.multiplicity import holm
from cnnbench.analysis.inference.pairs import Pairs, compare_pairs
from cnnbench.analysis.inference.power import MOST_SEEDS, seeds_needed, smallest_difference, spread_of, typical_spread
from cnnbench.analysis.inference.ranks import possible_ranks
from cnnbench.analysis.intervals import estimates_of
from cnnbench.analysis.measured import Measured, measure
from cnnbench.analysis.tables.comparisons import (
    Comparison,
    GridStanding,
    Kind,
    Result,
    SeedDifference,
    SmallestDifference,
    Standing,
)
from cnnbench.analysis.tables.runs import finished
from cnnbench.analysis.tables.values import NO_ESTIMATE, NamedCombination
from cnnbench.analysis.verdicts import verdict_of
from cnnbench.study.study_file import StudyExperiment, StudyFile

LEADERBOARD: Kind = "leaderboard"
"""Kind and name of the family of all results."""
SEEDS_TO_PLAN_WITH = (3, 5, 10)
"""Numbers of seeds for which the smallest difference is given."""


@dataclass(frozen=True)
class Comparisons:
    """What `compare` finds; each field holds the rows of the table of that name."""

    standings: list[Standing]
    grid_standings: list[GridStanding]
    comparisons: list[Comparison]
    seed_differences: list[SeedDifference]
    smallest_differences: list[SmallestDifference]


@dataclass(frozen=True)
class Family:
    """Comparisons that are made together, so that their p-values are corrected together."""

    kind: Kind
    name: str
    sides: list[tuple[NamedCombination, NamedCombination]]
    """The two sides of each comparison that the tables show."""
    shown: Evidence
    """What is known of these comparisons."""
    p_holm: npt.NDArray[np.float64]
    """Their p-values, corrected within the family; NaN for fewer than two seeds."""
    all: Evidence
    """What is known of every comparison that the correction is for."""
    same_architecture: npt.NDArray[np.bool_]
    """Whether each of these compares two recipes of one architecture."""

    @property
    def size(self) -> int:
        """How many comparisons the correction is for."""
        return int((self.all.seeds >= 2).sum())


@dataclass(frozen=True)
class _AllPairs:
    """The results of the leaderboard or of a grid, each compared with each other one."""

    kind: Kind
    name: str
    ordered: list[NamedCombination]
    """The best first, those without a finished run last."""
    pairs: Pairs
    """Of those with a finished run."""

    @property
    def family(self) -> Family:
        """All comparisons, of which the first result against each other one is shown."""
        first, *others = self.ordered
        shown, p_holm = self.pairs.with_first(len(others))
        architectures = np.array([side.architecture for side in self.ordered[: len(self.pairs.p_holm)]])
        one, another = np.triu_indices(len(architectures), 1)
        return Family(
            self.kind,
            self.name,
            [(first, other) for other in others],
            shown,
            p_holm,
            self.pairs.evidence,
            architectures[one] == architectures[another],
        )


def compare(study: StudyFile, results: Sequence[Result], runs: pd.DataFrame, answers: Answers) -> Comparisons:
    """Compare the results of a study.

    Args:
        study: the expanded study.
        results: the leaderboard.
        runs: the table of runs.
        answers: what every finished run read each test image as.
    """
    measured = measure(study, results, runs, answers)
    if measured is None:
        return Comparisons([_standing(result, None, None, None, None) for result in results], [], [], [], [])
    board = _AllPairs(
        LEADERBOARD,
        LEADERBOARD,
        [NamedCombination(result.architecture, result.recipe_hash, result.name) for result in results],
        compare_pairs(measured.counts, measured.architectures, measured.priors),
    )
    grids = {
        experiment.name: _grid(experiment, measured) for experiment in study.experiments if experiment.kind == "grid"
    }
    families = [
        board.family,
        *(
            grids[experiment.name].family if experiment.kind == "grid" else _steps(experiment, measured)
            for experiment in study.experiments
        ),
    ]
    most_seeds = study.folds or MOST_SEEDS
    compared = [list(_comparisons(family, most_seeds)) for family in families]
    return Comparisons(
        standings=list(_standings(results, board.pairs, compared[0])),
        grid_standings=[row for grid in grids.values() for row in _grid_standings(grid)],
        comparisons=list(chain.from_iterable(compared)),
        seed_differences=[row for experiment in study.experiments for row in _seed_differences(experiment, runs)],
        smallest_differences=[row for family in families for row in _smallest_differences(family, most_seeds)],
    )


def _grid(experiment: StudyExperiment, measured: Measured) -> _AllPairs:
    # Two rows of a grid can be one and the same recipe; the rows without a finished run come last.
    sides = {side.combination: side for side in reversed(_sides(experiment))}
    last = len(measured.results)
    ordered = sorted(sides.values(), key=lambda side: measured.places.get(side.combination, last))
    places = [measured.places[side.combination] for side in ordered if side.combination in measured.places]
    architectures = [measured.architectures[place] for place in places]
    pairs = compare_pairs(measured.counts.of(places), architectures, measured.priors)
    return _AllPairs("grid", experiment.name, ordered, pairs)


def _sides(experiment: StudyExperiment) -> list[NamedCombination]:
    return [NamedCombination(row.architecture, row.recipe_hash, row.label) for row in experiment.rows]


def _steps(experiment: StudyExperiment, measured: Measured) -> Family:
    """Return the family of a ladder: each step against the one before."""
    pairs = [(step, before) for before, step in pairwise(_sides(experiment))]
    weights = np.zeros((len(pairs), len(measured.results)))
    for row, (step, before) in zip(weights, pairs, strict=True):
        # A comparison with a result that has no finished run keeps weights of 0: nothing is known of it.
        if step.combination in measured.places and before.combination in measured.places:
            row[measured.places[step.combination]] += 1
            row[measured.places[before.combination]] -= 1
    found = weigh(measured.counts, weights, measured.architectures, measured.priors)
    same = np.ones(len(pairs), dtype=bool)
    return Family("ladder", experiment.name, pairs, found, holm(found.p_of_other_seeds), found, same)


def _comparisons(family: Family, most_seeds: int) -> Iterator[Comparison]:
    """Yield the comparisons that the tables show; more than `most_seeds`, of which each has a fold, are not advised."""
    found = family.shown
    one_seed = found.seeds == 1
    p_values = np.where(one_seed, holm(np.where(one_seed, found.p, np.nan)), family.p_holm).tolist()
    differences = estimates_of(found)
    for place, ((first, second), difference, p_holm) in enumerate(
        zip(family.sides, differences, p_values, strict=True)
    ):
        spread = spread_of(found, place)
        needed = seeds_needed(spread, difference.mean, family.size) if spread else None
        yield Comparison(
            kind=family.kind,
            family=family.name,
            first=first,
            second=second,
            difference=difference,
            p=float(found.p[place]),
            p_holm=p_holm,
            verdict=verdict_of(difference, p_holm),
            networks_differ=p_holm < LEVEL if difference.n == 1 else None,
            seeds_needed=needed if needed and needed <= most_seeds else None,
        )


def _standings(results: Sequence[Result], pairs: Pairs, comparisons: Sequence[Comparison]) -> Iterator[Standing]:
    """Yield how each result stands.

    Args:
        results: the leaderboard.
        pairs: of the results with a finished run, in the same order; the others come last.
        comparisons: the first against every other result.
    """
    behind: list[Comparison | None] = [None, *comparisons]
    in_set = possible_best(pairs.chance).tolist()
    best, worst = (ranks.tolist() for ranks in possible_ranks(pairs.better()))
    for place, (result, comparison) in enumerate(zip(results, behind, strict=True)):
        if result.done:
            yield _standing(result, in_set[place], best[place], worst[place], comparison)
        else:
            yield _standing(result, None, None, None, comparison)


def _grid_standings(grid: _AllPairs) -> Iterator[GridStanding]:
    """Yield how each result of a grid with a finished run stands."""
    in_set = possible_best(grid.pairs.chance).tolist()
    best, worst = (ranks.tolist() for ranks in possible_ranks(grid.pairs.better()))
    for place, (possibly_best, best_rank, worst_rank) in enumerate(zip(in_set, best, worst, strict=True)):
        yield GridStanding(grid.name, grid.ordered[place], possibly_best, best_rank, worst_rank)


def _standing(
    result: Result,
    possibly_best: bool | None,
    best_rank: int | None,
    worst_rank: int | None,
    behind: Comparison | None,
) -> Standing:
    return Standing(
        name=result.name,
        architecture=result.architecture,
        title=result.title,
        recipe_hash=result.recipe_hash,
        possibly_best=possibly_best,
        best_rank=best_rank,
        worst_rank=worst_rank,
        behind=behind.difference if behind else NO_ESTIMATE,
        p_holm=behind.p_holm if behind else math.nan,
        verdict=behind.verdict if behind else None,
    )


def _seed_differences(experiment: StudyExperiment, runs: pd.DataFrame) -> Iterator[SeedDifference]:
    """Yield what each step of a ladder changed, seed by seed; nothing of another experiment."""
    if experiment.kind != "ladder":
        return
    by_run = finished(runs).set_index("run")
    for before, step in pairwise(experiment.rows):
        first, second = (
            by_run.loc[[run for run in row.runs if run in by_run.index]].set_index("seed")["accuracy"]
            for row in (step, before)
        )
        for seed in first.index.intersection(second.index, sort=False):
            yield SeedDifference(experiment.name, step.label, int(seed), float(first[seed] - second[seed]))


def _smallest_differences(family: Family, most_seeds: int) -> Iterator[SmallestDifference]:
    """Yield the smallest difference that a family would detect, for the seeds that it has and for others."""
    planned = [seeds for seeds in SEEDS_TO_PLAN_WITH if seeds <= most_seeds]
    for same_architecture in (True, False):
        spread = typical_spread(family.all.take(np.flatnonzero(family.same_architecture == same_architecture)))
        if spread is None:
            continue
        for is_present, seeds in [(True, spread.seeds), *((False, seeds) for seeds in planned)]:
            yield SmallestDifference(
                kind=family.kind,
                family=family.name,
                same_architecture=same_architecture,
                comparisons=family.size,
                present=is_present,
                seeds=seeds,
                difference=smallest_difference(spread, seeds, family.size),
            )
