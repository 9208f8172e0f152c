"""Which results stand out; whether they differ by more than chance is told by `evidence.py`."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnbench.analysis.leaderboard import Entry, ranked


@dataclass(frozen=True)
class Lead:
    """The best of some results, and the second."""

    best: Entry
    second: Entry | None
    difference: float
    """Mean test accuracy of the best minus that of the second; 0 without a second."""


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
    best = done[0]
    # Two rows of a grid can be one and the same recipe.
    second = next((entry for entry in done[1:] if _combination(entry) != _combination(best)), None)
    return Lead(best, second, best.result.accuracy.mean - second.result.accuracy.mean if second else 0.0)


def find_saving(entries: Sequence[Entry]) -> Saving | None:
    """Return the best of those with the fewest operations against the best of all; None if they cost the same."""
    done = [entry for entry in ranked(entries) if entry.done]
    if not done:
        return None
    cheapest = min(done, key=lambda entry: entry.result.flops)
    return Saving(cheapest, done[0]) if cheapest.result.flops < done[0].result.flops else None


def _combination(entry: Entry) -> tuple[str, str]:
    return entry.result.architecture, entry.result.recipe_hash
