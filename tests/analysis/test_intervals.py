import math
from dataclasses import astuple

import pytest
from cnnbench.analysis.intervals import estimate, wilson_interval
from scipy import stats
from statsmodels.stats.weightstats import DescrStatsW


@pytest.mark.parametrize("values", [[0.91, 0.93], [0.88, 0.885, 0.893], [0.1, 0.5, 0.2, 0.9, 0.4]])
def test_the_interval_is_the_t_interval_of_statsmodels(values: list[float]) -> None:
    found = estimate(values)
    low, high = DescrStatsW(values).tconfint_mean(alpha=0.05)
    assert (found.n, found.mean) == (len(values), pytest.approx(sum(values) / len(values)))
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_one_value_has_a_mean_but_no_interval() -> None:
    found = estimate([0.9])
    assert (found.n, found.mean, found.has_interval) == (1, 0.9, False)
    assert math.isnan(found.low) and math.isnan(found.high)


def test_no_value_has_no_mean() -> None:
    assert math.isnan(estimate([]).mean)


def test_equal_values_have_an_interval_of_no_width() -> None:
    found = estimate([0.5, 0.5, 0.5])
    assert (found.low, found.high) == (0.5, 0.5)


def test_an_interval_ends_where_values_end() -> None:
    found = estimate([0.01, 0.05], least=0.0, most=1.0)
    assert found.low == 0
    assert found.high == pytest.approx(estimate([0.01, 0.05]).high)
    assert estimate([0.9, 0.99], most=1.0).high == 1


@pytest.mark.parametrize(("successes", "n"), [(0, 3), (0, 7), (7, 9), (5, 7), (398, 400), (500, 1000), (5, 5)])
def test_a_share_has_the_wilson_interval_of_scipy(successes: int, n: int) -> None:
    expected = stats.binomtest(successes, n).proportion_ci(0.95, method="wilson")
    assert astuple(wilson_interval(successes, n)) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_rounding_leaves_no_share_outside_its_interval() -> None:
    """A figure draws the distances of the ends, which must not be negative."""
    for n in range(1, 200):
        for successes in (0, n):
            found = wilson_interval(successes, n)
            assert 0 <= found.low <= successes / n <= found.high <= 1
