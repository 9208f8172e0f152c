"""Did the survey predict anything? Its scores beside what was reached here."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from cnnbench.analysis.experiment_results import results_of
from cnnbench.analysis.latency import NOT_TIMED, Latencies
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import finished
from cnnbench.analysis.tables.survey import OrderVerdict, SurveyCorrelation, SurveyOutcome
from cnnbench.analysis.tables.values import Combination
from cnnbench.analysis.validation import by_validation, mean_losses
from cnnbench.study.study_file import StudyExperiment, StudyFile

FEWEST = 4
"""Architectures that a rank correlation needs for an interval."""


def survey_outcome(
    ranking: pd.DataFrame,
    study: StudyFile,
    results: Sequence[Result],
    runs: pd.DataFrame,
    histories: pd.DataFrame,
    latencies: Latencies,
) -> list[SurveyOutcome]:
    """Return each surveyed architecture that was trained, in the survey's order.

    Only runs of one experiment are compared, so that no architecture had more tuning than the others: the one with the
    most architectures. There, each has the recipe with the highest mean validation accuracy; of equal ones, that with
    the lower mean validation loss.

    Args:
        ranking: the survey's table of architectures.
        study: the expanded study.
        results: the leaderboard.
        runs: the table of runs.
        histories: the table of epochs.
        latencies: of the study's architectures and recipes.
    """
    best = _best_results(study.widest, results, mean_losses(runs, histories))
    speed = finished(runs).groupby(["architecture", "recipe_hash"])["images_per_second"].median()
    outcome = []
    for row in ranking.to_dict("records"):
        if row["key"] not in best:
            continue
        result = best[row["key"]]
        latency = latencies.get(result.combination, NOT_TIMED)
        outcome.append(
            SurveyOutcome(
                architecture=row["architecture"],
                key=row["key"],
                rank=row["rank"],
                score=row["score"],
                parameters_millions=row["parameters_millions"],
                published_gpu_ms=row["gpu_ms"],
                published_cpu_ms=row["cpu_ms"],
                recipe_hash=result.recipe_hash,
                accuracy=result.accuracy,
                parameters=result.parameters,
                flops=result.flops,
                images_per_second=float(speed[result.architecture, result.recipe_hash]),
                latency_1_ms=latency.of_batch(1),
                latency_256_ms=latency.of_batch(256),
                machine=latency.machine,
            )
        )
    return outcome


def survey_correlation(outcome: Sequence[SurveyOutcome]) -> SurveyCorrelation:
    """Return whether the survey's scores and the test accuracies reached here order the architectures alike."""
    scored = [row for row in outcome if not math.isnan(row.score)]
    return rank_correlation([row.score for row in scored], [row.accuracy.mean for row in scored])


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> SurveyCorrelation:
    """Return Spearman's rank correlation with its 95 % interval.

    The interval is that of D. G. Bonett and T. A. Wright, "Sample size requirements for estimating Pearson, Kendall and
    Spearman correlations", 2000: Fisher's transformation with a variance of (1 + rho² / 2) / (n − 3).
    """
    n = len(first)
    if n < FEWEST or len(set(first)) == 1 or len(set(second)) == 1:
        return SurveyCorrelation(n, math.nan, math.nan, math.nan, "too_few")
    rho = float(stats.spearmanr(first, second).statistic)
    # A perfect order has no finite transform; a hair less has an interval that says how little a few pairs show.
    centre = math.atanh(np.clip(rho, -0.999, 0.999))
    half_width = float(stats.norm.ppf(0.975)) * math.sqrt((1 + rho**2 / 2) / (n - 3))
    low, high = math.tanh(centre - half_width), math.tanh(centre + half_width)
    return SurveyCorrelation(n, rho, low, high, _order_verdict(low, high))


def _order_verdict(low: float, high: float) -> OrderVerdict:
    if low > 0:
        return "same"
    return "reverse" if high < 0 else "open"


def _best_results(
    experiment: StudyExperiment, results: Sequence[Result], losses: Mapping[Combination, float]
) -> dict[str, Result]:
    """Return the result of each architecture's best recipe by validation; in a full tie, of the first in the config."""
    done = [result for result in results_of(experiment, results) if result.done]
    # The last of an architecture stays in the dictionary, so the best comes last.
    rising = sorted(
        reversed(done), key=lambda result: by_validation(result.validation_accuracy, losses[result.combination])
    )
    return {result.architecture: result for result in rising}
