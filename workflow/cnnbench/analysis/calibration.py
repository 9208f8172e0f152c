"""Whether networks are as sure as they are right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from cnnbench.analysis.intervals import Estimate, estimate
from cnnbench.analysis.leaderboard import Entry, leaderboard, runs_of
from cnnbench.analysis.outcomes import Outcomes
from cnnbench.analysis.resolved import ResolvedStudy
from cnnbench.evaluation.metrics import BINS, confidence_bins

Reading = Literal["over-confident", "under-confident", "mixed", "one seed"]


@dataclass(frozen=True)
class CalibrationTables:
    """How sure the finished runs of a study are, against how often they are right.

    `calibration`: one row for each architecture and recipe with a finished run, in the order of the leaderboard.
    Columns `name`, `title`, `architecture`, `recipe_hash`, `seeds` (finished runs) and the means over these runs, each
    with `_half_width` (of its 95 % interval): `validation_accuracy`, `accuracy`, `confidence` (mean probability of the
    class that an image was read as), `gap` (confidence minus accuracy), `calibration_error` (expected calibration
    error), `log_loss`; and `reading`, what the signs of the runs' gaps say.

    `reliability`: one row for each of these and each bin of confidence that holds an image, all runs pooled. Columns
    `name`, `architecture`, `recipe_hash`, `low` and `high` (the bin's edges), `images`, `confidence` (mean in the bin),
    `accuracy` (share that was read rightly), `accuracy_low` and `accuracy_high` (its 95 % Wilson interval).
    """

    calibration: pd.DataFrame
    reliability: pd.DataFrame


MOST_SHOWN = 12
"""How many architectures a figure has room for."""
_NAMES = ["name", "architecture", "recipe_hash"]
_ESTIMATES = ["validation_accuracy", "accuracy", "confidence", "gap", "calibration_error", "log_loss"]
_CALIBRATION = [
    *_NAMES, "title", "seeds", *(f"{name}{part}" for name in _ESTIMATES for part in ("", "_half_width")), "reading",
]  # fmt: skip
_RELIABILITY = [*_NAMES, "low", "high", "images", "confidence", "accuracy", "accuracy_low", "accuracy_high"]


def calibrate(study: ResolvedStudy, runs: pd.DataFrame, outcomes: Outcomes) -> CalibrationTables:
    """Return how sure the finished runs of `study` are, against how often they are right."""
    done = [entry for entry in leaderboard(study, runs) if entry.done]
    by_run = runs.set_index("run")
    summaries = [_summary(entry, by_run.loc[runs_of(entry, runs)], outcomes) for entry in done]
    bins = [row for entry in done for row in _bins(entry, runs_of(entry, runs), outcomes)]
    return CalibrationTables(pd.DataFrame(summaries, columns=_CALIBRATION), pd.DataFrame(bins, columns=_RELIABILITY))


def read_gaps(gaps: list[float]) -> Reading:
    """Say what the signs of the gaps (confidence minus accuracy) of the seeds have in common."""
    if len(gaps) < 2:
        return "one seed"
    if min(gaps) > 0:
        return "over-confident"
    return "under-confident" if max(gaps) < 0 else "mixed"


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share: E. B. Wilson, "Probable inference, …", 1927."""
    interval = stats.binomtest(successes, n).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def _summary(entry: Entry, done: pd.DataFrame, outcomes: Outcomes) -> dict[str, object]:
    rows = outcomes.rows(done.index)
    confidence = outcomes.confidence[rows].astype(np.float64).mean(axis=1)
    gaps = confidence - outcomes.correct[rows].mean(axis=1)
    estimates: dict[str, Estimate] = {
        "validation_accuracy": entry.result.validation_accuracy,
        "accuracy": entry.result.accuracy,
        "confidence": estimate(confidence),
        "gap": estimate(gaps),
        "calibration_error": estimate(done["expected_calibration_error"]),
        "log_loss": estimate(done["log_loss"]),
    }
    return {
        **_names(entry),
        "title": entry.result.title,
        "seeds": len(rows),
        **{name: value.mean for name, value in estimates.items()},
        **{f"{name}_half_width": value.high - value.mean for name, value in estimates.items()},
        "reading": read_gaps(gaps.tolist()),
    }


def _bins(entry: Entry, runs: list[str], outcomes: Outcomes) -> Iterator[dict[str, object]]:
    rows = outcomes.rows(runs)
    confidence, correct = outcomes.confidence[rows].astype(np.float64).ravel(), outcomes.correct[rows].ravel()
    bin_of = confidence_bins(confidence, BINS)
    images = np.bincount(bin_of, minlength=BINS)
    right = np.bincount(bin_of, weights=correct, minlength=BINS)
    total = np.bincount(bin_of, weights=confidence, minlength=BINS)
    for number in np.flatnonzero(images):
        low, high = wilson_interval(int(right[number]), int(images[number]))
        yield {
            **_names(entry),
            "low": number / BINS,
            "high": (number + 1) / BINS,
            "images": int(images[number]),
            "confidence": total[number] / images[number],
            "accuracy": right[number] / images[number],
            "accuracy_low": low,
            "accuracy_high": high,
        }


def shown_rows(calibration: pd.DataFrame) -> pd.DataFrame:
    """Return each architecture's row with the highest mean validation accuracy, in the order of the table.

    Of more than `MOST_SHOWN`, the first are returned: those that read the test part best.
    """
    best = calibration.groupby("architecture", sort=False)["validation_accuracy"].idxmax()
    return calibration.loc[sorted(best)].head(MOST_SHOWN)


def _names(entry: Entry) -> dict[str, str]:
    return {
        "name": entry.name,
        "architecture": entry.result.architecture,
        "recipe_hash": entry.result.recipe_hash,
    }
