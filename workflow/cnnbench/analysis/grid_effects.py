"""What each key of a grid does by itself, and how two keys act together.

The sums are whole blocks: an architecture with one setting of the other keys, under every level that is compared.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.intervals import estimate
from cnnbench.analysis.paired import holm, p_value_of_both, paired_t_p_value
from cnnbench.analysis.tables.comparisons import GridEffect
from cnnbench.analysis.tables.values import Estimate
from cnnbench.analysis.verdicts import verdict_of
from cnnbench.study.expansion import describe
from cnnbench.study.study_file import StudyExperiment, StudyRow


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


@dataclass(frozen=True)
class Measured:
    """What the runs say of a contrast."""

    blocks: int
    blocks_planned: int
    difference: Estimate
    p_images: float
    p_seeds: float

    @property
    def p(self) -> float:
        """The p-value on other images and with other seeds."""
        return p_value_of_both(self.p_images, self.p_seeds)


def factors_of(experiment: StudyExperiment) -> list[Factor]:
    """Return the keys of a grid that have several values, with the values as words; none of another experiment."""
    if experiment.kind != "grid":
        return []
    keys = list(experiment.rows[0].changes)
    levels = {key: list(dict.fromkeys(describe(row.changes[key]) for row in experiment.rows)) for key in keys}
    return [Factor(key, values) for key, values in levels.items() if len(values) > 1]


def grid_effects(experiments: Sequence[StudyExperiment], runs: pd.DataFrame, answers: Answers) -> list[GridEffect]:
    """Return the main effects and two-way interactions of every grid with values.

    A main effect is a level's accuracy minus the reference's in each block, averaged over the blocks. An interaction is
    the effect of a level under one level of another key minus that under the other's reference. A block without any
    seed in which all its runs are done is left out; then the seeds count that all other blocks have finished. The
    p-value is the larger of two paired t-tests, over seeds and over images, with Holm's correction within the grid.

    Args:
        experiments: those of the study.
        runs: the table of runs.
        answers: what every finished run read each test image as.
    """
    return [row for experiment in experiments for row in _effects(experiment, runs, answers)]


def _effects(experiment: StudyExperiment, runs: pd.DataFrame, answers: Answers) -> Iterator[GridEffect]:
    contrasts = list(_contrasts(factors_of(experiment)))
    measured = [_measure(contrast, experiment, runs, answers) for contrast in contrasts]
    adjusted = holm(found.p for found in measured).tolist()
    for contrast, found, p_holm in zip(contrasts, measured, adjusted, strict=True):
        other = contrast.other
        yield GridEffect(
            experiment=experiment.name,
            factor=contrast.factor.key,
            level=contrast.level,
            reference=contrast.factor.levels[0],
            with_factor=other.key if other else "",
            with_level=contrast.other_level,
            with_reference=other.levels[0] if other else "",
            blocks=found.blocks,
            blocks_planned=found.blocks_planned,
            difference=found.difference,
            p_images=found.p_images,
            p_seeds=found.p_seeds,
            p=found.p,
            p_holm=p_holm,
            verdict=verdict_of(found.difference, p_holm),
        )


def _contrasts(factors: Sequence[Factor]) -> Iterator[Contrast]:
    for factor in factors:
        for level in factor.levels[1:]:
            yield Contrast(factor, level, None, "")
    for first, second in combinations(factors, 2):
        for level, other_level in product(first.levels[1:], second.levels[1:]):
            yield Contrast(first, level, second, other_level)


def _measure(contrast: Contrast, experiment: StudyExperiment, runs: pd.DataFrame, answers: Answers) -> Measured:
    blocks = _blocks(contrast, experiment.rows)
    finished = set(answers.runs)
    seed_of = dict(zip(runs["run"], runs["seed"], strict=True))
    complete = {
        name: set.intersection(*({seed_of[run] for run in row.runs if run in finished} for row in cells.values()))
        for name, cells in blocks.items()
    }
    kept = [blocks[name] for name, seeds in complete.items() if seeds]
    seeds = sorted(set.intersection(*(seeds for seeds in complete.values() if seeds))) if kept else []
    by_image = _differences(kept, contrast.cells, seeds, seed_of, answers)
    effects = by_image.mean(axis=1) if seeds else np.zeros(0)
    return Measured(
        blocks=len(kept) if seeds else 0,
        blocks_planned=len(blocks),
        difference=estimate(effects),
        p_images=_over_images(by_image),
        p_seeds=paired_t_p_value(effects),
    )


def _blocks(contrast: Contrast, rows: Iterable[StudyRow]) -> dict[tuple[str, ...], dict[tuple[str, ...], StudyRow]]:
    """Return for each block the row of each cell of the contrast."""
    blocks: dict[tuple[str, ...], dict[tuple[str, ...], StudyRow]] = {}
    for row in rows:
        cell = tuple(describe(row.changes[key]) for key in contrast.keys)
        if cell in contrast.cells:
            rest = [f"{key} {describe(value)}" for key, value in row.changes.items() if key not in contrast.keys]
            blocks.setdefault((row.architecture, *rest), {})[cell] = row
    return blocks


def _differences(
    blocks: Sequence[Mapping[tuple[str, ...], StudyRow]],
    signs: Mapping[tuple[str, ...], int],
    seeds: Sequence[int],
    seed_of: Mapping[str, int],
    answers: Answers,
) -> npt.NDArray[np.float64]:
    """Return the contrast by seed and image, averaged over the blocks (seeds, images)."""
    total = np.zeros((len(seeds), len(answers.labels)))
    for block in blocks:
        for cell, row in block.items():
            of_seed = {seed_of[run]: run for run in row.runs}
            total += signs[cell] * answers.correct[answers.rows(of_seed[seed] for seed in seeds)].astype(float)
    return total / max(1, len(blocks))


def _over_images(differences: npt.NDArray[np.float64]) -> float:
    """Return the p-value of a paired t-test over images of the mean over seeds; NaN without a seed.

    With sums over many runs, images take so many values that the exact test of single comparisons is out of reach;
    with thousands of images the t-test needs no more than their variance.
    """
    if not len(differences):
        return math.nan
    by_image = differences.mean(axis=0)
    return float(stats.ttest_1samp(by_image, 0.0).pvalue) if np.ptp(by_image) > 0 else paired_t_p_value(by_image)
