"""What is misread."""

from dataclasses import dataclass
from typing import Literal

from cnnbench.analysis.tables.table import Table

NetworksOf = Literal["leading", "all"]
Electorate = Literal["all", "experiment", "seeds"]
VoteVerdict = Literal["better", "worse", "undecided"]


@dataclass(frozen=True)
class ErrorCounts(Table, file="error_counts.csv"):
    """How many test images were misread: one row."""

    images: int
    """Test images."""
    networks: int
    """Finished networks."""
    networks_per_image: int
    """Finished networks that were tested on the same image, at most: with folds, fewer than all."""
    seeds: int
    """Finished networks of the leading combination."""
    missed_by_any_seed: int
    """Images that at least one of these misreads."""
    missed_by_every_seed: int
    """Images that all of these misread that were tested on them."""
    missed_by_all: int
    """Images that every finished network misreads that was tested on them; only with at least two such networks."""


@dataclass(frozen=True)
class ConfusedPair(Table, file="confused_pairs.csv"):
    """Pairs of classes that were taken for each other, the most confused first."""

    networks_of: NetworksOf
    """Whose answers are counted: the finished seeds of the leading combination, or all finished networks."""
    first: str
    """A class."""
    second: str
    """Another class, later in the order of the classes."""
    share: float
    """Images of both that were read as the other one, of all images of the two."""
    first_as_second: int
    """Images of the first that were read as the second, over all these networks."""
    first_as_second_share: float
    """The same as a share of the images of the first."""
    second_as_first: int
    """Images of the second that were read as the first."""
    second_as_first_share: float
    """The same as a share of the images of the second."""


@dataclass(frozen=True)
class ClassAccuracy(Table, file="class_accuracy.csv"):
    """How well each class is read by the leading combination, and by all."""

    class_: str
    """Name of the class."""
    support: int
    """Test images of the class."""
    readings: int
    """The same, counted once for each finished seed of the leading combination that was tested on them."""
    accuracy: float
    """Share read correctly by the leading combination, mean over its seeds; empty without test images."""
    low: float
    """Lower end of its 95 % Wilson interval over images."""
    high: float
    """Upper end of its 95 % Wilson interval over images."""
    mean: float
    """Mean over all combinations."""
    best: float
    """The best of all combinations."""
    best_name: str
    """Its name."""
    worst: float
    """The worst of all combinations."""
    worst_name: str
    """Its name."""
    combinations: int
    """How many combinations there are."""


@dataclass(frozen=True)
class Mistake(Table, file="mistakes.csv"):
    """The mistakes that the leading combination's networks are most confident about, in that order; each image once."""

    image: int
    """Place of the image in the test part, from 0; with folds, in all test parts, in the order of the folds."""
    true: str
    """Its class."""
    predicted: str
    """The class that it was read as."""
    confidence: float
    """Probability of that class, mean over the seeds that give this answer."""
    wrong_seeds: int
    """Seeds of the combination that misread the image."""
    seeds: int
    """Finished seeds of the combination that were tested on it."""
    wrong_networks: int
    """Finished networks of the study that misread the image."""
    networks: int
    """Finished networks of the study that were tested on it."""


@dataclass(frozen=True)
class HardestImage(Table, file="hardest_images.csv"):
    """Images that every finished network misreads: those first on which most agree on one wrong answer."""

    image: int
    """Place of the image in the test part, from 0; with folds, in all test parts, in the order of the folds."""
    true: str
    """Its class."""
    predicted: str
    """The answer that most networks give."""
    confidence: float
    """Probability of it, mean over these networks."""
    agreeing: int
    """How many networks give it."""
    networks: int
    """Finished networks of the study that were tested on it."""
    answers: str
    """Every answer with the number of networks that give it, as JSON, the most frequent first."""


@dataclass(frozen=True)
class Agreement(Table, file="agreement.csv"):
    """How far each two combinations agree: one network of each, or, of one combination, every two of its seeds."""

    first_rank: int
    """Place of the first on the leaderboard, from 1."""
    first_name: str
    """Its name."""
    second_rank: int
    """Place of the second on the leaderboard."""
    second_name: str
    """Its name."""
    network_pairs: int
    """Pairs of networks that were compared."""
    same: float
    """Share of the test images to which both give the same class."""
    overlap: float
    """Share of the images misread by at least one of the two that both misread; empty where they misread none."""


@dataclass(frozen=True)
class Vote(Table, file="votes.csv"):
    """What majority votes reach, each beside the best single network that takes part.

    Only networks that were tested on the same images vote together.
    """

    vote: Electorate
    """Who votes: all finished networks, one of each row of the experiment with the most architectures, or all seeds of
    a combination."""
    name: str
    """Name of the experiment or of the combination; empty for all."""
    networks: int
    """Networks that vote."""
    accuracy: float
    """Accuracy of the vote on the test images, a fraction."""
    best_name: str
    """Combination of the single network, the best by test accuracy of those that vote."""
    best_seed: int
    """Its seed."""
    best_accuracy: float
    """Its accuracy."""
    vote_only: int
    """Images that only the vote reads correctly."""
    best_only: int
    """Images that only the single network reads correctly."""
    p_value: float
    """Exact p-value over images (McNemar)."""
    p_adjusted: float
    """The same by Holm's correction for all votes."""
    verdict: VoteVerdict
    """What the comparison shows of the vote."""
