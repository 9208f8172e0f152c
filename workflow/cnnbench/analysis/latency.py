"""How long the networks of a study take to answer: one run of each network was timed, and speaks for all of them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnbench.analysis.tables.values import Combination
from cnnbench.files import read_json
from cnnbench.provenance import noted
from cnnbench.run_files import refuse_of_another_training
from cnnbench.study.networks import network_of
from cnnbench.study.study_file import StudyFile


@dataclass(frozen=True)
class Latency:
    """What was measured of one network."""

    milliseconds: dict[str, float]
    """Median time of a batch, by its size; empty where the run that was to be timed had failed."""
    machine: str
    """Name of the hardware."""

    def of_batch(self, size: int) -> float:
        """Return the milliseconds that a batch of `size` images takes; NaN if they were not measured."""
        return self.milliseconds.get(str(size), math.nan)


NOT_TIMED = Latency({}, "")
Latencies = Mapping[Combination, Latency]


def read_latencies(study: StudyFile, paths: Iterable[Path]) -> Latencies:
    """Return the latency of every combination of architecture and recipe whose network was timed.

    Args:
        study: the expanded study.
        paths: `latency.json` of some runs, in the runs' folders.

    Raises:
        UserError: one is missing or damaged, or of another training than the one beside it.
    """
    measured = {path: read_json(noted(path)) for path in paths}
    for path, content in measured.items():
        refuse_of_another_training(path, content.get("training"), path.parent)
    return latencies_of(study, {str(path.parent): content for path, content in measured.items()})


def latencies_of(study: StudyFile, measured: Mapping[str, Mapping[str, Any]]) -> Latencies:
    """Return what `read_latencies` does, from the content of the files by their folder."""
    by_network = {
        network_of(run.architecture, run.recipe): Latency(
            dict(measured[run.folder]["milliseconds"]), str(measured[run.folder]["hardware"]["name"])
        )
        for run in study.runs
        if run.folder in measured
    }
    networks = {
        Combination(run.architecture, run.recipe_hash): network_of(run.architecture, run.recipe) for run in study.runs
    }
    return {combination: by_network[network] for combination, network in networks.items() if network in by_network}
