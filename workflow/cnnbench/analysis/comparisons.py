"""Which differences between the results of a study are more than chance.

Families of comparisons: the leaderboard and each grid (the best against every other result), and each ladder (each step
against the one before). The chance of a false claim is held to 5 % in each family.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.experiment_results import results_of
from cnnbench.analysis.image_intervals import interval_of_test_images
from cnnbench.analysis.intervals import estimate
from cnnbench.analysis.leaderboard import rank_key
from cnnbench.analysis.paired import holm, p_value_of_both, paired_t_p_value, sign_flip_p_value
from cnnbench.analysis.power import smallest_difference, spread_of, typical
from cnnbench.analysis.resampling import accuracies_on_drawn_images, difference_interval, seeds_interval
from cnnbench.analysis.tables.comparisons import (
    Comparison,
    Kind,
    Result,
    SeedDifference,
    SmallestDifference,
    Standing,
)
from cnnbench.analysis.tables.runs import finished_runs_of
from cnnbench.analysis.tables.values import UNKNOWN, NamedCombination
from cnnbench.analysis.verdicts import ALPHA, verdict_of
from cnnbench.study.study_file import StudyExperiment, StudyFile

LEADERBOARD: Kind = "leaderboard"
"""Kind and name of the family of all results."""
SEEDS_TO_PLAN_WITH = (3, 5, 10)
"""Numbers of seeds for which the smallest difference is given."""
_SEED = 0
"""Of the draws: the same results give the same tables."""


@dataclass(frozen=True)
class Comparisons:
    """What `compare` finds; each field holds the rows of the table of that name."""

    standings: list[Standing]
    comparisons: list[Comparison]
    seed_differences: list[SeedDifference]
    smallest_differences: list[SmallestDifference]


@dataclass(frozen=True)
class Side:
    """A result with its finished runs."""

    name: str
    """As on the leaderboard, or the label in its experiment."""
    result: Result
    accuracies: "pd.Series[float]"
    """By seed."""
    correct: npt.NDArray[np.bool_]
    """Whether each seed read each image correctly (seeds, images)."""
    drawn: npt.NDArray[np.float32]
    """Accuracy of each seed on each draw of test images (seeds, draws)."""

    @property
    def named_combination(self) -> NamedCombination:
        """Architecture and recipe under the side's name."""
        return NamedCombination(self.result.architecture, self.result.recipe_hash, self.name)


