"""What a study shows, by rules: no rule says more than its intervals bear."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnbench.analysis.intervals import intervals_overlap, sampling_half_width
from cnnbench.analysis.leaderboard import Entry, ranked


@dataclass(frozen=True)
class Lead:
    """The best of some results, and how it stands to the second."""

    best: Entry
    second: Entry | None
    difference: float
    """Mean test accuracy of the best minus that of the second; 0 without a second."""
    overlap: bool | None
    """Whether the two intervals overlap; None where one of them is unknown."""
    sampling: float
    """How far another draw of as many test images could move the best's accuracy."""

    @property
    def settled(self) -> bool:
        """Whether the lead is larger than what the intervals and the size of the test part leave open."""
        return self.overlap is False and self.difference > self.sampling


@dataclass(frozen=True)
class Saving:
    """The result with the fewest operations against the best one."""

    cheapest: Entry
    best: Entry

    @property
    def factor(self) -> float:
        """How many times as many operations the best one needs."""
        return self.best.result.flops / self.cheapest.result.flops

    @property
    def loss(self) -> float:
        """Mean test accuracy of the best minus that of the cheapest."""
        return self.best.result.accuracy.mean - self.cheapest.result.accuracy.mean


def find_lead(entries: Sequence[Entry]) -> Lead | None:
    """Return the best of `entries` by mean test accuracy over seeds; None if no run is done."""
    done = [entry for entry in ranked(entries) if entry.done]
    if not done:
        return None
    best, second = done[0], done[1] if len(done) > 1 else None
    accuracy = best.result.accuracy
    return Lead(
        best,
        second,
        accuracy.mean - second.result.accuracy.mean if second else 0.0,
        intervals_overlap(accuracy, second.result.accuracy) if second else None,
        sampling_half_width(accuracy.mean, best.result.test_images),
    )


def find_saving(entries: Sequence[Entry]) -> Saving | None:
    """Return the best of those with the fewest operations against the best of all; None if they cost the same."""
    done = [entry for entry in ranked(entries) if entry.done]
    if not done:
        return None
    cheapest = min(done, key=lambda entry: entry.result.flops)
    return Saving(cheapest, done[0]) if cheapest.result.flops < done[0].result.flops else None
