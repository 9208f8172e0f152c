"""What each architecture and recipe costs."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from cnnbench.analysis.tables.values import Combination, CombinationRow, Estimate

COSTS = ("parameters", "flops", "latency_1_ms", "seconds", "joules")
"""Columns whose front against the accuracy is looked for."""
Meters = Literal["", "cpu", "gpu", "cpu gpu"]


@dataclass(frozen=True)
class Cost(CombinationRow, file="costs.csv"):
    """What each architecture and recipe costs beside what it reaches, in the order of the leaderboard.

    Times, speeds and sizes are means over the finished runs.
    """

    accuracy: Estimate
    """Accuracy on the test images, a fraction."""
    parameters: float
    """Parameters of the network."""
    flops: float
    """Floating-point operations of one image's forward pass, two per multiply-add."""
    latency_1_ms: float
    """Milliseconds to read one image, median."""
    latency_256_ms: float
    """Milliseconds to read a batch of 256 images, median."""
    machine: str
    """Hardware that the latency was measured on."""
    seconds: float
    """Training time in seconds."""
    images_per_second: float
    """Training speed."""
    joules: float
    """Energy of a training in joules; empty where no meter was read."""
    meters: Meters
    """Meters that the energy is the sum of."""
    peak_memory_bytes: float
    """Peak memory of the process in bytes."""
    peak_device_memory_bytes: float
    """Peak memory on the GPU in bytes; empty without one."""
    hardware: str
    """Hardware that the networks were trained on."""
    pareto_parameters: bool
    """Whether no other row is at least as accurate with at most as many parameters, and better in at least one."""
    pareto_flops: bool
    """The same for operations."""
    pareto_latency_1_ms: bool
    """The same for the time to read one image."""
    pareto_seconds: bool
    """The same for training time."""
    pareto_joules: bool
    """The same for energy."""

    @property
    def done(self) -> bool:
        """Whether at least one run is done."""
        return self.accuracy.n > 0

    def of(self, cost: str) -> float:
        """Return one of `COSTS`; NaN where it is unknown."""
        return float(getattr(self, cost))

    def on_front(self, cost: str) -> bool:
        """Say whether the row is on the front of accuracy against one of `COSTS`."""
        return bool(getattr(self, f"pareto_{cost}"))


def front(costs: Iterable[Cost], cost: str) -> list[Cost]:
    """Return the rows on the front of accuracy against `cost`, the cheapest first."""
    return sorted((row for row in costs if row.on_front(cost)), key=lambda row: (row.of(cost), row.name))


def cheapest(costs: Iterable[Cost], cost: str, among: Collection[Combination]) -> Cost | None:
    """Return the row of the lowest `cost` among some combinations.

    Args:
        costs: rows of the table.
        cost: one of `COSTS`.
        among: the combinations, such as those that cannot be distinguished from the best.

    Returns:
        The more accurate one of equals; None where the cost of none is known.
    """
    known = [row for row in costs if row.done and row.combination in among and not math.isnan(row.of(cost))]
    return min(known, key=lambda row: (row.of(cost), -row.accuracy.mean), default=None)
