from dataclasses import astuple

import numpy as np
import pytest
from cnnbench.analysis.image_intervals import interval_of_test_images
from statsmodels.stats.proportion import proportion_confint


@pytest.mark.parametrize("right", [0, 1, 900, 999, 1000])
def test_with_one_seed_it_is_wilsons_interval(right: int) -> None:
    correct = np.arange(1000)[None] < right
    assert astuple(interval_of_test_images(correct)) == pytest.approx(proportion_confint(right, 1000, method="wilson"))


def test_seeds_that_read_alike_are_no_more_images() -> None:
    one = np.arange(1000)[None] < 900
    assert astuple(interval_of_test_images(np.repeat(one, 5, axis=0))) == pytest.approx(
        astuple(interval_of_test_images(one))
    )


def test_seeds_that_err_independently_narrow_the_interval_as_more_images_would() -> None:
    correct = np.random.default_rng(0).random((4, 20_000)) < 0.9
    found = interval_of_test_images(correct)
    expected = proportion_confint(correct.sum(), correct.size, method="wilson")
    assert found.high - found.low == pytest.approx(expected[1] - expected[0], rel=0.02)


def test_images_that_every_seed_reads_equally_often_have_a_finite_interval() -> None:
    found = interval_of_test_images(np.array([[True] * 40 + [False] * 40, [False] * 40 + [True] * 40]))
    assert 0 < found.low < 0.5 < found.high < 1


def test_all_right_or_all_wrong_leaves_room_as_one_seed_does() -> None:
    right = np.ones((3, 50), bool)
    assert astuple(interval_of_test_images(right)) == pytest.approx(proportion_confint(50, 50, method="wilson"))
    assert astuple(interval_of_test_images(~right)) == pytest.approx(proportion_confint(0, 50, method="wilson"))
