"""What each seed would choose by its validation images alone, and how often two seeds choose the same."""

from dataclasses import dataclass

from cnnbench.analysis.tables.comparisons import Kind
from cnnbench.analysis.tables.table import Table
from cnnbench.analysis.tables.values import NamedCombination


@dataclass(frozen=True)
class ValidationChoice(Table, file="validation_choices.csv"):
    """The combination of architecture and recipe that each seed would choose by validation, for each family.

    It has the highest validation accuracy in its kept epoch; ties go to the lower validation loss, and test images
    play no part. Combinations without any finished run are not among the candidates. A seed in which a run of a
    candidate failed is left out, so that all seeds choose from the same candidates. There are no rows for a family with
    fewer than two candidates.
    """

    kind: Kind
    """Kind of the family."""
    family: str
    """Name of the experiment, or `leaderboard`."""
    seed: int
    """The seed that chooses."""
    chosen: NamedCombination
    """What it chooses."""
    chosen_title: str
    """Name of the chosen architecture as a report shows it."""
    validation_accuracy: float
    """Accuracy of the chosen run on the validation images in its kept epoch, a fraction."""
    validation_loss: float
    """Mean loss of the chosen run on the validation images in that epoch."""
    equals: int
    """How many other candidates have the same validation accuracy and loss; of these, the first of the family, in the
    order of the config, is chosen."""


@dataclass(frozen=True)
class ChoiceStability(Table, file="choice_stability.csv"):
    """Whether the seeds of a family choose the same by validation; only families of which at least one seed chooses."""

    kind: Kind
    """Kind of the family."""
    family: str
    """Name of the experiment, or `leaderboard`."""
    combinations: int
    """Candidates: combinations of architecture and recipe with a finished run."""
    architectures: int
    """Architectures that the candidates have."""
    seeds: int
    """Seeds that choose."""
    seeds_left_out: int
    """Seeds that do not, because a run of a candidate failed in them."""
    same_combination: int
    """How many seeds choose the combination that is chosen most often."""
    same_architecture: int
    """How many seeds choose the architecture that is chosen most often."""
    pairs: int
    """Pairs of seeds."""
    pairs_same_combination: int
    """How many pairs choose the same combination. Their share of all pairs estimates how often another seed would
    choose as one seed did; with one seed there is no pair, and it is unknown."""
    pairs_same_architecture: int
    """How many pairs choose the same architecture."""
