import math

import numpy as np
import pytest
from cnnbench.analysis.inference.moderation import NO_PRIOR, fit_prior, lifted, moderate, trigamma_inverse
from scipy.special import polygamma

VARIANCES = np.array([0.5, 1.2, 3.0, 0.08, 25.0, 0.9, 2.2, 0.03])
EQUAL_FREEDOM = np.full(8, 2.0)
MIXED_FREEDOM = np.array([1.0, 2.0, 3.0, 4.0, 2.0, 2.0, 5.0, 4.0])
# `var_prior`, `df_prior` and `var_post` of inmoose.limma.squeezeVar (inmoose 0.9.1), a port of limma's. They are stated
# here because inmoose has to be compiled and brings forty packages.
REFERENCE = [
    (
        EQUAL_FREEDOM,
        0.6245023360986252,
        1.4117016217066114,
        [0.551516858526, 0.961869273606, 2.017061198097, 0.305305409477,
         14.913851386329, 0.786003952857, 1.548087009434, 0.275994522686],
    ),
    (
        MIXED_FREEDOM,
        0.5384883684821468,
        1.2973290191479347,
        [0.521734839422, 0.939729268420, 2.256889464058, 0.192284938924,
         15.375655960474, 0.757763805916, 1.857707696602, 0.154530062971],
    ),
]  # fmt: skip


@pytest.mark.parametrize("value", [1e-8, 1e-3, 0.5, math.pi**2 / 6, 4.9, 300.0, 1e8])
def test_trigamma_is_inverted(value: float) -> None:
    assert float(polygamma(1, trigamma_inverse(value))) == pytest.approx(value, rel=1e-3 if value > 1e7 else 1e-6)


@pytest.mark.parametrize(("freedom", "prior_variance", "prior_freedom", "posterior"), REFERENCE)
def test_variances_are_moderated_as_by_limma(
    freedom: np.ndarray, prior_variance: float, prior_freedom: float, posterior: list[float]
) -> None:
    prior = fit_prior(VARIANCES, freedom, most_freedom=1000.0)
    moderated, total = moderate(VARIANCES, freedom, prior)
    assert prior.variance == pytest.approx(prior_variance, rel=1e-7)
    assert prior.freedom == pytest.approx(prior_freedom, rel=1e-7)
    assert moderated == pytest.approx(np.array(posterior), rel=1e-7)
    assert total == pytest.approx(prior_freedom + freedom)


def test_variances_that_differ_no_more_than_by_chance_are_pooled() -> None:
    variances, freedom = np.array([1.0, 1.3, 0.8, 1.1]), np.full(4, 4.0)
    prior = fit_prior(variances, freedom, most_freedom=12.0)
    moderated, total = moderate(variances, freedom, prior)
    assert math.isinf(prior.freedom)
    assert moderated == pytest.approx(np.full(4, 1.05))
    assert total == pytest.approx(np.full(4, 12.0))


def test_one_comparison_has_none_like_it() -> None:
    variances, freedom = np.array([2.0]), np.array([1.0])
    prior = fit_prior(variances, freedom, most_freedom=1.0)
    assert prior == NO_PRIOR or prior.freedom == 0
    assert [float(part[0]) for part in moderate(variances, freedom, prior)] == [2.0, 1.0]


def test_a_comparison_with_one_seed_teaches_and_learns_nothing() -> None:
    variances, freedom = np.append(VARIANCES, np.nan), np.append(EQUAL_FREEDOM, 0.0)
    prior = fit_prior(variances, freedom, 100.0)
    assert prior == fit_prior(VARIANCES, EQUAL_FREEDOM, 100.0)
    moderated, total = moderate(variances, freedom, prior)
    assert np.isnan([moderated[-1], total[-1]]).all()


def test_equal_seeds_do_not_rule_the_prior() -> None:
    assert lifted(np.array([0.0, 0.01, 2.0])).tolist() == [0.05, 0.05, 2.0]
