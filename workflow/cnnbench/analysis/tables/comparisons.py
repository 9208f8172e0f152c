"""What each architecture and recipe reached, and which differences are more than chance."""

from dataclasses import dataclass
from typing import Literal

from cnnbench.analysis.tables.table import Table
from cnnbench.analysis.tables.values import CombinationRow, Estimate, Interval, NamedCombination

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
    """Accuracy on the test images, a fraction."""
    validation_accuracy: Estimate
    """Accuracy on the validation images in the kept epoch, a fraction."""
    macro_f1: Estimate
    """F1 score on the test images, averaged over the classes."""
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

    group: int | None
    """1 for the best and all that cannot be distinguished from it, 2 for the best of the rest, and so on; empty without
    a finished run."""
    test_part: Interval
    """The interval that the finite test part alone leaves for the accuracy, a fraction."""
    bootstrap: Interval
    """The interval of the accuracy from drawing seeds again, a fraction."""
    behind: Estimate
    """How far the best is ahead over the seeds that both have finished, a fraction; empty for the best itself."""
    p_holm: float
    """p-value of that difference on other images and with other seeds, by Holm's correction for the leaderboard; with
    one shared seed, on other images alone."""
    verdict: Verdict | None
    """What the comparison of the best with this result shows; empty for the best itself."""


@dataclass(frozen=True)
class Comparison(Table, file="comparisons.csv"):
    """Comparisons of two results over the seeds that both have finished."""

    kind: Kind
    """Where it belongs: the best of the leaderboard or of a grid against another result, or a step of a ladder against
    the one before."""
    family: str
    """Name of the experiment, or `leaderboard`; p-values are corrected within a family."""
    first: NamedCombination
    """One side."""
    second: NamedCombination
    """The other side."""
    difference: Estimate
    """Test accuracy of the first minus that of the second, a fraction."""
    bootstrap: Interval
    """The interval of the difference from drawing seeds and images again, a fraction."""
    p_images: float
    """Exact p-value on other images with the same seeds."""
    p_seeds: float
    """p-value with other seeds on the same images; empty with fewer than two."""
    p: float
    """The larger of the two; that over images where there is one seed."""
    p_holm: float
    """p after Holm's correction within the family."""
    verdict: Verdict
    """What the comparison shows of the first side."""
    networks_differ: bool | None
    """With one shared seed: whether the two trained networks differ by more than chance in the test images. Otherwise
    empty."""


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
    """The smallest true difference that each family of comparisons would find in four of five cases."""

    kind: Kind
    """Kind of the family."""
    family: str
    """Name of the experiment, or `leaderboard`."""
    comparisons: int
    """Comparisons of the family."""
    present: bool
    """Whether this row is for the seeds that the study has, or for another number of seeds to plan with."""
    seeds: int
    """Number of seeds."""
    difference: float
    """The smallest difference in accuracy, a fraction; above 1 if there is none."""


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
    p_images: float
    """p-value on other images with the same seeds."""
    p_seeds: float
    """p-value with other seeds on the same images; empty with fewer than two."""
    p: float
    """The larger of the two; that over images where there is one seed."""
    p_holm: float
    """p after Holm's correction within the grid."""
    verdict: Verdict
    """What the effect shows."""
