"""Metrics of one run, from its probabilities on the test part."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    log_loss,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)

Probabilities = npt.NDArray[np.floating]
Labels = npt.NDArray[np.integer]
BINS = 15
"""Number of bins of confidence in which calibration is examined."""


def all_metrics(probabilities: Probabilities, labels: Labels, classes: list[str]) -> dict[str, Any]:
    """Return the content of `metrics.json` for a run that is done.

    Args:
        probabilities: (n, classes), rows that sum to one.
        labels: true class indices (n,).
        classes: display names in the order of the columns.
    """
    indices = np.arange(len(classes))
    predicted = probabilities.argmax(axis=1)
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, predicted, labels=indices, zero_division=0.0
    )
    rows = zip(classes, precision, recall, f1, support, strict=True)
    return {
        "test_images": len(labels),
        "accuracy": float(accuracy_score(labels, predicted)),
        "top5_accuracy": _top5(probabilities, labels, indices),
        "macro_precision": float(precision.mean()),
        "macro_recall": float(recall.mean()),
        "macro_f1": float(f1.mean()),
        "log_loss": float(log_loss(labels, probabilities, labels=indices)),
        "expected_calibration_error": expected_calibration_error(probabilities, labels),
        "per_class": [
            {"class": name, "precision": float(p), "recall": float(r), "f1": float(f), "support": int(n)}
            for name, p, r, f, n in rows
        ],
        "confusion_matrix": confusion_matrix(labels, predicted, labels=indices).tolist(),
    }


def expected_calibration_error(probabilities: Probabilities, labels: Labels, bins: int = BINS) -> float:
    """Return how far confidence and accuracy lie apart, averaged over equal-width bins of confidence.

    C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural networks", 2017, equation 3.

    Args:
        probabilities: (n, classes).
        labels: true class indices (n,).
        bins: number of bins over (0, 1]; a bin holds its upper edge.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = (probabilities.argmax(axis=1) == labels).astype(np.float64)
    bin_of = confidence_bins(confidence, bins)
    # |bin| × |accuracy - confidence| is the absolute sum of the differences in the bin.
    gaps = np.bincount(bin_of, weights=correct - confidence, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


def confidence_bins(confidence: npt.NDArray[np.floating], bins: int) -> npt.NDArray[np.intp]:
    """Return the number of the bin of each confidence; a bin holds its upper edge, the first one also 0."""
    return np.clip(np.ceil(confidence.astype(np.float64) * bins).astype(np.intp) - 1, 0, bins - 1)


def _top5(probabilities: Probabilities, labels: Labels, indices: npt.NDArray[np.integer]) -> float:
    if len(indices) <= 5:
        return 1.0
    return float(top_k_accuracy_score(labels, probabilities, k=5, labels=indices))
