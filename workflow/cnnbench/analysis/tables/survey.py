"""What is known about architectures before anything is trained, and what became of it here."""

from dataclasses import dataclass
from typing import Literal

from cnnbench.analysis.tables.table import Table
from cnnbench.analysis.tables.values import Estimate

Exclusion = Literal["", "rule", "not_published", "dominated"]
"""Why an architecture is left out: by a rule of the config, for want of figures, or because another one is as good or
better in everything."""
OrderVerdict = Literal["same", "reverse", "open", "too_few"]


@dataclass(frozen=True)
class SurveyedArchitecture(Table, file="survey.csv", free_columns={"normalised_": float}):
    """The survey's ranking: published figures and what the settings make of them, the best first, those left out last.

    A column `normalised_…` for each criterion (more is better).
    """

    architecture: str
    """Name in the survey."""
    key: str
    """Registered name here, if it can be trained here."""
    family: str
    """Family of architectures."""
    source: str
    """Where the figures were published."""
    year: float
    """Year of publication."""
    parameters_millions: float
    """Parameters in millions."""
    depth: float
    """Depth in layers."""
    top1_percent: float
    """Top-1 accuracy on ImageNet in percent."""
    top5_percent: float
    """Top-5 accuracy on ImageNet in percent."""
    cpu_ms: float
    """Inference time on a CPU in milliseconds."""
    gpu_ms: float
    """Inference time on a GPU in milliseconds."""
    input_size: float
    """Side of the input in pixels."""
    missing: str
    """Criteria without a figure, with commas."""
    exclusion: Exclusion
    """Why the architecture is left out; empty where it is not."""
    excluded_by: str
    """The rule's reason, the columns without a figure (with commas), or the architecture that is better."""
    score: float
    """Weighted mean of the normalised criteria."""
    rank: float
    """Place by score, from 1."""
    selected: bool
    """Whether it is a candidate."""
    first_share: float
    """Share of all weightings in which it is first."""
    mean_rank: float
    """Mean of its ranks over all weightings."""
    pareto: bool
    """Whether no other architecture is as good or better in everything."""


@dataclass(frozen=True)
class SurveyWeight(Table, file="survey_weights.csv"):
    """How far each weight can move, the others keeping their proportions, before another architecture is first."""

    criterion: str
    """The criterion's column."""
    weight: float
    """Its weight, a share of all."""
    low: float
    """Lowest weight at which the first stays first."""
    high: float
    """Highest weight at which the first stays first."""
    first_below: str
    """Which architecture is first below; empty if the weight can fall to 0."""
    first_above: str
    """Which architecture is first above; empty if the weight can rise to 1."""


@dataclass(frozen=True)
class SurveyOutcome(Table, file="survey_outcome.csv"):
    """Surveyed architectures that were trained, in the survey's order: what was published, and what was reached here.

    Each has the recipe that was best on the validation part, of the experiment with the most architectures.
    """

    architecture: str
    """Name in the survey."""
    key: str
    """Registered name here."""
    rank: float
    """Place in the survey."""
    score: float
    """Score in the survey."""
    parameters_millions: float
    """Published parameters in millions."""
    published_gpu_ms: float
    """Published inference time on a GPU in milliseconds."""
    published_cpu_ms: float
    """Published inference time on a CPU in milliseconds."""
    recipe_hash: str
    """Short hash of the recipe."""
    accuracy: Estimate
    """Accuracy on the test images here, a fraction."""
    parameters: int
    """Parameters here."""
    flops: int
    """Floating-point operations of one image's forward pass here, two per multiply-add."""
    images_per_second: float
    """Training speed here, median over the runs."""
    latency_1_ms: float
    """Milliseconds to read one image here."""
    latency_256_ms: float
    """Milliseconds to read a batch of 256 images here."""
    machine: str
    """Hardware that the latency was measured on."""


@dataclass(frozen=True)
class SurveyCorrelation(Table, file="survey_correlation.csv"):
    """Whether the survey's scores and the accuracies reached here order the architectures alike: one row."""

    n: int
    """Architectures that have both."""
    rho: float
    """Spearman's rank correlation; empty for fewer than four."""
    low: float
    """Lower end of its 95 % interval (Bonett and Wright, 2000)."""
    high: float
    """Upper end of its 95 % interval."""
    verdict: OrderVerdict
    """What the interval shows: the same order by tendency, the reverse, neither, or too few to tell."""
