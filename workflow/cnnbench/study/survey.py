"""The survey of known architectures: which of their published figures count, which way, and how much."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from cnnbench.study.experiment import unique
from cnnbench.study.section import Section

Column = Literal[
    "year",
    "parameters_millions",
    "depth",
    "top1_percent",
    "top5_percent",
    "cpu_ms",
    "gpu_ms",
    "input_size",
]
Normalisation = Literal["min_max", "z_score", "rank"]
Missing = Literal["exclude", "leave_out"]


class Criterion(Section):
    """A published figure that architectures are judged by."""

    column: Column
    """Column of the table."""

    better: Literal["more", "less"]
    """Whether more of it is better, or less."""

    scale: Literal["linear", "log"] = "linear"
    """`log`: ratios count, not differences."""

    weight: float = Field(ge=0.0, le=1e6, allow_inf_nan=False)
    """Its share of the score, against the other criteria's weights; they need not sum to 1."""


class Exclusion(Section):
    """A reason to leave architectures out, by a limit on one column."""

    column: Column
    """Column of the table. An architecture without that figure stays."""

    above: float | None = None
    """Architectures with more than this are left out."""

    below: float | None = None
    """Architectures with less than this are left out."""

    reason: str = Field(min_length=1)
    """Why, for the table."""

    @model_validator(mode="after")
    def _one_limit(self) -> "Exclusion":
        if (self.above is None) == (self.below is None):
            raise ValueError("give either above or below")
        return self


class Survey(Section):
    """How the survey ranks known architectures."""

    table: Path = Path("config/survey.csv")
    """CSV file with a row an architecture."""

    criteria: list[Criterion] = Field(min_length=1)
    """What architectures are judged by."""

    normalisation: Normalisation = "min_max"
    """How the figures of a criterion are made comparable with the others': to 0 … 1, to standard deviations from the
    mean, or to ranks."""

    missing: Missing = "exclude"
    """An architecture that lacks a figure is left out (`exclude`), or is judged by the criteria that it has
    (`leave_out`); the table says which it lacks."""

    exclude: list[Exclusion] = Field(default=[])
    """Architectures to leave out."""

    exclude_dominated: bool = False
    """Leave out an architecture if another one is at least as good on every criterion, and better on one."""

    one_per_family: bool = True
    """Select the best of each family only."""

    candidates: int = Field(default=4, ge=1, le=100)
    """How many architectures to select."""

    draws: int = Field(default=100_000, ge=1_000, le=10_000_000)
    """How many weightings are drawn to see how much hangs on the weights."""

    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    """Seed of these draws."""

    @field_validator("criteria")
    @classmethod
    def _usable(cls, criteria: list[Criterion]) -> list[Criterion]:
        unique([criterion.column for criterion in criteria])
        if sum(criterion.weight for criterion in criteria) == 0:
            raise ValueError("the weights sum to zero")
        return criteria
