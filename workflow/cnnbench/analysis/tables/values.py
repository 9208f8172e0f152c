"""Values that stand in several tables and take several columns."""

import math
from dataclasses import dataclass

from cnnbench.analysis.tables.table import Table


@dataclass(frozen=True)
class Estimate:
    """A mean over seeds with half of its 95 % t-interval."""

    n: int
    """Seeds that the mean is over."""
    mean: float
    """The mean; empty without a seed."""
    half_width: float | None
    """Half of the 95 % t-interval of the mean over seeds; empty with fewer than two, which leave the spread unknown."""

    @property
    def low(self) -> float:
        """Lower end of the interval; NaN where it is unknown."""
        return math.nan if self.half_width is None else self.mean - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval; NaN where it is unknown."""
        return math.nan if self.half_width is None else self.mean + self.half_width


@dataclass(frozen=True)
class Interval:
    """The ends of a 95 % interval."""

    low: float
    """Lower end of the 95 % interval; empty where it is unknown."""
    high: float
    """Upper end of the 95 % interval; empty where it is unknown."""


UNKNOWN = Interval(math.nan, math.nan)


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
