"""Studies drawn from a scenario."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from cnnbench.analysis.inference.counts import AnswerCounts, count_answers
from cnnbench.analysis.inference.simulation.scenarios import Scenario

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Study:
    """What an analysis is given, and the truth that it does not know."""

    accuracies: Floats
    """True accuracy of each result, over all seeds and images (results,)."""
    counts: AnswerCounts


def draw_study(scenario: Scenario, random: np.random.Generator) -> Study:
    """Draw a study."""
    accuracies = random.permutation(scenario.accuracies) if scenario.shuffled else scenario.accuracies
    correct = draw_answers(scenario, accuracies, random)
    seeds = [range(scenario.seeds)] * scenario.results
    if scenario.folds is None:
        return Study(accuracies, count_answers(list(correct), seeds))
    fold_of_image, fold_of_seed = (np.arange(number) % scenario.folds for number in (scenario.images, scenario.seeds))
    is_tested = fold_of_image == fold_of_seed[:, None]
    tested = dict(enumerate(is_tested.sum(axis=1).tolist()))
    return Study(accuracies, count_answers(list(correct & is_tested), seeds, scenario.folds, tested))


def draw_answers(scenario: Scenario, accuracies: Floats, random: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Draw whether each run reads each image correctly (results, seeds, images).

    It does if ability + ease > 0. Ease is a normal variable with variance 1, the sum of what an image has for all runs,
    for those of an architecture, for those of a result and for this run alone: two runs agree on more images than by
    chance, the more so the closer they are.

    Args:
        scenario: what to draw from.
        accuracies: true accuracy of each result (results,).
        random: source of chance.
    """
    for_all, for_architecture, for_result, for_run = np.sqrt(scenario.shares, dtype=np.float32)

    def normal(*shape: int) -> npt.NDArray[np.float32]:
        return random.standard_normal((*shape, scenario.images), dtype=np.float32)

    ability = _ability(scenario, accuracies, _moves(scenario, random)).astype(np.float32)
    correct = np.empty((scenario.results, scenario.seeds, scenario.images), dtype=bool)
    shared = for_all * normal()
    of_architecture = shared
    for result in range(scenario.results):
        if result % scenario.per_architecture == 0:
            of_architecture = shared + for_architecture * normal()
        of_result = of_architecture + for_result * normal()
        # ability + ease of the result + ease of the run > 0, with the images' part on one side.
        of_run = normal(scenario.seeds) + (ability[result] / for_run)[:, None]
        np.greater(of_run, of_result / -for_run, out=correct[result])
    return correct


def _moves(scenario: Scenario, random: np.random.Generator) -> Floats:
    """Draw by how much each seed moves each result, in accuracy near the best (results, seeds)."""

    def normal(rows: int) -> Floats:
        """Return rows of standard normal variables, one a seed, that correlate within a row (rows, seeds)."""
        each, all_seeds = random.standard_normal((rows, scenario.seeds)), random.standard_normal((rows, 1))
        return np.asarray(np.sqrt(1 - scenario.overlap) * each + np.sqrt(scenario.overlap) * all_seeds)

    of_architecture = np.repeat(normal(scenario.names), scenario.per_architecture, axis=0)
    of_result = normal(scenario.results)
    standard = np.sqrt(scenario.correlation) * of_architecture + np.sqrt(1 - scenario.correlation) * of_result
    is_first = np.arange(scenario.results) % scenario.per_architecture == 0
    deviations = _deviations(scenario) * np.where(is_first, scenario.unsteadiness, 1.0)
    return np.asarray(deviations[:, None] * standard)


def _deviations(scenario: Scenario) -> Floats:
    """Return the standard deviation between seeds of each architecture, for each result (results,)."""
    return np.repeat(np.linspace(*scenario.deviations, scenario.names), scenario.per_architecture)


def _ability(scenario: Scenario, accuracies: Floats, moves: Floats) -> Floats:
    """Return the ability of each run (results, seeds).

    Where seeds move ability, its mean is set so that the mean accuracy over endless seeds is the true one.
    """
    if not scenario.moves_ability:
        return np.asarray(stats.norm.ppf(np.clip(accuracies[:, None] + moves, 1e-4, 1 - 1e-4)))
    slope = stats.norm.pdf(stats.norm.ppf(scenario.best))
    variances = (_deviations(scenario) / slope) ** 2
    return np.asarray((stats.norm.ppf(accuracies) * np.sqrt(1 + variances))[:, None] + moves / slope)
