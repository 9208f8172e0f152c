"""The tables of `docs/statistics.md`: which scenarios they have, and what they say of the statements."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from cnnbench.analysis.inference.simulation.scenarios import (
    FIVEFOLD,
    HOMOGENEOUS,
    MILD,
    PROBIT,
    SCENARIOS,
    UNSTEADY,
    Scenario,
    spread_out,
)
from cnnbench.analysis.inference.simulation.statements import Statements

WANTED = 93.0
"""Per cent of the studies in which a statement holds: 95 are promised, and the procedure is approximate."""


@dataclass(frozen=True)
class Row:
    """A row of a table."""

    labels: tuple[str, ...]
    """Its first cells, which name the scenario."""
    scenario: Scenario


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    head: str
    cell: Callable[[Sequence[Statements]], str]
    """Return what the column says of the studies of a row."""
    is_promised: bool = False
    """What it counts is promised to hold; named below the table where it does not in 93 % of the studies."""


@dataclass(frozen=True)
class Table:
    """A table, without its numbers."""

    title: str
    label_heads: tuple[str, ...]
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    share: float = 1.0
    """Studies drawn for each row, as a part of what a calibration is asked for."""

    def studies(self, repetitions: int) -> int:
        """Return how many studies are drawn for each row in a calibration with that many repetitions."""
        return max(1, round(self.share * repetitions))

    def markdown(self, found: Sequence[Sequence[Statements]]) -> str:
        """Return the table with its title and what falls short.

        Args:
            found: of each row, the statements of its studies.
        """
        cells = [[column.cell(statements) for column in self.columns] for statements in found]
        lines = [[*row.labels, *row_cells] for row, row_cells in zip(self.rows, cells, strict=True)]
        heads = [*self.label_heads, *(column.head for column in self.columns)]
        parts = [f"### {self.title}", _precision(len(found[0])), _lines([heads, ["---"] * len(heads), *lines])]
        if any(column.is_promised for column in self.columns):
            parts.append(self._shortcomings(cells))
        return "\n\n".join(parts) + "\n"

    def _shortcomings(self, cells: Sequence[Sequence[str]]) -> str:
        """Return a sentence that names each promise that did not hold often enough."""
        names = [
            ", ".join(f"{head} {label}" for head, label in zip(self.label_heads, row.labels, strict=True))
            for row in self.rows
        ]
        short = [
            f"{column.head} ({name}) {cell}"
            for name, row_cells in zip(names, cells, strict=True)
            for column, cell in zip(self.columns, row_cells, strict=True)
            if column.is_promised and cell != _NOTHING and float(cell) < WANTED
        ]
        return f"Below {WANTED:.0f} %: {'; '.join(short) or 'nothing'}."


_NOTHING = "—"


def _precision(studies: int) -> str:
    likely, worst = (100 * math.sqrt(part * (1 - part) / studies) for part in (0.95, 0.5))
    return (
        f"Per cent of {studies:,} studies per row. The standard error is {likely:.1f} points at 95 %, and at most"
        f" {worst:.1f}."
    )


def _lines(rows: Iterable[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _mean(statements: Sequence[Statements], field: str) -> float:
    return float(np.mean([getattr(one, field) for one in statements]))


def _percent(part: float, decimals: int = 1) -> str:
    return _NOTHING if math.isnan(part) else f"{100 * part:.{decimals}f}"


def _promised(head: str, field: str) -> Column:
    return Column(head, lambda statements: _percent(_mean(statements, field)), is_promised=True)


def _by_gap(head: str, field: str) -> Column:
    def cell(statements: Sequence[Statements]) -> str:
        parts = np.mean([getattr(one, field) for one in statements], axis=0)
        return " / ".join(_percent(part, 0) for part in parts)

    return Column(head, cell)


def _worst_architecture(statements: Sequence[Statements]) -> str:
    return _percent(np.mean([one.accuracies_by_architecture for one in statements], axis=0).min())


def _half_width(statements: Sequence[Statements]) -> str:
    return f"{100 * np.median([one.half_width for one in statements]):.1f}"


def _in_set(statements: Sequence[Statements]) -> str:
    return f"{_mean(statements, 'in_set'):.1f}"


_SET, _RANKS = _promised("set", "best"), _promised("ranks", "ranks")
_PROMISES = (
    _SET,
    _RANKS,
    _promised("ladder", "ladders"),
    _promised("grid", "grid"),
    _promised("difference", "differences"),
    _promised("accuracy", "accuracies"),
)
_POWER = (
    _by_gap("left out of the set", "left_out"),
    _by_gap("beaten by the best", "beaten"),
    Column("results in the set", _in_set),
    _SET,
    _RANKS,
)
_SMALL_SHARE = 0.2
"""Of tables that show power, which is wanted to the nearest few per cent, or special cases."""


def _by_seeds(scenarios: Iterable[Scenario], seeds: Iterable[int]) -> tuple[Row, ...]:
    return tuple(
        Row((scenario.name, str(number)), replace(scenario, seeds=number))
        for scenario, number in product(scenarios, seeds)
    )


def _few_images() -> Iterable[Row]:
    for (images, best), seeds in product([(72, 0.96), (142, 0.97), (500, 0.99)], (2, 3, 5)):
        scenario = Scenario("", 12, 3, images, seeds, best, deviations=(0.003, 0.003))
        yield Row((str(images), f"{100 * best:.0f} %", str(seeds)), scenario)


def _folds() -> Iterable[Row]:
    numbers = [(3, 3), (5, 3), (5, 5), (10, 10)]
    for deviation, (folds, seeds), is_shared in product((0.006, 0.02), numbers, (False, True)):
        overlap = 1 / folds if is_shared else 0.0
        scenario = Scenario("", 12, 3, 10_000, seeds, deviations=(deviation, deviation), folds=folds, overlap=overlap)
        yield Row((f"{100 * deviation:g}", str(folds), str(seeds), f"1/{folds}" if is_shared else "0"), scenario)


_SMALL = (
    Scenario("1 architecture, 2 recipes", results=2, per_architecture=2),
    Scenario("1 architecture, 3 recipes", results=3, per_architecture=3),
    Scenario("2 architectures, 1 recipe", results=2, per_architecture=1),
    Scenario("2 architectures, 3 recipes", results=6, per_architecture=3),
    Scenario("4 architectures, 1 recipe", results=4, per_architecture=1),
)
_SIXTY = tuple(replace(scenario, results=60, per_architecture=5) for scenario in (HOMOGENEOUS, MILD, FIVEFOLD))
_POWER_SCENARIOS = tuple(spread_out(scenario) for scenario in (HOMOGENEOUS, MILD, FIVEFOLD, PROBIT, UNSTEADY))
TABLES = (
    Table(
        "Equal results",
        ("scenario", "seeds"),
        _by_seeds(SCENARIOS, (2, 3, 5, 10)),
        (*_PROMISES, Column("accuracy, worst architecture", _worst_architecture)),
    ),
    Table(
        "Spread-out results",
        ("scenario", "seeds"),
        _by_seeds(_POWER_SCENARIOS, (2, 3, 5, 10)),
        _POWER,
        _SMALL_SHARE,
    ),
    Table(
        "Spread-out results, 60 of 12 architectures",
        ("scenario", "seeds"),
        _by_seeds(map(spread_out, _SIXTY), (2, 3, 5)),
        _POWER,
        _SMALL_SHARE,
    ),
    Table(
        "Small studies",
        ("study", "seeds"),
        _by_seeds(_SMALL, (2, 3, 5)),
        (*_PROMISES, Column("half-width of a difference (points)", _half_width)),
        _SMALL_SHARE,
    ),
    Table("Few images", ("images", "true accuracy", "seeds"), tuple(_few_images()), _PROMISES, _SMALL_SHARE),
    Table("Folds", ("deviation", "folds", "seeds", "correlation"), tuple(_folds()), _PROMISES, _SMALL_SHARE),
)
