"""Whether networks are as sure as they are right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.intervals import estimate, wilson_interval
from cnnbench.analysis.tables.calibration import Calibration, Reading, ReliabilityBin
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import finished_runs_of
from cnnbench.analysis.validation import mean_losses
from cnnbench.evaluation.metrics import BINS, confidence_bins


@dataclass(frozen=True)
class CalibrationTables:
    """How sure the finished runs of a study are, against how often they are right."""

    calibration: list[Calibration]
    reliability: list[ReliabilityBin]


def calibrate(
    results: Sequence[Result], runs: pd.DataFrame, histories: pd.DataFrame, answers: Answers
) -> CalibrationTables:
    """Return how sure the finished runs of a study are, against how often they are right.

    Args:
        results: the leaderboard.
        runs: the table of runs.
        histories: the table of epochs.
        answers: what every finished run read each test image as.
    """
    by_run, losses = runs.set_index("run"), mean_losses(runs, histories)
    done = [
        (result, finished_runs_of(runs, result.architecture, result.recipe_hash)) for result in results if result.done
    ]
    return CalibrationTables(
        [_calibration(result, by_run.loc[ids], losses[result.combination], answers) for result, ids in done],
        [row for result, ids in done for row in _bins(result, ids, answers)],
    )


def read_gaps(gaps: Sequence[float]) -> Reading:
    """Say what the signs of the gaps (confidence minus accuracy) of the seeds have in common."""
    if len(gaps) < 2:
        return "one_seed"
    if min(gaps) > 0:
        return "over_confident"
    return "under_confident" if max(gaps) < 0 else "mixed"


def _calibration(result: Result, done: pd.DataFrame, validation_loss: float, answers: Answers) -> Calibration:
    rows = answers.rows(done.index)
    tested = answers.tested[rows].sum(axis=1)
    confidence = answers.confidence[rows].astype(np.float64).sum(axis=1) / tested
    gaps = confidence - answers.correct[rows].sum(axis=1) / tested
    return Calibration(
        name=result.name,
        architecture=result.architecture,
        title=result.title,
        recipe_hash=result.recipe_hash,
        validation_accuracy=result.validation_accuracy,
        validation_loss=validation_loss,
        accuracy=result.accuracy,
        confidence=estimate(confidence, least=0.0, most=1.0),
        gap=estimate(gaps, least=-1.0, most=1.0),
        calibration_error=estimate(done["expected_calibration_error"], least=0.0, most=1.0),
        log_loss=estimate(done["log_loss"], least=0.0),
        reading=read_gaps(gaps.tolist()),
    )


def _bins(result: Result, runs: list[str], answers: Answers) -> Iterator[ReliabilityBin]:
    """Yield each bin of confidence that holds an image, all seeds pooled."""
    rows = answers.rows(runs)
    tested = answers.tested[rows]
    confidence, correct = answers.confidence[rows][tested].astype(np.float64), answers.correct[rows][tested]
    bin_of = confidence_bins(confidence, BINS)
    images = np.bincount(bin_of, minlength=BINS)
    right = np.bincount(bin_of, weights=correct, minlength=BINS)
    total = np.bincount(bin_of, weights=confidence, minlength=BINS)
    for number in np.flatnonzero(images).tolist():
        interval = wilson_interval(float(right[number]), int(images[number]))
        yield ReliabilityBin(
            name=result.name,
            architecture=result.architecture,
            recipe_hash=result.recipe_hash,
            low=number / BINS,
            high=(number + 1) / BINS,
            images=int(images[number]),
            confidence=float(total[number] / images[number]),
            accuracy=float(right[number] / images[number]),
            accuracy_low=interval.low,
            accuracy_high=interval.high,
        )
