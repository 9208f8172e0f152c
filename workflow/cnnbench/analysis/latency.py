"""How long the networks of a study take to answer: one run of each network was timed, and speaks for all of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnbench.analysis.resolved import ResolvedStudy
from cnnbench.files import read_json
from cnnbench.study.networks import network_of


@dataclass(frozen=True)
class Latency:
    """What was measured of one network."""

    milliseconds: dict[str, float]
    """Median time of a batch, by its size; empty where the run that was to be timed had failed."""
    machine: str
    """Name of the hardware."""

    def of_batch(self, size: int) -> float | None:
        """Return the milliseconds that a batch of `size` images takes; None if they were not measured."""
        return self.milliseconds.get(str(size))


Latencies = Mapping[tuple[str, str], Latency]
"""By architecture and recipe hash."""


def read_latencies(study: ResolvedStudy, paths: Iterable[Path]) -> Latencies:
    """Return the latency of every combination of architecture and recipe whose network was timed.

    Args:
        study: the resolved study.
        paths: `latency.json` of some runs, in the runs' folders.
    """
    return latencies_of(study, {str(path.parent): read_json(path) for path in paths})


def latencies_of(study: ResolvedStudy, measured: Mapping[str, Mapping[str, Any]]) -> Latencies:
    """Return what `read_latencies` does, from the content of the files by their folder."""
    by_network = {
        network_of(run["architecture"], run["recipe"]): Latency(
            dict(measured[run["folder"]]["milliseconds"]), str(measured[run["folder"]]["hardware"]["name"])
        )
        for run in study.runs
        if run["folder"] in measured
    }
    networks = {
        (run["architecture"], run["recipe_hash"]): network_of(run["architecture"], run["recipe"]) for run in study.runs
    }
    return {names: by_network[network] for names, network in networks.items() if network in by_network}
