"""Values that stand in several tables and take several columns."""

import math
from dataclasses import dataclass

from cnnbench.analysis.tables.table import Table


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds with its 95 % interval."""

    n: int
    """Seeds that the mean is over."""
    mean: float
    """The mean; empty without a seed."""
    low: float
    """Lower end of the 95 % interval; empty where it is unknown."""
    high: float
    """Upper end of the 95 % interval; empty where it is unknown."""

    @property
    def has_interval(self) -> bool:
        """Whether the interval is known."""
        return not math.isnan(self.low)


NO_ESTIMATE = Estimate(0, math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Interval:
    """The ends of a 95 % interval."""

    low: float
    """Lower end of the 95 % interval; empty where it is unknown."""
    high: float
    """Upper end of the 95 % interval; empty where it is unknown."""


@dataclass(frozen=True)
class Combination:
    """An architecture with a recipe: what the leaderboard ranks."""

    architecture: str
    """Registered name of the architecture."""
    recipe_hash: str
    """Short hash of the recipe."""


@dataclass(frozen=True)
class NamedCombination(Combination):
    """An architecture with a recipe, under the name that a table gives it."""

    name: str
    """Name of the row: as on the leaderboard, or the label in its experiment."""

    @property
    def combination(self) -> Combination:
        """Architecture and recipe, without the name."""
        return Combination(self.architecture, self.recipe_hash)


@dataclass(frozen=True)
class CombinationRow(Table):
    """What the rows of tables about combinations of architecture and recipe begin with."""

    name: str
    """Name of the architecture and recipe, as on the leaderboard."""
    architecture: str
    """Registered name of the architecture."""
    title: str
    """Name of the architecture as a report shows it."""
    recipe_hash: str
    """Short hash of the recipe."""

    @property
    def combination(self) -> Combination:
        """Architecture and recipe."""
        return Combination(self.architecture, self.recipe_hash)
