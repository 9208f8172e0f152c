import pytest
from analysis.made_up import experiment_of, outcomes_of, runs_table, study_of
from cnnbench.analysis.comparisons import compare
from cnnbench.analysis.effects import StepEffect, step_effects
from cnnbench.analysis.evidence import comparisons_of


def effects(*accuracies: list[float | None]) -> list[StepEffect]:
    runs = runs_table(*[("small", f"step{position}", values) for position, values in enumerate(accuracies)])
    ladder = experiment_of(runs, "ladder")
    table = compare(study_of(ladder), runs, outcomes_of(runs)).comparisons
    return step_effects(ladder, runs, comparisons_of(table, ladder))


def test_each_step_is_compared_with_the_one_before() -> None:
    first, second = effects([0.1, 0.1], [0.3, 0.3], [0.2, 0.2])
    assert (first.before, first.comparison.difference.mean) == ("small step0", pytest.approx(0.2))
    assert (second.before, second.comparison.difference.mean) == ("small step1", pytest.approx(-0.1))


def test_the_seeds_of_an_effect_are_those_of_its_mean() -> None:
    (effect,) = effects([0.80, None, 0.81, 0.79], [0.82, 0.99, None, 0.83])
    assert effect.differences == pytest.approx([0.02, 0.04])
    assert (effect.comparison.difference.n, effect.comparison.difference.mean) == (2, pytest.approx(0.03))
