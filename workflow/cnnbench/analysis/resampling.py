"""95 % intervals from drawing seeds, or seeds and test images, again with replacement."""

import numpy as np
import numpy.typing as npt

from cnnbench.analysis.tables.values import UNKNOWN, Interval

DRAWS_OF_SEEDS = 10_000
DRAWS_OF_BOTH = 2_000
_CHUNK = 50
"""Draws of images at a time: a few megabytes, which are used again."""


def seeds_interval(values: npt.ArrayLike, random: np.random.Generator) -> Interval:
    """Return the percentile interval of the mean under draws of as many seeds.

    It is too narrow for few seeds: n seeds cannot show values beyond their own extremes.

    Args:
        values: one per seed (seeds,).
        random: the source of the draws.

    Returns:
        An unknown interval for fewer than two values.
    """
    sample = np.asarray(values, dtype=float)
    if sample.size < 2:
        return UNKNOWN
    means = sample[random.integers(sample.size, size=(DRAWS_OF_SEEDS, sample.size))].mean(axis=1)
    return _percentiles(means)


def accuracies_on_drawn_images(
    correct: npt.NDArray[np.bool_], random: np.random.Generator, draws: int = DRAWS_OF_BOTH
) -> npt.NDArray[np.float32]:
    """Return the accuracy of each run on each draw of as many test images with replacement (runs, draws).

    All runs see the same draws, so that differences between them are paired by image.

    Args:
        correct: whether each run read each image correctly (runs, images).
        random: the source of the draws.
        draws: how many.
    """
    runs, images = correct.shape
    accuracies = np.empty((runs, draws), np.float32)
    if images == 0:
        return accuracies
    right = correct.astype(np.float32)
    for start in range(0, draws, _CHUNK):
        count = min(_CHUNK, draws - start)
        drawn = random.integers(images, size=(count, images), dtype=np.int32)
        drawn += np.arange(count, dtype=np.int32)[:, None] * images
        weights = np.bincount(drawn.ravel(), minlength=count * images).reshape(count, images)
        accuracies[:, start : start + count] = right @ weights.T.astype(np.float32) / images
    return accuracies


def difference_interval(
    first: npt.NDArray[np.float32],
    second: npt.NDArray[np.float32],
    random: np.random.Generator,
) -> Interval:
    """Return the percentile interval of a mean difference under draws of both images and seeds.

    Both sides see the same images and the same seeds in each draw.

    Args:
        first: accuracies of the first side's seeds on drawn images (seeds, draws).
        second: those of the second side, with the seeds in the same order (seeds, draws).
        random: the source of the draws of seeds.

    Returns:
        An unknown interval for fewer than two seeds.
    """
    differences = first - second
    seeds, draws = differences.shape
    if seeds < 2:
        return UNKNOWN
    chosen = random.integers(seeds, size=(seeds, draws))
    return _percentiles(np.take_along_axis(differences, chosen, axis=0).mean(axis=0))


def _percentiles(values: npt.NDArray[np.floating]) -> Interval:
    low, high = np.quantile(values, [0.025, 0.975]).tolist()
    return Interval(low, high)
