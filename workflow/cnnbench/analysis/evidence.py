"""The tables of comparisons, read for those who write and draw."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cnnbench.analysis.intervals import Estimate
from cnnbench.analysis.resolved import Experiment
from cnnbench.analysis.verdicts import Verdict

Combination = tuple[str, str]
"""Architecture and recipe hash."""


@dataclass(frozen=True)
class Comparison:
    """Two results over the seeds that both have finished."""

    first: str
    second: str
    first_combination: Combination
    second_combination: Combination
    difference: Estimate
    """First minus second, as a fraction."""
    bootstrap: tuple[float, float]
    """Interval from drawing seeds and images again; NaN for fewer than two seeds."""
    p_images: float
    """NaN where no seed is shared."""
    p_holm: float
    """On other images and with other seeds, after Holm's correction; with one seed on other images alone."""
    verdict: Verdict


@dataclass(frozen=True)
class Standing:
    """What the leaderboard says of a result beside its mean."""

    group: int | None
    """None where no run is done."""
    test_images: tuple[float, float]
    """Interval that the finite test part alone leaves."""
    comparison: Comparison | None
    """The best (first) against this one (second); None for the best itself."""


@dataclass(frozen=True)
class SmallestDifference:
    """The smallest difference that a family could have told from chance with a power of 0.8."""

    comparisons: int
    present: bool
    """Whether it is for the seeds that the study has."""
    seeds: int
    difference: float


@dataclass(frozen=True)
class GridEffect:
    """What a level of a factor does against its reference, averaged over all else; or how that depends on another."""

    factor: str
    level: str
    reference: str
    with_factor: str
    """Of an interaction; empty for a main effect."""
    with_level: str
    with_reference: str
    blocks: int
    """Combinations of architecture and other keys that are averaged over."""
    blocks_planned: int
    difference: Estimate
    p_holm: float
    verdict: Verdict


def comparisons_of(table: pd.DataFrame, experiment: Experiment) -> list[Comparison]:
    """Return the comparisons of an experiment, in the order of the table."""
    return [_comparison(row) for row in _family(table, experiment.kind, experiment.name)]


def leaderboard_comparisons(table: pd.DataFrame) -> list[Comparison]:
    """Return the comparisons of the leaderboard's best with each other result."""
    return [_comparison(row) for row in _family(table, "leaderboard", "leaderboard")]


def standings(results: pd.DataFrame, comparisons: pd.DataFrame) -> dict[Combination, Standing]:
    """Return what the leaderboard says of each architecture and recipe."""
    behind = {comparison.second_combination: comparison for comparison in leaderboard_comparisons(comparisons)}
    return {
        (row["architecture"], row["recipe_hash"]): Standing(
            None if pd.isna(row["group"]) else int(row["group"]),
            (row["test_low"], row["test_high"]),
            behind.get((row["architecture"], row["recipe_hash"])),
        )
        for row in results.to_dict("records")
    }


def smallest_differences(table: pd.DataFrame) -> list[SmallestDifference]:
    """Return the smallest differences that the leaderboard could have told; none with one seed."""
    return [
        SmallestDifference(int(row["comparisons"]), bool(row["present"]), int(row["seeds"]), float(row["difference"]))
        for row in _family(table, "leaderboard", "leaderboard")
    ]


def grid_effects_of(table: pd.DataFrame, experiment: Experiment) -> list[GridEffect]:
    """Return the main effects and interactions of a grid with values; none of another experiment."""
    texts = ("factor", "level", "reference", "with_factor", "with_level", "with_reference")
    return [
        GridEffect(
            **{name: row[name] for name in texts},
            blocks=int(row["blocks"]),
            blocks_planned=int(row["blocks_planned"]),
            difference=_difference(row),
            p_holm=row["p_holm"],
            verdict=row["verdict"],
        )
        for row in table[table["experiment"] == experiment.name].to_dict("records")
    ]


def _family(table: pd.DataFrame, kind: str, family: str) -> list[dict[Hashable, Any]]:
    return table[(table["kind"] == kind) & (table["family"] == family)].to_dict("records")


def _comparison(row: Mapping[Hashable, Any]) -> Comparison:
    return Comparison(
        row["first"],
        row["second"],
        (row["first_architecture"], row["first_recipe_hash"]),
        (row["second_architecture"], row["second_recipe_hash"]),
        _difference(row),
        (row["bootstrap_low"], row["bootstrap_high"]),
        row["p_images"],
        row["p_holm"],
        row["verdict"],
    )


def _difference(row: Mapping[Hashable, Any]) -> Estimate:
    half_width = None if pd.isna(row["high"]) else float(row["high"] - row["difference"])
    return Estimate(int(row["n"]), float(row["difference"]), half_width)
