import math

import numpy as np
import pytest
from analysis.made_up import histories_of, results_of_runs, runs_table
from cnnbench.analysis.answers import Answers
from cnnbench.analysis.calibration import CalibrationTables, calibrate, read_gaps
from cnnbench.analysis.tables.calibration import ReliabilityBin, shown_rows
from cnnbench.evaluation.metrics import expected_calibration_error
from sklearn.calibration import calibration_curve

IMAGES = 4000
ACCURACIES = {"small": [0.80, 0.82], "large": [0.90, None], "other": [None, None]}


def _made_up() -> tuple[CalibrationTables, Answers]:
    """Two networks: `small` is surer than it is right; of `large` one seed is finished."""
    generator = np.random.default_rng(0)
    runs = runs_table(*[(name, "aaaa", values) for name, values in ACCURACIES.items()])
    names = list(runs.loc[runs["status"] == "done", "run"])
    confidence = generator.uniform(0.2, 1, (len(names), IMAGES)).astype(np.float32)
    right = generator.uniform(size=confidence.shape) < confidence * np.array([[0.8], [0.8], [1.0]])
    labels = generator.integers(0, 10, IMAGES)
    answers = Answers(names, labels.astype(np.int16), ((labels + ~right) % 10).astype(np.int16), confidence)
    errors = {name: 0.1 + number / 100 for number, name in enumerate(names)}
    runs = runs.assign(expected_calibration_error=runs["run"].map(errors), log_loss=0.5)
    return calibrate(results_of_runs(runs), runs, histories_of(runs), answers), answers


def _bins_of(tables: CalibrationTables, architecture: str) -> list[ReliabilityBin]:
    return [row for row in tables.reliability if row.architecture == architecture]


def test_the_bins_are_those_of_scikit_learn() -> None:
    tables, answers = _made_up()
    own = _bins_of(tables, "small")
    rows = answers.rows(["small/aaaa/seed0", "small/aaaa/seed1"])
    accuracy, confidence = calibration_curve(
        answers.correct[rows].ravel(), answers.confidence[rows].ravel(), n_bins=15, strategy="uniform"
    )
    np.testing.assert_allclose([row.accuracy for row in own], accuracy)
    np.testing.assert_allclose([row.confidence for row in own], confidence)
    assert sum(row.images for row in own) == 2 * IMAGES, "the seeds are pooled"
    assert all(row.low <= row.confidence <= row.high for row in own)
    assert all(row.accuracy_low <= row.accuracy <= row.accuracy_high for row in own)


def test_the_bins_are_those_of_the_calibration_error() -> None:
    """Of one run, the bins' differences weighted by their images are the error that `metrics.json` has."""
    tables, answers = _made_up()
    own = _bins_of(tables, "large")
    from_bins = sum(abs(row.accuracy - row.confidence) * row.images for row in own) / sum(row.images for row in own)
    (row,) = answers.rows(["large/aaaa/seed0"])
    # Nine wrong classes share the rest, so that the answer is the most probable one even when it is unsure.
    probabilities = np.repeat((1 - answers.confidence[row][:, None]) / 9, 10, axis=1).astype(np.float64)
    probabilities[np.arange(IMAGES), answers.predicted[row]] = answers.confidence[row]
    assert from_bins == pytest.approx(expected_calibration_error(probabilities, answers.labels))


def test_a_combination_is_summed_up_over_its_finished_seeds() -> None:
    tables, answers = _made_up()
    large, small = tables.calibration
    assert (large.architecture, small.architecture) == ("large", "small"), "as on the leaderboard, without failures"
    gaps = answers.confidence[:2].mean(axis=1) - answers.correct[:2].mean(axis=1)
    assert small.gap.mean == pytest.approx(gaps.mean(), abs=1e-6)
    half = 12.7062047 * gaps.std(ddof=1) / math.sqrt(2)
    assert (small.gap.low, small.gap.high) == pytest.approx((gaps.mean() - half, gaps.mean() + half), rel=1e-4)
    assert small.calibration_error.mean == pytest.approx(0.105)
    assert small.reading == "over_confident"
    assert (large.gap.n, large.gap.has_interval, large.reading) == (1, False, "one_seed")


def test_a_reading_needs_two_seeds_that_agree() -> None:
    assert read_gaps([0.01, 0.2]) == "over_confident"
    assert read_gaps([-0.01, -0.2]) == "under_confident"
    assert read_gaps([-0.01, 0.2]) == "mixed"
    assert read_gaps([0.2]) == "one_seed"


def test_a_figure_shows_each_architecture_with_its_best_recipe_by_validation() -> None:
    runs = runs_table(("small", "aaaa", [0.8, 0.8]), ("small", "bbbb", [0.7, 0.7]))
    runs = runs.assign(expected_calibration_error=0.1, log_loss=0.5)
    runs.loc[runs["recipe_hash"] == "bbbb", "validation_accuracy"] = 0.9
    predicted = np.zeros((4, 10), np.int16)
    answers = Answers(list(runs["run"]), predicted[0], predicted, np.ones((4, 10), np.float32))
    shown = shown_rows(calibrate(results_of_runs(runs), runs, histories_of(runs), answers).calibration)
    assert [row.recipe_hash for row in shown] == ["bbbb"]


@pytest.mark.parametrize(
    ("losses", "shown"), [({"aaaa": 0.4, "bbbb": 0.3}, "bbbb"), ({"aaaa": 0.3, "bbbb": 0.4}, "aaaa")]
)
def test_of_recipes_with_the_same_validation_accuracy_a_figure_shows_the_one_with_the_lower_loss(
    losses: dict[str, float], shown: str
) -> None:
    # The same seeds' accuracies in another order: their sums differ in the last digit.
    runs = runs_table(("small", "aaaa", [0.1, 0.2, 0.3]), ("small", "bbbb", [0.3, 0.2, 0.1]))
    assert sum([0.1, 0.2, 0.3]) != sum([0.3, 0.2, 0.1])
    runs = runs.assign(expected_calibration_error=0.1, log_loss=0.5)
    predicted = np.zeros((6, 10), np.int16)
    answers = Answers(list(runs["run"]), predicted[0], predicted, np.ones((6, 10), np.float32))
    histories = histories_of(runs, dict(zip(runs["run"], runs["recipe_hash"].map(losses), strict=True)))
    rows = shown_rows(calibrate(results_of_runs(runs), runs, histories, answers).calibration)
    assert [row.recipe_hash for row in rows] == [shown]


def test_a_study_without_a_result_has_empty_tables() -> None:
    runs = runs_table(("small", "aaaa", [None]))
    empty = Answers([], np.zeros(0, np.int16), np.zeros((0, 0), np.int16), np.zeros((0, 0), np.float32))
    assert calibrate(results_of_runs(runs), runs, histories_of(runs), empty) == CalibrationTables([], [])
