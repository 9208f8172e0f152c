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
    """A published figure that the architectures are judged by."""

    column: Column
    """Column of the table."""

    better: Literal["more", "less"]
    """Whether more or less of it is better."""

    scale: Literal["linear", "log"] = "linear"
    """`linear`: differences count. `log`: ratios count."""

    weight: float = Field(ge=0.0, le=1e6)
    """Its share of the score, relative to the weights of the other criteria. The weights need not sum to 1."""


class Exclusion(Section):
    """A limit on one column, beyond which architectures are left out."""

    column: Column
    """Column of the table. An architecture without this figure is kept."""

    above: float | None = None
    """Architectures with more than this are left out."""

    below: float | None = None
    """Architectures with less than this are left out."""

    reason: str = Field(min_length=1)
    """The reason, for the table."""

    @model_validator(mode="after")
    def _one_limit(self) -> "Exclusion":
        if (self.above is None) == (self.below is None):
            raise ValueError("give either above or below")
        return self


class Survey(Section):
    """How the survey ranks known architectures."""

    table: Path = Path("config/survey.csv")
    """CSV file with one row per architecture."""

    criteria: list[Criterion] = Field(min_length=1)
    """What the architectures are judged by."""

    normalisation: Normalisation = "min_max"
    """How the figures of different criteria are made comparable: as values from 0 to 1, as standard deviations from the
    mean, or as ranks."""

    missing: Missing = "exclude"
    """What to do where a figure is missing: leave the architecture out (`exclude`), or judge it by the other criteria
    (`leave_out`). The table says which figures are missing."""

    exclude: list[Exclusion] = Field(default=[])
    """Rules for leaving architectures out."""

    exclude_dominated: bool = False
    """Whether to leave out an architecture if another one is at least as good in every criterion and better in one."""

    one_per_family: bool = True
    """Whether to select only the best architecture of each family."""

    candidates: int = Field(default=4, ge=1, le=100)
    """How many architectures to select."""

    draws: int = Field(default=100_000, ge=1_000, le=10_000_000)
    """How many random weightings are drawn to see how much depends on the weights."""

    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    """Seed of these draws."""

    @field_validator("criteria")
    @classmethod
    def _usable(cls, criteria: list[Criterion]) -> list[Criterion]:
        unique([criterion.column for criterion in criteria])
        if sum(criterion.weight for criterion in criteria) == 0:
            raise ValueError("the weights sum to zero")
        return criteria
