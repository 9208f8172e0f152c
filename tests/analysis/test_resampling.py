import math

import numpy as np
import pytest
from cnnbench.analysis.resampling import accuracies_on_drawn_images, difference_interval, seeds_interval
from cnnbench.analysis.tables.values import UNKNOWN
from scipy import stats

VALUES = [0.90, 0.93, 0.91, 0.96, 0.92]


def test_the_interval_of_seeds_is_scipys_percentile_bootstrap() -> None:
    found = seeds_interval(VALUES, np.random.default_rng(0))
    expected = stats.bootstrap(
        (VALUES,), np.mean, method="percentile", n_resamples=20_000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-3)


def test_one_seed_has_no_interval() -> None:
    assert seeds_interval([0.9], np.random.default_rng(0)) is UNKNOWN
    one = np.full((1, 50), 0.9, np.float32)
    assert difference_interval(one, one, np.random.default_rng(0)) is UNKNOWN


def test_drawn_images_have_the_mean_and_the_variance_of_a_binomial() -> None:
    correct = np.random.default_rng(1).random((4, 3000)) < np.array([[0.2], [0.5], [0.9], [1.0]])
    drawn = accuracies_on_drawn_images(correct, np.random.default_rng(2), draws=4000)
    share = correct.mean(axis=1)
    assert drawn.mean(axis=1) == pytest.approx(share, abs=6e-4)
    assert drawn.std(axis=1) == pytest.approx(np.sqrt(share * (1 - share) / 3000), rel=0.05)


def test_all_runs_see_the_same_draws() -> None:
    correct = np.random.default_rng(1).random((1, 500)) < 0.8
    first, second, opposite = accuracies_on_drawn_images(
        np.concatenate([correct, correct, ~correct]), np.random.default_rng(2), draws=300
    )
    assert (first == second).all()
    assert first + opposite == pytest.approx(np.ones(300))


def test_seeds_and_images_both_widen_the_interval_of_a_difference() -> None:
    """Of independent draws the variances add up: that between seeds (with its (n - 1) / n) and that of the images."""
    random, seeds, draws = np.random.default_rng(0), 5, 20_000
    offsets = np.array([-0.02, -0.01, 0.0, 0.01, 0.02])[:, None]
    images = 0.003 * random.normal(size=draws)
    second = np.full((seeds, draws), 0.9)
    found = difference_interval((second + 0.05 + offsets + images), second, np.random.default_rng(1))
    deviation = math.sqrt(np.var(offsets) / seeds + 0.003**2)
    assert (found.low + found.high) / 2 == pytest.approx(0.05, abs=5e-4)
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * deviation, rel=0.04)


def test_many_runs_are_drawn_in_little_memory() -> None:
    correct = np.ones((30, 2000), bool)
    assert (accuracies_on_drawn_images(correct, np.random.default_rng(0), draws=600) == 1).all()
    assert accuracies_on_drawn_images(np.ones((0, 0), bool), np.random.default_rng(0)).shape == (0, 2000)
