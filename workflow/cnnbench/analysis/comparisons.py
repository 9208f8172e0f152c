"""Which differences between the results of a study are more than chance.

Families of comparisons: the leaderboard and each grid (the best against each other one), and each ladder (each step
against the one before). The chance of a false claim is held to 5% in each family.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.image_intervals import interval_of_test_images
from cnnbench.analysis.intervals import estimate
from cnnbench.analysis.leaderboard import Entry, experiment_entries, leaderboard, rank_key, runs_of
from cnnbench.analysis.outcomes import Outcomes
from cnnbench.analysis.paired import holm, p_value_of_both, paired_t_p_value, sign_flip_p_value
from cnnbench.analysis.power import smallest_difference, spread_of, typical
from cnnbench.analysis.resampling import accuracies_on_drawn_images, difference_interval, seeds_interval
from cnnbench.analysis.resolved import ResolvedStudy
from cnnbench.analysis.verdicts import verdict_of

Kind = Literal["leaderboard", "grid", "ladder"]
LEADERBOARD: Kind = "leaderboard"
SEEDS_TO_PLAN_WITH = (3, 5, 10)
"""Numbers of seeds for which the smallest difference is told."""
_SEED = 0
"""Of the draws: the same results give the same tables."""

_RESULT_COLUMNS = [
    "name", "source", "architecture", "recipe_hash", "title", "seeds", "n", "mean", "half_width", "bootstrap_low",
    "bootstrap_high", "test_low", "test_high", "group", "difference", "p_holm", "told_apart",
]  # fmt: skip
_COMPARISON_COLUMNS = [
    "kind", "family", "first", "second", "first_architecture", "first_recipe_hash", "second_architecture",
    "second_recipe_hash", "n", "difference", "low", "high", "bootstrap_low", "bootstrap_high", "p_images", "p_seeds",
    "p", "p_holm", "verdict",
]  # fmt: skip
_SMALLEST_COLUMNS = ["kind", "family", "comparisons", "present", "seeds", "difference"]


@dataclass(frozen=True)
class ComparisonTables:
    """What `compare` finds.

    `results`: one row an architecture and recipe, in the order of the leaderboard. `comparisons`: one row a comparison
    of a family, `difference` being first minus second. `smallest_differences`: one row a family and number of seeds.
    """

    results: pd.DataFrame
    comparisons: pd.DataFrame
    smallest_differences: pd.DataFrame


@dataclass(frozen=True)
class Side:
    """The finished runs of one entry."""

    entry: Entry
    accuracies: "pd.Series[float]"
    """By seed."""
    correct: npt.NDArray[np.bool_]
    """Whether each seed read each image rightly (seeds, images)."""
    drawn: npt.NDArray[np.float32]
    """Accuracy of each seed on each draw of test images (seeds, draws)."""


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


def compare(study: ResolvedStudy, runs: pd.DataFrame, outcomes: Outcomes) -> ComparisonTables:
    """Compare the results of a study.

    Args:
        study: the resolved study.
        runs: the table of runs.
        outcomes: what every finished run read each test image as.
    """
    random = np.random.default_rng(_SEED)
    drawn = accuracies_on_drawn_images(outcomes.correct, random)
    board = [_side(entry, runs, outcomes, drawn) for entry in leaderboard(study, runs)]
    sides = {_key(side.entry): side for side in board}
    families = list(_families(study, runs, board, sides))
    comparisons = [row for family in families for row in _compare_family(family, random)]
    return ComparisonTables(
        pd.DataFrame(_results(board, comparisons, random), columns=_RESULT_COLUMNS),
        pd.DataFrame(comparisons, columns=_COMPARISON_COLUMNS),
        pd.DataFrame([row for family in families for row in _smallest_differences(family)], columns=_SMALLEST_COLUMNS),
    )


def _side(entry: Entry, runs: pd.DataFrame, outcomes: Outcomes, drawn: npt.NDArray[np.float32]) -> Side:
    ids = runs_of(entry, runs)
    rows = outcomes.rows(ids)
    accuracies = runs.set_index("run").loc[ids].set_index("seed")["accuracy"]
    return Side(entry, accuracies, outcomes.correct[rows], drawn[rows])


def _key(entry: Entry) -> tuple[str, str]:
    return entry.result.architecture, entry.result.recipe_hash


def _families(
    study: ResolvedStudy, runs: pd.DataFrame, board: Sequence[Side], sides: dict[tuple[str, str], Side]
) -> Iterable[Family]:
    yield Family("leaderboard", LEADERBOARD, list(_best_against_others(board)))
    for experiment in study.experiments:
        entries = experiment_entries(experiment, runs)
        renamed = [replace(sides[_key(entry)], entry=entry) for entry in entries]
        if experiment.kind == "ladder":
            steps = [_pair(step, before) for before, step in pairwise(renamed)]
            yield Family("ladder", experiment.name, steps)
        else:
            best_first = sorted(renamed, key=lambda side: rank_key(side.entry))
            yield Family("grid", experiment.name, list(_best_against_others(best_first)))


def _pair(first: Side, second: Side) -> Pair:
    return Pair(first, second, [seed for seed in first.accuracies.index if seed in second.accuracies.index])


def _best_against_others(ordered: Sequence[Side]) -> Iterable[Pair]:
    for other in ordered[1:]:
        if _key(other.entry) != _key(ordered[0].entry):
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


def _compare_family(family: Family, random: np.random.Generator) -> Iterable[dict[str, object]]:
    """Yield a row for each pair of a family."""
    p_values = [_p_values(pair) for pair in family.pairs]
    adjusted = holm(p for _, _, p in p_values)
    for pair, (p_images, p_seeds, p), p_holm in zip(family.pairs, p_values, adjusted, strict=True):
        difference = estimate(pair.accuracy_differences)
        first, second = pair.first, pair.second
        low, high = difference_interval(*pair.drawn, random)
        yield {
            "kind": family.kind,
            "family": family.name,
            "first": first.entry.name,
            "second": second.entry.name,
            "first_architecture": first.entry.result.architecture,
            "first_recipe_hash": first.entry.result.recipe_hash,
            "second_architecture": second.entry.result.architecture,
            "second_recipe_hash": second.entry.result.recipe_hash,
            "n": difference.n,
            "difference": difference.mean,
            "low": difference.low,
            "high": difference.high,
            "bootstrap_low": low,
            "bootstrap_high": high,
            "p_images": p_images,
            "p_seeds": p_seeds,
            "p": p,
            "p_holm": p_holm,
            "verdict": verdict_of(difference, p_holm),
        }


def _results(
    board: Sequence[Side], comparisons: Sequence[dict[str, object]], random: np.random.Generator
) -> Iterable[dict[str, object]]:
    """Yield a row for each result of the leaderboard."""
    behind = {
        (row["second_architecture"], row["second_recipe_hash"]): row
        for row in comparisons
        if row["kind"] == LEADERBOARD
    }
    groups = groups_of(board)
    for side, group in zip(board, groups, strict=True):
        result, row = side.entry.result, behind.get(_key(side.entry))
        low, high = seeds_interval(side.accuracies, random)
        test_low, test_high = interval_of_test_images(side.correct) if side.entry.done else (math.nan, math.nan)
        yield {
            "name": side.entry.name,
            "source": side.entry.source,
            "architecture": result.architecture,
            "recipe_hash": result.recipe_hash,
            "title": result.title,
            "seeds": result.seeds,
            "n": result.accuracy.n,
            "mean": result.accuracy.mean,
            "half_width": result.accuracy.half_width,
            "bootstrap_low": low,
            "bootstrap_high": high,
            "test_low": test_low,
            "test_high": test_high,
            "group": group,
            "difference": row["difference"] if row else math.nan,
            "p_holm": row["p_holm"] if row else math.nan,
            "told_apart": bool(row and row["verdict"] == "better"),
        }


def groups_of(board: Sequence[Side]) -> list[float]:
    """Return the group of each result: 1, 2, …; NaN where no run is done.

    The first of a group is the best of those that are left; with it are all that cannot be told apart from it, even if
    one of them can be told apart from another.

    Args:
        board: the results, the best first and those without a finished run last.
    """
    groups = [math.nan] * len(board)
    left, group = [place for place, side in enumerate(board) if side.entry.done], 0
    while left:
        group += 1
        pairs = [_pair(board[left[0]], board[place]) for place in left[1:]]
        adjusted = holm(_p_values(pair)[2] for pair in pairs)
        apart = [
            place
            for place, pair, p_holm in zip(left[1:], pairs, adjusted, strict=True)
            if verdict_of(estimate(pair.accuracy_differences), p_holm) == "better"
        ]
        for place in left:
            groups[place] = group
        left = apart
    return groups


def _smallest_differences(family: Family) -> Iterable[dict[str, object]]:
    """Yield the smallest difference that a family could have told, for the seeds that it has and for others."""
    pairs = [pair for pair in family.pairs if len(pair.seeds) >= 2]
    spread = typical([spread_of(pair.differences) for pair in pairs])
    if spread is None:
        return
    measured = sum(bool(pair.seeds) for pair in family.pairs)
    present = int(np.median([len(pair.seeds) for pair in pairs]))
    images = pairs[0].first.correct.shape[1]
    for is_present, seeds in [(True, present), *((False, seeds) for seeds in SEEDS_TO_PLAN_WITH)]:
        yield {
            "kind": family.kind,
            "family": family.name,
            "comparisons": measured,
            "present": is_present,
            "seeds": seeds,
            "difference": smallest_difference(spread, seeds, images, measured),
        }
