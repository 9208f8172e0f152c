"""Whether the choice by validation is stable: what each seed alone would choose, and how often two choose the same.

Test images play no part: neither in the choice nor in what settles a tie.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import comb

import pandas as pd

from cnnbench.analysis.comparisons import LEADERBOARD
from cnnbench.analysis.tables.choices import ChoiceStability, ValidationChoice
from cnnbench.analysis.tables.comparisons import Kind, Result
from cnnbench.analysis.tables.runs import finished
from cnnbench.analysis.tables.values import Combination, NamedCombination
from cnnbench.analysis.validation import kept_epochs
from cnnbench.study.study_file import StudyFile

Score = tuple[float, float]
"""Validation accuracy in the kept epoch and negative validation loss: the larger is better."""
Scores = dict[Combination, dict[int, Score]]
"""Of each finished run: by architecture and recipe, then by seed."""


@dataclass(frozen=True)
class Choices:
    """What `choose_by_validation` finds; each field holds the rows of the table of that name."""

    validation_choices: list[ValidationChoice]
    choice_stability: list[ChoiceStability]


@dataclass(frozen=True)
class Family:
    """What is chosen from: an experiment, or all results."""

    kind: Kind
    name: str
    candidates: list[NamedCombination]
    """Each architecture and recipe with a finished run once, in the order of the config."""


def choose_by_validation(
    study: StudyFile, results: Sequence[Result], runs: pd.DataFrame, histories: pd.DataFrame
) -> Choices:
    """Return what each seed would choose by validation, and how often seeds choose the same.

    Args:
        study: the expanded study.
        results: the leaderboard.
        runs: the table of runs.
        histories: the table of epochs.
    """
    titles = {result.architecture: result.title for result in results}
    scores, seeds = _scores(runs, histories), sorted({int(seed) for seed in runs["seed"]})
    choices, stabilities = [], []
    for family in _families(study, results, scores):
        complete = [seed for seed in seeds if all(seed in scores[side.combination] for side in family.candidates)]
        if len(family.candidates) < 2 or not complete:
            continue
        own = [_choice(family, seed, scores, titles) for seed in complete]
        choices += own
        stabilities.append(_stability(family, own, len(seeds) - len(complete)))
    return Choices(choices, stabilities)


def pairs_alike(chosen: Iterable[object]) -> int:
    """Return how many pairs of some choices are the same."""
    return sum(comb(times, 2) for times in Counter(chosen).values())


def _scores(runs: pd.DataFrame, histories: pd.DataFrame) -> Scores:
    of_run = kept_epochs(runs, histories)[["validation_accuracy", "validation_loss"]]
    scores: Scores = {}
    for row in finished(runs).join(of_run.add_prefix("kept_"), on="run").to_dict("records"):
        found = row["kept_validation_accuracy"], -row["kept_validation_loss"]
        scores.setdefault(Combination(row["architecture"], row["recipe_hash"]), {})[row["seed"]] = found
    return scores


def _families(study: StudyFile, results: Sequence[Result], scores: Scores) -> Iterator[Family]:
    """Yield the family of all results, then the experiments."""
    # The leaderboard is in the order of test accuracy, which must not settle a tie.
    names = {result.combination: result.name for result in results}
    sides = [
        (experiment, [NamedCombination(row.architecture, row.recipe_hash, row.label) for row in experiment.rows])
        for experiment in study.experiments
    ]
    everything = [
        NamedCombination(side.architecture, side.recipe_hash, names[side.combination])
        for _, own in sides
        for side in own
    ]
    yield Family(LEADERBOARD, LEADERBOARD, _candidates(everything, scores))
    for experiment, own in sides:
        yield Family(experiment.kind, experiment.name, _candidates(own, scores))


def _candidates(sides: Iterable[NamedCombination], scores: Scores) -> list[NamedCombination]:
    """Return those with a finished run, each once: two rows can be one and the same recipe."""
    first: dict[Combination, NamedCombination] = {}
    for side in sides:
        if side.combination in scores:
            first.setdefault(side.combination, side)
    return list(first.values())


def _choice(family: Family, seed: int, scores: Scores, titles: dict[str, str]) -> ValidationChoice:
    of_seed = [scores[side.combination][seed] for side in family.candidates]
    best = max(of_seed)
    chosen = family.candidates[of_seed.index(best)]
    accuracy, negative_loss = best
    return ValidationChoice(
        kind=family.kind,
        family=family.name,
        seed=seed,
        chosen=chosen,
        chosen_title=titles[chosen.architecture],
        validation_accuracy=accuracy,
        validation_loss=-negative_loss,
        equals=of_seed.count(best) - 1,
    )


def _stability(family: Family, choices: Sequence[ValidationChoice], left_out: int) -> ChoiceStability:
    combinations = [choice.chosen.combination for choice in choices]
    architectures = [choice.chosen.architecture for choice in choices]
    return ChoiceStability(
        kind=family.kind,
        family=family.name,
        combinations=len(family.candidates),
        architectures=len({side.architecture for side in family.candidates}),
        seeds=len(choices),
        seeds_left_out=left_out,
        same_combination=max(Counter(combinations).values()),
        same_architecture=max(Counter(architectures).values()),
        pairs=comb(len(choices), 2),
        pairs_same_combination=pairs_alike(combinations),
        pairs_same_architecture=pairs_alike(architectures),
    )
