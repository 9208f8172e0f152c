"""The scenarios that studies are drawn from."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
GAPS = (0.005, 0.01, 0.02)
"""By how much three of the spread-out results are less accurate than the best."""
_LOWEST = 0.06
"""By how much the last of the spread-out results is less accurate than the best."""


@dataclass(frozen=True)
class Scenario:
    """What a study is drawn from.

    Standard deviations and accuracies are fractions of the images.
    """

    name: str
    results: int = 24
    per_architecture: int = 4
    """Results of each architecture."""
    images: int = 18_800
    seeds: int = 3
    best: float = 0.9
    """Accuracy of the best result."""
    shortfalls: tuple[float, ...] = ()
    """By how much each result is less accurate than the best; empty: all are equal."""
    shuffled: bool = False
    """Each study deals the shortfalls to the results in a new order."""
    deviations: tuple[float, float] = (0.002, 0.002)
    """Standard deviation between seeds of the first and of the last architecture; those between are evenly spaced."""
    unsteadiness: float = 1.0
    """Seeds move the first result of each architecture that many times as much as its others."""
    moves_ability: bool = False
    """Seeds move ability, so that accuracies vary less the nearer they are to 100 %; else they move accuracy."""
    correlation: float = 0.94
    """Between what a seed does to two results of one architecture."""
    folds: int | None = None
    """Number of parts of the images, one of which each seed is tested on (the seed modulo their number); None: all."""
    overlap: float = 0.0
    """Correlation between what two seeds do: networks of two folds share training images."""
    shares: tuple[float, float, float, float] = (0.55, 0.15, 0.10, 0.20)
    """Variance of what makes an image easy for all, for an architecture, for a result, for a run; they add up to 1."""

    @property
    def names(self) -> int:
        """Number of architectures."""
        return self.results // self.per_architecture

    @property
    def architectures(self) -> list[str]:
        """Architecture of each result."""
        return [f"architecture {result // self.per_architecture}" for result in range(self.results)]

    @property
    def accuracies(self) -> Floats:
        """True accuracy of each result, before shuffling (results,)."""
        return self.best - np.array(self.shortfalls or np.zeros(self.results))


def falling(scenario: Scenario, lowest: float) -> Scenario:
    """Return a scenario whose first half of the architectures is equal, and whose others are less accurate.

    Args:
        scenario: of equal results.
        lowest: by how much the last architecture is less accurate; the others are evenly spaced from 5 points on.
    """
    behind = scenario.names // 2
    by_architecture = np.concatenate([np.zeros(scenario.names - behind), np.linspace(0.05, lowest, behind)])
    return replace(scenario, shortfalls=tuple(np.repeat(by_architecture, scenario.per_architecture).tolist()))


def spread_out(scenario: Scenario) -> Scenario:
    """Return a scenario with one best result, one at each of `GAPS` below it, and the others evenly below it."""
    others = np.linspace(GAPS[0] / 2, _LOWEST, scenario.results - 1 - len(GAPS))
    return replace(scenario, shortfalls=(0.0, *GAPS, *others.tolist()), shuffled=True)


HOMOGENEOUS = Scenario("homogeneous")
MILD = Scenario("mild", deviations=(0.0015, 0.003))
FIVEFOLD = Scenario("fivefold", deviations=(0.0012, 0.006))
UNSTEADY = Scenario("unsteady", unsteadiness=3.0)
_BY_ABILITY = Scenario("probit", deviations=(0.0015, 0.003), best=0.97, moves_ability=True)
PROBIT = falling(_BY_ABILITY, 0.15)
WIDE = falling(replace(_BY_ABILITY, name="wide"), 0.30)
SCENARIOS = (HOMOGENEOUS, MILD, FIVEFOLD, PROBIT, WIDE, UNSTEADY)
