"""What each architecture and recipe costs beside what it reaches, and where nothing better costs less."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from cnnbench.analysis.latency import NOT_TIMED, Latencies
from cnnbench.analysis.pareto import pareto_front
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.costs import COSTS, Cost, Meters
from cnnbench.analysis.tables.runs import finished_runs_of


def gather_costs(results: Sequence[Result], runs: pd.DataFrame, latencies: Latencies) -> list[Cost]:
    """Return what each architecture and recipe costs, in the order of the leaderboard.

    Args:
        results: the leaderboard.
        runs: the table of runs.
        latencies: of the study's architectures and recipes.
    """
    by_run = runs.set_index("run")
    costs = [
        _cost(result, by_run.loc[finished_runs_of(runs, result.architecture, result.recipe_hash)], latencies)
        for result in results
    ]
    fronts = {
        cost: pareto_front(np.array([[row.accuracy.mean, -row.of(cost)] for row in costs])).tolist() for cost in COSTS
    }
    return [
        replace(
            row,
            pareto_parameters=fronts["parameters"][place],
            pareto_flops=fronts["flops"][place],
            pareto_latency_1_ms=fronts["latency_1_ms"][place],
            pareto_seconds=fronts["seconds"][place],
            pareto_joules=fronts["joules"][place],
        )
        for place, row in enumerate(costs)
    ]


def _cost(result: Result, done: pd.DataFrame, latencies: Latencies) -> Cost:
    """Return the row of a result without its place on any front.

    Args:
        result: the result.
        done: its finished runs.
        latencies: of the study's architectures and recipes.
    """
    latency = latencies.get(result.combination, NOT_TIMED)
    joules, meters = _energy(done)
    return Cost(
        name=result.name,
        architecture=result.architecture,
        title=result.title,
        recipe_hash=result.recipe_hash,
        accuracy=result.accuracy,
        parameters=result.parameters,
        flops=result.flops,
        latency_1_ms=latency.of_batch(1),
        latency_256_ms=latency.of_batch(256),
        machine=latency.machine,
        seconds=result.seconds,
        images_per_second=float(done["images_per_second"].mean()),
        joules=joules,
        meters=meters,
        peak_memory_bytes=float(done["peak_memory_bytes"].mean()),
        peak_device_memory_bytes=float(done["peak_device_memory_bytes"].mean()),
        hardware="; ".join(sorted(done["hardware"].unique())),
        pareto_parameters=False,
        pareto_flops=False,
        pareto_latency_1_ms=False,
        pareto_seconds=False,
        pareto_joules=False,
    )


def _energy(done: pd.DataFrame) -> tuple[float, Meters]:
    """Return the mean energy of the finished runs and the meters that it is the sum of.

    It is unknown if some of the runs were read by fewer meters than others: such a mean would be of nothing.
    """
    joules = done[["cpu_joules", "gpu_joules"]]
    read = joules.notna()
    by_all = read.all()
    if done.empty or not by_all.any() or not (read.any() == by_all).all():
        return math.nan, ""
    meters: Meters = "cpu gpu" if by_all.all() else "cpu" if by_all["cpu_joules"] else "gpu"
    return float(joules.sum(axis=1).mean()), meters
