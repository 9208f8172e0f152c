"""What the finite test part leaves open."""

import numpy as np
import numpy.typing as npt

from cnnbench.analysis.intervals import wilson_interval
from cnnbench.analysis.tables.values import Interval


def interval_of_test_images(correct: npt.NDArray[np.bool_]) -> Interval:
    """Return the 95 % interval that the finite test part leaves for a mean accuracy over these seeds.

    It is Wilson's interval for as many independent images as would give the mean its variance: the seeds look at the
    same images, so that more seeds are not more images (a design effect). With one seed it is Wilson's interval.

    Args:
        correct: whether each seed read each image correctly (seeds, images).
    """
    seeds, images = correct.shape
    share = correct.mean(axis=0)
    accuracy, variance = float(share.mean()), float(share.var())
    # An image counts at most once per seed; where all are read alike, nothing varies.
    per_image = min(accuracy * (1 - accuracy) / max(variance, 1e-12), seeds) if 0 < accuracy < 1 else 1.0
    effective = images * per_image
    return wilson_interval(accuracy * effective, effective)
