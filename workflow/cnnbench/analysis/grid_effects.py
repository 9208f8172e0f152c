"""What each key of a grid does by itself, and how two keys act together.

The sums are whole blocks: an architecture with one setting of the other keys, under every level that is compared.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.inference.contrasts import weigh
from cnnbench.analysis.inference.multiplicity import holm
from cnnbench.analysis.intervals import estimates_of
from cnnbench.analysis.measured import Measured, measure
from cnnbench.analysis.tables.comparisons import GridEffect, Result
from cnnbench.analysis.verdicts import verdict_of
from cnnbench.study.expansion import describe
from cnnbench.study.study_file import StudyExperiment, StudyFile, StudyRow

Block = dict[tuple[str, ...], StudyRow]
"""The row of each cell of a contrast, with the same architecture and the same settings of the other keys."""


@dataclass(frozen=True)
class Factor:
    """A key of a grid with its levels, the first of which is the reference."""

    key: str
    levels: list[str]


@dataclass(frozen=True)
class Contrast:
    """A sum of rows with signs, taken in every block: +1 for what is asked about, -1 for what it is compared with."""

    factor: Factor
    level: str
    other: Factor | None
    other_level: str

    @property
    def cells(self) -> dict[tuple[str, ...], int]:
        """Sign of each setting of the contrast's keys."""
        own: dict[tuple[str, ...], int] = {(self.level,): 1, (self.factor.levels[0],): -1}
        if self.other is None:
            return own
        others: dict[tuple[str, ...], int] = {(self.other_level,): 1, (self.other.levels[0],): -1}
        return {(*a, *b): own[a] * others[b] for a, b in product(own, others)}

    @property
    def keys(self) -> list[str]:
        """The keys whose levels are compared."""
        return [self.factor.key, *([self.other.key] if self.other else [])]


def factors_of(experiment: StudyExperiment) -> list[Factor]:
    """Return the keys of a grid that have several values, with the values as words; none of another experiment."""
    if experiment.kind != "grid":
        return []
    keys = list(experiment.rows[0].changes)
    levels = {key: list(dict.fromkeys(describe(row.changes[key]) for row in experiment.rows)) for key in keys}
    return [Factor(key, values) for key, values in levels.items() if len(values) > 1]


def grid_effects(study: StudyFile, results: Sequence[Result], runs: pd.DataFrame, answers: Answers) -> list[GridEffect]:
    """Return the main effects and two-way interactions of every grid with values.

    A main effect is a level's accuracy minus the reference's in each block, averaged over the blocks. An interaction is
    the effect of a level under one level of another key minus that under the other's reference. A block without any
    seed in which all its runs are done is left out; then the seeds count that all other blocks have finished. The
    p-values have Holm's correction within the grid.

    Args:
        study: the expanded study.
        results: the leaderboard.
        runs: the table of runs.
        answers: what every finished run read each test image as.
    """
    measured = measure(study, results, runs, answers)
    return [row for experiment in study.experiments for row in _effects(experiment, measured)] if measured else []


def _effects(experiment: StudyExperiment, measured: Measured) -> Iterator[GridEffect]:
    contrasts = list(_contrasts(factors_of(experiment)))
    blocks = [list(_blocks(contrast, experiment.rows).values()) for contrast in contrasts]
    kept = [[block for block in all_blocks if _has_a_seed(block, measured)] for all_blocks in blocks]
    weights = [_weights(contrast, chosen, measured) for contrast, chosen in zip(contrasts, kept, strict=True)]
    found = weigh(
        measured.counts,
        np.array(weights).reshape(len(contrasts), len(measured.results)),
        measured.architectures,
        measured.priors,
    )
    one_seed = found.seeds == 1
    p_values = np.where(one_seed, holm(np.where(one_seed, found.p, np.nan)), holm(found.p_of_other_seeds)).tolist()
    for place, (contrast, difference) in enumerate(zip(contrasts, estimates_of(found), strict=True)):
        other = contrast.other
        yield GridEffect(
            experiment=experiment.name,
            factor=contrast.factor.key,
            level=contrast.level,
            reference=contrast.factor.levels[0],
            with_factor=other.key if other else "",
            with_level=contrast.other_level,
            with_reference=other.levels[0] if other else "",
            blocks=len(kept[place]) if difference.n else 0,
            blocks_planned=len(blocks[place]),
            difference=difference,
            p=float(found.p[place]),
            p_holm=p_values[place],
            verdict=verdict_of(difference, p_values[place]),
        )


def _contrasts(factors: Sequence[Factor]) -> Iterator[Contrast]:
    for factor in factors:
        for level in factor.levels[1:]:
            yield Contrast(factor, level, None, "")
    for first, second in combinations(factors, 2):
        for level, other_level in product(first.levels[1:], second.levels[1:]):
            yield Contrast(first, level, second, other_level)


def _blocks(contrast: Contrast, rows: Iterable[StudyRow]) -> dict[tuple[str, ...], Block]:
    """Return for each block the row of each cell of the contrast."""
    blocks: dict[tuple[str, ...], Block] = {}
    for row in rows:
        cell = tuple(describe(row.changes[key]) for key in contrast.keys)
        if cell in contrast.cells:
            rest = [f"{key} {describe(value)}" for key, value in row.changes.items() if key not in contrast.keys]
            blocks.setdefault((row.architecture, *rest), {})[cell] = row
    return blocks


def _has_a_seed(block: Block, measured: Measured) -> bool:
    """Say whether a seed has finished all runs of a block."""
    places = [measured.place(row) for row in block.values()]
    known = [place for place in places if place is not None]
    return len(known) == len(places) and bool(measured.counts.present[known].all(axis=0).any())


def _weights(contrast: Contrast, blocks: Sequence[Block], measured: Measured) -> npt.NDArray[np.float64]:
    """Return the weight of each result in a contrast that is averaged over blocks (results,)."""
    weights = np.zeros(len(measured.results))
    for block in blocks:
        for cell, row in block.items():
            place = measured.place(row)
            if place is not None:
                weights[place] += contrast.cells[cell] / len(blocks)
    return weights