@dataclass(frozen=True)
class Pair:
    """Two sides over the seeds that both have finished."""

    first: Side
    second: Side
    seeds: list[int]

    @property
    def drawn(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Accuracies of both sides on each draw of test images (seeds, draws)."""
        return _of_seeds(self.first, self.seeds, self.first.drawn), _of_seeds(
            self.second, self.seeds, self.second.drawn
        )

    @property
    def differences(self) -> npt.NDArray[np.int8]:
        """First minus second by seed and image: -1, 0 or 1 (seeds, images)."""
        first, second = (_of_seeds(side, self.seeds, side.correct) for side in (self.first, self.second))
        return first.astype(np.int8) - second.astype(np.int8)

    @property
    def accuracy_differences(self) -> npt.NDArray[np.float64]:
        """First minus second (seeds,)."""
        first, second = self.first.accuracies[self.seeds], self.second.accuracies[self.seeds]
        return np.asarray(first - second, dtype=float)


@dataclass(frozen=True)
class Family:
    """Comparisons that are made together, so that their p-values are corrected together."""

    kind: Kind
    name: str
    pairs: list[Pair]


def compare(study: StudyFile, results: Sequence[Result], runs: pd.DataFrame, answers: Answers) -> Comparisons:
    """Compare the results of a study.

    Args:
        study: the expanded study.
        results: the leaderboard.
        runs: the table of runs.
        answers: what every finished run read each test image as.
    """
    random = np.random.default_rng(_SEED)
    drawn = accuracies_on_drawn_images(answers.correct, random)
    board = [_side(result, runs, answers, drawn) for result in results]
    leaderboard = Family(LEADERBOARD, LEADERBOARD, list(_best_against_others(board)))
    families = [leaderboard, *(_family_of(experiment, results, board) for experiment in study.experiments)]
    compared = [list(_compare_family(family, random)) for family in families]
    return Comparisons(
        standings=list(_standings(board, compared[0], random)),
        comparisons=list(chain.from_iterable(compared)),
        seed_differences=[row for family in families if family.kind == "ladder" for row in _seed_differences(family)],
        smallest_differences=[row for family in families for row in _smallest_differences(family)],
    )


def _side(result: Result, runs: pd.DataFrame, answers: Answers, drawn: npt.NDArray[np.float32]) -> Side:
    ids = finished_runs_of(runs, result.architecture, result.recipe_hash)
    rows = answers.rows(ids)
    accuracies = runs.set_index("run").loc[ids].set_index("seed")["accuracy"]
    return Side(result.name, result, accuracies, answers.correct[rows], drawn[rows])


def _family_of(experiment: StudyExperiment, results: Sequence[Result], board: Sequence[Side]) -> Family:
    by_combination = {side.result.combination: side for side in board}
    sides = [
        replace(by_combination[result.combination], name=row.label)
        for row, result in zip(experiment.rows, results_of(experiment, results), strict=True)
    ]
    if experiment.kind == "ladder":
        return Family("ladder", experiment.name, [_pair(step, before) for before, step in pairwise(sides)])
    best_first = sorted(sides, key=lambda side: rank_key(side.result))
    return Family("grid", experiment.name, list(_best_against_others(best_first)))


def _pair(first: Side, second: Side) -> Pair:
    return Pair(first, second, [seed for seed in first.accuracies.index if seed in second.accuracies.index])


def _best_against_others(ordered: Sequence[Side]) -> Iterator[Pair]:
    for other in ordered[1:]:
        if other.result.combination != ordered[0].result.combination:
            yield _pair(ordered[0], other)


def _of_seeds(side: Side, seeds: list[int], values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the rows of `values` that belong to `seeds`, in their order."""
    places = list(side.accuracies.index)
    return values[[places.index(seed) for seed in seeds]]


def _p_values(pair: Pair) -> tuple[float, float, float]:
    """Return the p-values over images, over seeds, and of both; NaN where they cannot be had."""
    if not pair.seeds:
        return math.nan, math.nan, math.nan
    p_images = sign_flip_p_value(pair.differences.sum(axis=0))
    p_seeds = paired_t_p_value(pair.accuracy_differences)
    return p_images, p_seeds, p_value_of_both(p_images, p_seeds)


def _compare_family(family: Family, random: np.random.Generator) -> Iterator[Comparison]:
    p_values = [_p_values(pair) for pair in family.pairs]
    adjusted = holm(p for _, _, p in p_values)
    for pair, (p_images, p_seeds, p), p_holm in zip(family.pairs, p_values, adjusted.tolist(), strict=True):
        difference = estimate(pair.accuracy_differences)
        yield Comparison(
            kind=family.kind,
            family=family.name,
            first=pair.first.named_combination,
            second=pair.second.named_combination,
            difference=difference,
            bootstrap=difference_interval(*pair.drawn, random),
            p_images=p_images,
            p_seeds=p_seeds,
            p=p,
            p_holm=p_holm,
            verdict=verdict_of(difference, p_holm),
            networks_differ=p_holm < ALPHA if difference.n == 1 else None,
        )


def _standings(
    board: Sequence[Side], comparisons: Sequence[Comparison], random: np.random.Generator
) -> Iterator[Standing]:
    """Yield how each result stands to the best one.

    Args:
        board: the results in the order of the leaderboard.
        comparisons: the best against every other result.
        random: the source of the draws.
    """
    behind = {row.second.combination: row for row in comparisons}
    for side, group in zip(board, groups_of(board), strict=True):
        result, comparison = side.result, behind.get(side.result.combination)
        yield Standing(
            name=result.name,
            architecture=result.architecture,
            title=result.title,
            recipe_hash=result.recipe_hash,
            group=group,
            test_part=interval_of_test_images(side.correct) if result.done else UNKNOWN,
            bootstrap=seeds_interval(side.accuracies, random),
            behind=comparison.difference if comparison else estimate([]),
            p_holm=comparison.p_holm if comparison else math.nan,
            verdict=comparison.verdict if comparison else None,
        )


def groups_of(board: Sequence[Side]) -> list[int | None]:
    """Return the group of each result: 1, 2, …; None where no run is done.

    The first of a group is the best of those that are left; with it are all that cannot be distinguished from it, even
    if two of these can be distinguished from each other.

    Args:
        board: the results, the best first and those without a finished run last.
    """
    groups: list[int | None] = [None] * len(board)
    left, group = [place for place, side in enumerate(board) if side.result.done], 0
    while left:
        group += 1
        for place in left:
            groups[place] = group
        left = _worse_than_first(board, left)
    return groups


def _worse_than_first(board: Sequence[Side], places: Sequence[int]) -> list[int]:
    """Return which of `places` hold a result that is shown to be worse than that of the first of them."""
    first, *others = places
    pairs = [_pair(board[first], board[place]) for place in others]
    adjusted = holm(_p_values(pair)[2] for pair in pairs)
    return [
        place
        for place, pair, p_holm in zip(others, pairs, adjusted, strict=True)
        if verdict_of(estimate(pair.accuracy_differences), p_holm) == "better"
    ]


def _seed_differences(ladder: Family) -> Iterator[SeedDifference]:
    for pair in ladder.pairs:
        for seed, difference in zip(pair.seeds, pair.accuracy_differences.tolist(), strict=True):
            yield SeedDifference(ladder.name, pair.first.name, int(seed), difference)


def _smallest_differences(family: Family) -> Iterator[SmallestDifference]:
    """Yield the smallest difference that a family would find, for the seeds that it has and for others."""
    pairs = [pair for pair in family.pairs if len(pair.seeds) >= 2]
    spread = typical([spread_of(pair.differences) for pair in pairs])
    if spread is None:
        return
    measured = sum(bool(pair.seeds) for pair in family.pairs)
    present = int(np.median([len(pair.seeds) for pair in pairs]))
    images = pairs[0].first.correct.shape[1]
    for is_present, seeds in [(True, present), *((False, seeds) for seeds in SEEDS_TO_PLAN_WITH)]:
        yield SmallestDifference(
            kind=family.kind,
            family=family.name,
            comparisons=measured,
            present=is_present,
            seeds=seeds,
            difference=smallest_difference(spread, seeds, images, measured),
        )
