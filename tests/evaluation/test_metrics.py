"""Metrics are what they are called, checked by hand or against another computation."""

import numpy as np
import pytest
from cnnbench.evaluation.metrics import all_metrics, expected_calibration_error

CLASSES = ["a", "b", "c"]
# Predicted: a a b c c b; true: a b b c a c.
PROBABILITIES = np.array(
    [[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.0, 0.9], [0.3, 0.2, 0.5], [0.1, 0.6, 0.3]]
)
LABELS = np.array([0, 1, 1, 2, 0, 2])


def test_metrics_of_a_case_worked_by_hand() -> None:
    metrics = all_metrics(PROBABILITIES, LABELS, CLASSES)
    assert metrics["test_images"] == 6
    assert metrics["accuracy"] == pytest.approx(3 / 6)
    # Every class: one right of two predicted, one right of two true.
    assert metrics["macro_precision"] == metrics["macro_recall"] == metrics["macro_f1"] == pytest.approx(0.5)
    assert [row["support"] for row in metrics["per_class"]] == [2, 2, 2]
    assert [row["class"] for row in metrics["per_class"]] == CLASSES
    assert metrics["confusion_matrix"] == [[1, 0, 1], [1, 1, 0], [0, 1, 1]]
    assert metrics["log_loss"] == pytest.approx(-np.log([0.8, 0.3, 0.7, 0.9, 0.3, 0.3]).mean())


def test_calibration_error_of_a_case_worked_by_hand() -> None:
    # Two bins: (0, 0.5] holds the 0.5 (wrong); (0.5, 1] holds 0.8, 0.6, 0.7, 0.9, 0.6 with three of five right.
    expected = (1 * abs(0 - 0.5) + 5 * abs(3 / 5 - 3.6 / 5)) / 6
    assert expected_calibration_error(PROBABILITIES, LABELS, bins=2) == pytest.approx(expected)


def test_calibration_error_of_a_calibrated_and_of_an_overconfident_network() -> None:
    confidence = np.tile([[0.75, 0.25]], (100, 1))
    assert expected_calibration_error(confidence, np.repeat([0, 1], [75, 25])) == pytest.approx(0.0)
    assert expected_calibration_error(confidence, np.repeat([0, 1], [25, 75])) == pytest.approx(0.5)
    assert expected_calibration_error(np.eye(2)[[0, 0]], np.array([1, 1])) == pytest.approx(1.0)


def test_top5_counts_the_five_most_probable_classes() -> None:
    probabilities = np.tile(np.arange(7, 0, -1) / 28, (7, 1))
    metrics = all_metrics(probabilities, np.arange(7), [str(number) for number in range(7)])
    assert metrics["top5_accuracy"] == pytest.approx(5 / 7)
    assert metrics["accuracy"] == pytest.approx(1 / 7)


def test_top5_of_five_classes_is_one() -> None:
    assert all_metrics(PROBABILITIES, LABELS, CLASSES)["top5_accuracy"] == 1.0


def test_class_without_a_prediction_has_zero_precision() -> None:
    metrics = all_metrics(np.tile([[0.9, 0.1, 0.0]], (3, 1)), np.array([0, 1, 2]), CLASSES)
    assert [row["precision"] for row in metrics["per_class"]] == [pytest.approx(1 / 3), 0.0, 0.0]


@pytest.mark.tensorflow
def test_softmax_stands_large_logits() -> None:
    from cnnbench.evaluation.predict import softmax

    probabilities = softmax(np.array([[1000.0, 0.0], [-1000.0, -1000.0]], np.float32))
    np.testing.assert_allclose(probabilities, [[1.0, 0.0], [0.5, 0.5]])
