import math

import numpy as np
import pytest
from analysis.made_up import experiment_of, runs_table
from cnnbench.analysis.calibration import CalibrationTables, calibrate, read_gaps, shown_rows, wilson_interval
from cnnbench.analysis.outcomes import Outcomes
from cnnbench.analysis.resolved import ResolvedStudy
from cnnbench.evaluation.metrics import expected_calibration_error
from sklearn.calibration import calibration_curve
from statsmodels.stats.proportion import proportion_confint

IMAGES = 4000
ACCURACIES = {"small": [0.80, 0.82], "large": [0.90, None], "other": [None, None]}


def _made_up() -> tuple[CalibrationTables, Outcomes]:
    """Two networks: `small` is surer than it is right; of `large` one seed is finished."""
    generator = np.random.default_rng(0)
    runs = runs_table(*[(name, "aaaa", values) for name, values in ACCURACIES.items()])
    names = list(runs.loc[runs["status"] == "done", "run"])
    confidence = generator.uniform(0.2, 1, (len(names), IMAGES)).astype(np.float32)
    right = generator.uniform(size=confidence.shape) < confidence * np.array([[0.8], [0.8], [1.0]])
    labels = generator.integers(0, 10, IMAGES)
    outcomes = Outcomes(names, labels.astype(np.int16), ((labels + ~right) % 10).astype(np.int16), confidence)
    errors = {name: 0.1 + number / 100 for number, name in enumerate(names)}
    runs = runs.assign(expected_calibration_error=runs["run"].map(errors), log_loss=0.5)
    study = ResolvedStudy({"title": "A study"}, "data", [], [experiment_of(runs)])
    return calibrate(study, runs, outcomes), outcomes


def test_the_bins_are_those_of_scikit_learn() -> None:
    tables, outcomes = _made_up()
    own = tables.reliability[tables.reliability["architecture"] == "small"]
    rows = outcomes.rows(["small/aaaa/seed0", "small/aaaa/seed1"])
    accuracy, confidence = calibration_curve(
        outcomes.correct[rows].ravel(), outcomes.confidence[rows].ravel(), n_bins=15, strategy="uniform"
    )
    np.testing.assert_allclose(own["accuracy"], accuracy)
    np.testing.assert_allclose(own["confidence"], confidence)
    assert own["images"].sum() == 2 * IMAGES, "the seeds are pooled"
    assert ((own["low"] <= own["confidence"]) & (own["confidence"] <= own["high"])).all()


def test_the_bins_are_those_of_the_calibration_error() -> None:
    """Of one run, the bins' differences weighted by their images are the error that `metrics.json` has."""
    tables, outcomes = _made_up()
    own = tables.reliability[tables.reliability["architecture"] == "large"]
    from_bins = ((own["accuracy"] - own["confidence"]).abs() * own["images"]).sum() / own["images"].sum()
    (row,) = outcomes.rows(["large/aaaa/seed0"])
    # Nine wrong classes share the rest, so that the answer is the most probable one even when it is unsure.
    probabilities = np.repeat((1 - outcomes.confidence[row][:, None]) / 9, 10, axis=1).astype(np.float64)
    probabilities[np.arange(IMAGES), outcomes.predicted[row]] = outcomes.confidence[row]
    assert from_bins == pytest.approx(expected_calibration_error(probabilities, outcomes.labels))


def test_a_share_has_the_wilson_interval_of_statsmodels() -> None:
    for successes, n in ((0, 3), (7, 9), (500, 1000), (5, 5)):
        assert wilson_interval(successes, n) == pytest.approx(
            proportion_confint(successes, n, method="wilson"), abs=1e-9
        )


def test_a_combination_is_summed_up_over_its_finished_seeds() -> None:
    tables, outcomes = _made_up()
    table = tables.calibration.set_index("architecture")
    assert list(table.index) == ["large", "small"], "as on the leaderboard, without those that have no result"
    small = table.loc["small"]
    gaps = outcomes.confidence[:2].mean(axis=1) - outcomes.correct[:2].mean(axis=1)
    assert small["gap"] == pytest.approx(gaps.mean(), abs=1e-6)
    assert small["gap_half_width"] == pytest.approx(12.7062047 * gaps.std(ddof=1) / math.sqrt(2), rel=1e-4)
    assert small["calibration_error"] == pytest.approx(0.105)
    assert small["reading"] == "over-confident"
    assert (table.at["large", "seeds"], table.at["large", "reading"]) == (1, "one seed")
    assert math.isnan(table.at["large", "gap_half_width"])


def test_a_reading_needs_two_seeds_that_agree() -> None:
    assert read_gaps([0.01, 0.2]) == "over-confident"
    assert read_gaps([-0.01, -0.2]) == "under-confident"
    assert read_gaps([-0.01, 0.2]) == "mixed"
    assert read_gaps([0.2]) == "one seed"


def test_a_figure_shows_each_architecture_with_its_best_recipe_by_validation() -> None:
    runs = runs_table(("small", "aaaa", [0.8, 0.8]), ("small", "bbbb", [0.7, 0.7]))
    runs = runs.assign(expected_calibration_error=0.1, log_loss=0.5)
    runs.loc[runs["recipe_hash"] == "bbbb", "validation_accuracy"] = 0.9
    answers = np.zeros((4, 10), np.int16)
    outcomes = Outcomes(list(runs["run"]), answers[0], answers, np.ones((4, 10), np.float32))
    study = ResolvedStudy({"title": "A study"}, "data", [], [experiment_of(runs)])
    assert list(shown_rows(calibrate(study, runs, outcomes).calibration)["recipe_hash"]) == ["bbbb"]


def test_a_study_without_a_result_has_empty_tables() -> None:
    runs = runs_table(("small", "aaaa", [None]))
    study = ResolvedStudy({"title": "A study"}, "data", [], [experiment_of(runs)])
    empty = Outcomes([], np.zeros(0, np.int16), np.zeros((0, 0), np.int16), np.zeros((0, 0), np.float32))
    tables = calibrate(study, runs, empty)
    assert tables.calibration.empty
    assert tables.reliability.empty
