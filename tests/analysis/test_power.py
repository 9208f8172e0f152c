import math

import numpy as np
import pytest
from cnnbench.analysis.paired import paired_t_p_value, sign_flip_p_value
from cnnbench.analysis.power import Spread, power_of_paired_t_test, smallest_difference, spread_of, typical
from statsmodels.stats.power import TTestPower


@pytest.mark.parametrize(
    ("effect", "seeds", "alpha"), [(1.0, 10, 0.05), (0.5, 30, 0.01), (2.0, 5, 0.05), (1.0, 2, 0.05)]
)
def test_the_power_is_that_of_statsmodels(effect: float, seeds: int, alpha: float) -> None:
    expected = TTestPower().power(effect, seeds, alpha, alternative="two-sided")
    assert power_of_paired_t_test(effect, seeds, alpha) == pytest.approx(expected, abs=2e-4)


def test_where_seeds_decide_it_is_the_effect_that_statsmodels_solves_for() -> None:
    expected = TTestPower().solve_power(nobs=10, alpha=0.05 / 5, power=0.8, alternative="two-sided")
    found = smallest_difference(Spread(0.01, 0.0, 0.0), seeds=10, images=10_000, comparisons=5)
    assert found == pytest.approx(0.01 * expected, rel=1e-3)


def test_where_images_decide_it_is_that_of_a_normal_test() -> None:
    found = smallest_difference(Spread(0.0, 0.3, 0.2), seeds=4, images=10_000, comparisons=1)
    assert found == pytest.approx((1.959964 + 0.841621) * math.sqrt((0.09 + 0.04 / 4) / 10_000), rel=1e-4)


def test_more_seeds_tell_smaller_differences_and_more_comparisons_larger_ones() -> None:
    spread = Spread(0.004, 0.1, 0.1)
    by_seeds = [smallest_difference(spread, seeds, 10_000, 11) for seeds in (2, 3, 5, 10)]
    assert by_seeds == sorted(by_seeds, reverse=True)
    assert smallest_difference(spread, 3, 10_000, 59) > smallest_difference(spread, 3, 10_000, 1)
    assert smallest_difference(spread, 1, 10_000, 11) == math.inf


def test_four_of_five_studies_tell_that_difference() -> None:
    """Whole studies are drawn at random; both tests must reject."""
    random, seeds, images = np.random.default_rng(5), 5, 2000
    difference = smallest_difference(Spread(0.02, 0.0, 0.4), seeds, images, comparisons=2) or 0.0
    told = 0
    for _ in range(400):
        gains = difference + 0.02 * random.normal(size=seeds)
        chance = random.random((seeds, images))
        d = (chance < 0.08 + gains[:, None] / 2).astype(int) - (chance > 0.92 + gains[:, None] / 2)
        told += max(paired_t_p_value(gains), sign_flip_p_value(d.sum(axis=0))) < 0.025
    assert told / 400 == pytest.approx(0.8, abs=0.06)


def test_the_spread_is_taken_apart() -> None:
    random = np.random.default_rng(0)
    means = random.choice([-0.3, 0.3], size=20_000)
    differences = np.where(random.random((3, 20_000)) < 0.5 + means / 2, 1, -1)
    found = spread_of(differences)
    assert found.images == pytest.approx(0.3, rel=0.05)
    assert found.chance == pytest.approx(math.sqrt(1 - 0.3**2), rel=0.02)


def test_the_typical_spread_is_the_median() -> None:
    found = typical([Spread(1, 10, 5), Spread(3, 20, 6), Spread(2, 90, 4)])
    assert found == Spread(2, 20, 5)
    assert typical([]) is None
