"""Did the survey predict anything? Its scores beside what was reached here."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from cnnbench.analysis.latency import Latencies, Latency
from cnnbench.analysis.leaderboard import Result, experiment_entries
from cnnbench.analysis.resolved import Experiment, ResolvedStudy

COLUMNS = [
    "architecture", "key", "rank", "score", "parameters_millions", "published_gpu_ms", "published_cpu_ms",
    "recipe_hash", "seeds", "accuracy", "accuracy_half_width", "parameters", "flops", "images_per_second",
    "latency_1_ms", "latency_256_ms", "machine",
]  # fmt: skip

FEWEST = 4
"""Architectures that a rank correlation needs for an interval."""


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rank correlation of `n` pairs, with its 95 % interval; NaN where there are too few pairs."""

    n: int
    rho: float
    low: float
    high: float


def survey_outcome(
    ranking: pd.DataFrame, study: ResolvedStudy, runs: pd.DataFrame, latencies: Latencies
) -> pd.DataFrame:
    """Return a row for each surveyed architecture that was trained, in the survey's order.

    Compared are runs of one experiment, so that no architecture had more tuning than the others: the one with the most
    architectures. There, each has the recipe that was best on the validation part.

    Args:
        ranking: the survey's table of architectures.
        study: the study.
        runs: the table of runs.
        latencies: of the study's architectures and recipes.

    Returns:
        Columns `architecture` (the survey's name), `key`, `rank`, `score`, the published `parameters_millions`,
        `published_gpu_ms` and `published_cpu_ms`; measured here: `recipe_hash`, `seeds`, `accuracy` (mean test accuracy
        over the finished ones), `accuracy_half_width` (of its 95 % interval), `parameters`, `flops`,
        `images_per_second` (in training, median over the runs), `latency_1_ms` and `latency_256_ms` (of a batch of that
        size), `machine`.
    """
    results = _best_results(study.widest, runs)
    speed = runs[runs["status"] == "done"].groupby(["architecture", "recipe_hash"])["images_per_second"].median()
    rows = [
        {
            **{name: row[name] for name in ("architecture", "key", "rank", "score", "parameters_millions")},
            "published_gpu_ms": row["gpu_ms"],
            "published_cpu_ms": row["cpu_ms"],
            **_reached(results[row["key"]]),
            "images_per_second": float(speed[row["key"], results[row["key"]].recipe_hash]),
            **_latency(latencies.get((row["key"], results[row["key"]].recipe_hash))),
        }
        for row in ranking.to_dict("records")
        if row["key"] in results
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def score_and_accuracy(outcome: pd.DataFrame) -> RankCorrelation:
    """Return how the survey's scores and the test accuracies reached here order the architectures alike."""
    scored = outcome.dropna(subset=["score"])
    return rank_correlation(list(scored["score"]), list(scored["accuracy"]))


def rank_correlation(first: list[float], second: list[float]) -> RankCorrelation:
    """Return Spearman's rank correlation with its 95 % interval.

    The interval is that of D. G. Bonett and T. A. Wright, "Sample size requirements for estimating Pearson, Kendall and
    Spearman correlations", 2000: Fisher's transformation with a variance of (1 + rho² / 2) / (n − 3).
    """
    n = len(first)
    if n < FEWEST or len(set(first)) == 1 or len(set(second)) == 1:
        return RankCorrelation(n, math.nan, math.nan, math.nan)
    rho = float(stats.spearmanr(first, second).statistic)
    # A perfect order has no finite transform; a hair less has an interval that says how little a few pairs show.
    centre = math.atanh(np.clip(rho, -0.999, 0.999))
    half_width = float(stats.norm.ppf(0.975)) * math.sqrt((1 + rho**2 / 2) / (n - 3))
    return RankCorrelation(n, rho, math.tanh(centre - half_width), math.tanh(centre + half_width))


def _reached(result: Result) -> dict[str, Any]:
    return {
        "recipe_hash": result.recipe_hash,
        "seeds": result.accuracy.n,
        "accuracy": result.accuracy.mean,
        "accuracy_half_width": result.accuracy.half_width,
        "parameters": result.parameters,
        "flops": result.flops,
    }


def _latency(measured: Latency | None) -> dict[str, Any]:
    return {
        "latency_1_ms": measured.of_batch(1) if measured else None,
        "latency_256_ms": measured.of_batch(256) if measured else None,
        "machine": measured.machine if measured else "",
    }


def _best_results(experiment: Experiment, runs: pd.DataFrame) -> dict[str, Result]:
    """Return the result of each architecture's best recipe, by the mean accuracy on the validation part."""
    done = [entry.result for entry in experiment_entries(experiment, runs) if entry.done]
    by_validation = sorted(done, key=lambda result: result.validation_accuracy.mean)
    return {result.architecture: result for result in by_validation}
