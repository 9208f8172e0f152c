import pytest
from analysis.made_up import experiment_of, runs_table
from cnnbench.analysis.effects import step_effects
from scipy.stats import ttest_rel

BEFORE, AFTER = [0.80, 0.83, 0.81, 0.84], [0.82, 0.84, 0.82, 0.88]


def effects(*accuracies: list[float | None]) -> list:
    runs = runs_table(*[("small", f"step{position}", values) for position, values in enumerate(accuracies)])
    return step_effects(experiment_of(runs, "ladder"), runs)


def test_an_effect_is_the_paired_difference_with_the_interval_of_the_paired_t_test() -> None:
    (effect,) = effects(BEFORE, AFTER)
    expected = ttest_rel(AFTER, BEFORE).confidence_interval(0.95)
    assert effect.difference.mean == pytest.approx(0.02)
    assert (effect.difference.low, effect.difference.high) == (
        pytest.approx(expected.low),
        pytest.approx(expected.high),
    )


def test_only_seeds_that_both_steps_have_finished_are_paired() -> None:
    (effect,) = effects([0.80, None, 0.81], [0.82, 0.99, None])
    assert effect.differences == [pytest.approx(0.02)]
    assert effect.verdict == "one seed"


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        ([0.900, 0.931, 0.909, 0.941], "helped"),
        ([0.700, 0.731, 0.709, 0.741], "hurt"),
        ([0.79, 0.84, 0.80, 0.85], "undecided"),
        ([None, None, None, None], "not measured"),
    ],
)
def test_a_direction_is_claimed_only_if_the_interval_leaves_zero_out(after: list[float | None], verdict: str) -> None:
    assert effects(BEFORE, after)[0].verdict == verdict


def test_each_step_is_compared_with_the_one_before() -> None:
    first, second = effects([0.1, 0.1], [0.3, 0.3], [0.2, 0.2])
    assert (first.before, first.difference.mean) == ("small step0", pytest.approx(0.2))
    assert (second.before, second.difference.mean) == ("small step1", pytest.approx(-0.1))
