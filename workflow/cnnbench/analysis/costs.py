"""What each architecture and recipe costs beside what it reaches, and where nothing better costs less."""

import math
from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from cnnbench.analysis.latency import Latencies
from cnnbench.analysis.leaderboard import Entry, leaderboard
from cnnbench.analysis.pareto import pareto_front
from cnnbench.analysis.resolved import ResolvedStudy

COSTS = ("parameters", "flops", "latency_1_ms", "seconds", "joules")
"""Columns whose front against the accuracy is looked for."""
METERS = ("cpu", "gpu")
_AVERAGED = ("images_per_second", "peak_memory_bytes", "peak_device_memory_bytes")


def gather_costs(study: ResolvedStudy, runs: pd.DataFrame, latencies: Latencies) -> pd.DataFrame:
    """Return a row for each architecture and recipe, in the order of the leaderboard.

    Args:
        study: the resolved study.
        runs: the table of runs.
        latencies: of the study's architectures and recipes.

    Returns:
        Columns `name` (the leaderboard's), `architecture`, `recipe_hash`, `title`, `seeds` (finished runs, over which
        all means are), `accuracy`, `accuracy_half_width` (of the 95 % interval of the mean test accuracy),
        `parameters`, `flops` (of one image's forward pass), `latency_1_ms`, `latency_256_ms` (a batch of that size),
        `machine` (that of the latency), `seconds` (of training), `images_per_second`, `joules` (of training; NaN where
        no meter was read), `meters` (which ones were: `cpu`, `gpu`, `cpu gpu`), `peak_memory_bytes`,
        `peak_device_memory_bytes`, `hardware` (that of the training), and `pareto_<cost>` for each of `COSTS`: whether
        no other row is at least as accurate for at most that cost, and better in one of both.
    """
    rows = [_row(entry, runs, latencies) for entry in leaderboard(study, runs)]
    numbers = ["accuracy_half_width", "latency_1_ms", "latency_256_ms"]
    table = pd.DataFrame(rows).astype(dict.fromkeys(numbers, "float64"))
    accuracy = table["accuracy"].to_numpy(np.float64)
    fronts = {
        f"pareto_{cost}": pareto_front(np.stack([accuracy, -table[cost].to_numpy(np.float64)], axis=1))
        for cost in COSTS
    }
    return table.assign(**fronts)


def front(costs: pd.DataFrame, cost: str) -> pd.DataFrame:
    """Return the rows on the front of accuracy against `cost`, the cheapest first."""
    return costs[costs[f"pareto_{cost}"]].sort_values([cost, "name"], ignore_index=True)


def cheapest(costs: pd.DataFrame, cost: str, among: Collection[tuple[str, str]]) -> "pd.Series[Any] | None":
    """Return the row of the lowest `cost` among some combinations of architecture and recipe hash.

    Args:
        costs: as `gather_costs` returns it.
        cost: one of `COSTS`.
        among: the combinations, such as those that cannot be told apart from the best.

    Returns:
        The more accurate one of equals; None where the cost of none is known.
    """
    chosen = [names in among for names in zip(costs["architecture"], costs["recipe_hash"], strict=True)]
    known = costs[chosen].dropna(subset=[cost, "accuracy"])
    return None if known.empty else known.sort_values([cost, "accuracy"], ascending=[True, False]).iloc[0]


def _row(entry: Entry, runs: pd.DataFrame, latencies: Latencies) -> dict[str, Any]:
    result = entry.result
    same = (runs["architecture"] == result.architecture) & (runs["recipe_hash"] == result.recipe_hash)
    done = runs[same & (runs["status"] == "done")]
    latency = latencies.get((result.architecture, result.recipe_hash))
    joules, meters = _energy(done)
    return {
        "name": entry.name,
        "architecture": result.architecture,
        "recipe_hash": result.recipe_hash,
        "title": result.title,
        "seeds": result.accuracy.n,
        "accuracy": result.accuracy.mean,
        "accuracy_half_width": result.accuracy.half_width,
        "parameters": result.parameters,
        "flops": result.flops,
        "latency_1_ms": latency.of_batch(1) if latency else None,
        "latency_256_ms": latency.of_batch(256) if latency else None,
        "machine": latency.machine if latency else "",
        "seconds": result.seconds,
        "joules": joules,
        "meters": meters,
        **{name: done[name].mean() for name in _AVERAGED},
        "hardware": "; ".join(sorted(done["hardware"].unique())),
    }


def _energy(done: pd.DataFrame) -> tuple[float, str]:
    """Return the mean energy of the finished runs and the meters that it is the sum of.

    A mean over runs of which some were read by fewer meters than others would be of nothing; it is unknown.
    """
    kinds = [f"{meter}_joules" for meter in METERS]
    read = done[kinds].notna()
    if done.empty or not (read.any() == read.all()).all() or not read.all().any():
        return math.nan, ""
    used = [meter for meter, kind in zip(METERS, kinds, strict=True) if read[kind].all()]
    return float(done[kinds].sum(axis=1).mean()), " ".join(used)
