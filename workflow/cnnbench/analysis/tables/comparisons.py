"""What each architecture and recipe reached, and which differences are more than chance."""

from dataclasses import dataclass
from typing import Literal

from cnnbench.analysis.tables.table import Table
from cnnbench.analysis.tables.values import Combination, CombinationRow, Estimate, NamedCombination

Verdict = Literal["better", "worse", "undecided", "one_seed", "not_measured"]
"""What a comparison shows: a direction; nothing that chance could not explain; nothing about other seeds, with one;
nothing at all, without a seed that both sides have finished."""
Kind = Literal["leaderboard", "grid", "ladder"]


@dataclass(frozen=True)
class Result(CombinationRow, file="results.csv"):
    """The leaderboard: every architecture and recipe, by falling mean test accuracy; without a finished run, last."""

    experiment: str
    """Name of the first experiment that has it, from which the row has its name."""
    seeds: int
    """Runs that were tried."""
    accuracy: Estimate
    """Accuracy on the test images, a fraction; the interval is for other seeds and other images, with one seed for
    other images only."""
    validation_accuracy: float
    """Mean accuracy on the validation images in the kept epoch, a fraction; empty without a finished run."""
    macro_f1: float
    """Mean F1 score on the test images, averaged over the classes; empty without a finished run."""
    parameters: int
    """Parameters of the network."""
    flops: int
    """Floating-point operations of one image's forward pass, two per multiply-add."""
    seconds: float
    """Mean training time of the finished runs in seconds."""
    test_images: int
    """Images of the test part; 0 without a finished run."""

    @property
    def done(self) -> bool:
        """Whether at least one run is done."""
        return self.accuracy.n > 0


@dataclass(frozen=True)
class Standing(CombinationRow, file="standings.csv"):
    """How each result of the leaderboard compares with the best one, in the order of the leaderboard."""

    possibly_best: bool | None
    """Whether it is in the set that holds the truly best result with a confidence of 95 %; empty without a finished
    run."""
    best_rank: int | None
    """The best rank that it may truly have, 1 being the highest; all ranks hold together with a confidence of 95 %."""
    worst_rank: int | None
    """The worst rank that it may truly have."""
    behind: Estimate
    """How far the first of the leaderboard is ahead over the seeds that both have finished, a fraction; empty for the
    first itself."""
    p_holm: float
    """p-value of that difference for other seeds and other images, by Holm's correction over all pairs of the
    leaderboard; with one shared seed, for other images only."""
    verdict: Verdict | None
    """What the comparison of the first with this result shows; empty for the first itself."""


@dataclass(frozen=True)
class GridStanding(Table, file="grid_standings.csv"):
    """Which results of each grid may be its best, in the order of the leaderboard."""

    experiment: str
    """Name of the grid."""
    row: NamedCombination
    """A result of the grid with a finished run."""
    possibly_best: bool
    """Whether it is in the set that holds the truly best result of the grid with a confidence of 95 %."""
    best_rank: int
    """The best rank in the grid that it may truly have, 1 being the highest; all ranks of a grid hold together with a
    confidence of 95 %."""
    worst_rank: int
    """The worst rank in the grid that it may truly have."""

    @property
    def name(self) -> str:
        """Label of the row in the grid."""
        return self.row.name

    @property
    def combination(self) -> Combination:
        """Architecture and recipe."""
        return self.row.combination


@dataclass(frozen=True)
class Comparison(Table, file="comparisons.csv"):
    """Comparisons of two results over the seeds that both have finished."""

    kind: Kind
    """Where it belongs: the first of the leaderboard or of a grid against another result, or a step of a ladder against
    the one before."""
    family: str
    """Name of the experiment, or `leaderboard`; p-values are corrected within a family."""
    first: NamedCombination
    """One side."""
    second: NamedCombination
    """The other side."""
    difference: Estimate
    """Test accuracy of the first minus that of the second, a fraction; the interval is for other seeds and other
    images, with one seed for other images only."""
    p: float
    """p-value for other seeds and other images; with one seed for other images only."""
    p_holm: float
    """p after Holm's correction within the family: over all pairs of a leaderboard or grid, over the steps of a
    ladder."""
    verdict: Verdict
    """What the comparison shows of the first side."""
    networks_differ: bool | None
    """With one shared seed: whether the two trained networks differ by more than chance in the test images. Otherwise
    empty."""
    seeds_needed: int | None
    """How many seeds would detect a true difference of this size in four of five cases; empty with fewer than two
    seeds, and where more than 100 would be needed."""


@dataclass(frozen=True)
class SeedDifference(Table, file="seed_differences.csv"):
    """What each step of a ladder changed, seed by seed."""

    experiment: str
    """Name of the ladder."""
    step: str
    """Label of the step."""
    seed: int
    """A seed that the step and the one before have both finished."""
    difference: float
    """Test accuracy of the step minus that of the one before, a fraction."""


@dataclass(frozen=True)
class SmallestDifference(Table, file="smallest_differences.csv"):
    """The smallest true difference that each family of comparisons would detect in four of five cases."""

    kind: Kind
    """Kind of the family."""
    family: str
    """Name of the experiment, or `leaderboard`."""
    same_architecture: bool
    """Whether this row is for two recipes of one architecture, or for two architectures."""
    comparisons: int
    """Comparisons of the family, which p-values are corrected for."""
    present: bool
    """Whether this row is for the seeds that the study has, or for another number of seeds to plan with."""
    seeds: int
    """Number of seeds."""
    difference: float | None
    """The smallest difference in accuracy, a fraction; empty if no difference up to 20 points would be found."""


@dataclass(frozen=True)
class GridEffect(Table, file="grid_effects.csv"):
    """What each level of a key of a grid does, averaged over all else; and how two keys act together."""

    experiment: str
    """Name of the grid."""
    factor: str
    """Key of the recipe."""
    level: str
    """Its value."""
    reference: str
    """The value that it is compared with."""
    with_factor: str
    """For an interaction the other key; empty for a main effect."""
    with_level: str
    """Value of the other key."""
    with_reference: str
    """The value of the other key that it is compared with."""
    blocks: int
    """Combinations of architecture and other keys that are averaged over."""
    blocks_planned: int
    """How many of them the grid has."""
    difference: Estimate
    """The effect on test accuracy; for an interaction, the difference of two effects; a fraction."""
    p: float
    """p-value for other seeds and other images; with one seed for other images only."""
    p_holm: float
    """p after Holm's correction within the grid."""
    verdict: Verdict
    """What the effect shows."""
