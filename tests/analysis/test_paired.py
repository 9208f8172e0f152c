import itertools
import math

import numpy as np
import pytest
from cnnbench.analysis.paired import holm, p_value_of_both, paired_t_p_value, sign_flip_p_value
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

RANDOM = np.random.default_rng(3)


@pytest.mark.parametrize(("gained", "lost"), [(0, 1), (3, 3), (7, 2), (0, 12), (120, 160), (900, 1000)])
def test_with_one_seed_it_is_mcnemars_exact_test(gained: int, lost: int) -> None:
    differences = np.repeat([1, -1, 0], [gained, lost, 500])
    expected = mcnemar([[0, gained], [lost, 0]], exact=True).pvalue
    assert sign_flip_p_value(differences) == pytest.approx(expected, rel=1e-6, abs=1e-10)


@pytest.mark.parametrize("differences", [[3, -1, 2, 2], [1, 2, -3], [5, 1, 1, -2, 3, 0, -1, 4], [2, -2], [4, 4]])
def test_with_several_seeds_all_signs_are_enumerated(differences: list[int]) -> None:
    flips = itertools.product([1, -1], repeat=len(differences))
    sums = np.array([np.dot(signs, differences) for signs in flips])
    assert sign_flip_p_value(differences) == pytest.approx(np.mean(np.abs(sums) >= abs(sum(differences))))
    found = stats.permutation_test(
        (differences, [0] * len(differences)),
        lambda x, y: np.sum(x - y),
        permutation_type="samples",
        vectorized=False,
        n_resamples=np.inf,
    )
    assert sign_flip_p_value(differences) == pytest.approx(found.pvalue)


def test_a_large_case_agrees_with_random_signs() -> None:
    differences = RANDOM.integers(-10, 11, size=20_000)
    differences[:60] = 8
    draws = np.array([np.sum(RANDOM.choice([-1, 1], 20_000) * differences) for _ in range(4000)])
    expected = np.mean(np.abs(draws) >= abs(differences.sum()))
    assert sign_flip_p_value(differences) == pytest.approx(expected, abs=4 * math.sqrt(0.25 / 4000))


def test_sides_that_read_alike_differ_by_nothing() -> None:
    assert sign_flip_p_value(np.zeros(100, int)) == 1
    assert sign_flip_p_value([1, -1, 1, -1]) == pytest.approx(1)


def test_the_side_does_not_matter() -> None:
    differences = RANDOM.integers(-3, 4, size=300) + (RANDOM.random(300) < 0.1)
    assert sign_flip_p_value(differences) == pytest.approx(sign_flip_p_value(-differences))


def test_no_case_is_below_zero_or_above_one() -> None:
    for differences in (np.ones(20_000, int), np.full(50, 10), [1, 1, -2]):
        assert 0 <= sign_flip_p_value(differences) <= 1


def test_over_seeds_it_is_the_paired_t_test() -> None:
    first, second = np.array([0.91, 0.93, 0.92, 0.95]), np.array([0.90, 0.91, 0.93, 0.91])
    assert paired_t_p_value(first - second) == pytest.approx(stats.ttest_rel(first, second).pvalue)


def test_few_seeds_or_no_spread() -> None:
    assert math.isnan(paired_t_p_value([]))
    assert math.isnan(paired_t_p_value([0.01]))
    assert paired_t_p_value([0.0, 0.0, 0.0]) == 1
    # 0.8 - 0.7 and 0.4 - 0.3 are not the same number in binary; both signs of three differences leave 2 of 8 cases.
    assert paired_t_p_value([0.8 - 0.7, 0.4 - 0.3, 0.1]) == 0.25


def test_both_questions_must_be_answered() -> None:
    assert p_value_of_both(0.001, 0.2) == 0.2
    assert p_value_of_both(0.03, 0.001) == 0.03
    assert p_value_of_both(0.03, math.nan) == 0.03


def test_holm_by_hand() -> None:
    # In order 0.01, 0.02, 0.03, 0.4: times 4, 3, 2, 1, each at least the one before.
    adjusted = holm([0.02, math.nan, 0.4, 0.01, 0.03])
    assert adjusted[[3, 0, 4, 2]] == pytest.approx([0.04, 0.06, 0.06, 0.4])
    assert math.isnan(adjusted[1])
    assert np.isnan(holm([math.nan])).all()
    assert len(holm([])) == 0
