import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from cnnbench.analysis.inference.accuracy_interval import accuracy_intervals, wilson
from cnnbench.analysis.inference.best import possible_best
from cnnbench.analysis.inference.components import pair_weights
from cnnbench.analysis.inference.contrasts import Evidence, fit_priors, weigh
from cnnbench.analysis.inference.counts import AnswerCounts, count_answers
from cnnbench.analysis.inference.multiplicity import holm
from cnnbench.analysis.inference.pairs import compare_pairs
from cnnbench.analysis.inference.power import Spread, power_of_t_test, seeds_needed, smallest_difference, typical_spread
from cnnbench.analysis.inference.ranks import possible_ranks
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint


def study(accuracies: list[float], seeds: int = 3, images: int = 500, draw: int = 0) -> AnswerCounts:
    """Results whose answers agree on hard images and move a little with seeds."""
    random = np.random.default_rng(draw)
    ease = random.standard_normal(images)
    bounds = stats.norm.ppf(accuracies)[:, None] + 0.03 * random.standard_normal((len(accuracies), seeds))
    chance = random.standard_normal((len(accuracies), seeds, images))
    correct = math.sqrt(0.6) * ease + math.sqrt(0.4) * chance < bounds[..., None]
    return count_answers(list(correct), [range(seeds)] * len(accuracies))


def paired(counts: AnswerCounts, architectures: list[str], weights: np.ndarray) -> Evidence:
    return weigh(counts, weights, architectures, fit_priors(counts, architectures))


def test_the_variance_of_one_pair_is_that_of_two_crossed_random_effects() -> None:
    """MixedLM by restricted likelihood, which is analysis of variance where all components are positive."""
    random = np.random.default_rng(2)
    seeds, images = 8, 40
    strength = np.array([0.55, 0.1])[:, None, None] + 0.7 * random.standard_normal((2, seeds, 1))
    correct = strength + random.standard_normal((2, 1, images)) + random.standard_normal((2, seeds, images)) > 0
    counts = count_answers(list(correct), [range(seeds)] * 2)
    d = correct[0].astype(float) - correct[1]
    table = pd.DataFrame({"d": d.ravel(), "seed": np.repeat(range(seeds), images), "image": [*range(images)] * seeds})
    parts = {"seed": "0 + C(seed)", "image": "0 + C(image)"}
    fit = smf.mixedlm("d ~ 1", table.assign(all=1), groups="all", vc_formula=parts, re_formula="0").fit(reml=True)
    by_name = dict(zip(fit.model.exog_vc.names, fit.vcomp, strict=True))
    expected = by_name["seed"] / seeds + by_name["image"] / images + fit.scale / (seeds * images)
    found = paired(counts, ["a", "b"], pair_weights(2))
    assert min(by_name.values()) > 1e-3
    half_an_image_each = 1 / images**2
    assert found.variance[0] - half_an_image_each == pytest.approx(expected, rel=0.03)


def test_swapping_the_sides_turns_the_sign() -> None:
    counts, names = study([0.9, 0.8, 0.85]), ["a", "a", "b"]
    first, second = paired(counts, names, pair_weights(3)), paired(counts, names, -pair_weights(3))
    assert first.t == pytest.approx(-second.t)
    assert first.p == pytest.approx(second.p)
    assert first.interval()[0] == pytest.approx(-second.interval()[1])


def test_the_unit_of_the_weights_does_not_matter() -> None:
    counts, names = study([0.9, 0.8, 0.85, 0.8]), ["a", "a", "b", "b"]
    effect = np.array([[0.5, -0.5, 0.5, -0.5]])
    once, twice = paired(counts, names, effect), paired(counts, names, 2 * effect)
    assert once.t == pytest.approx(twice.t)
    assert once.freedom == pytest.approx(twice.freedom)


def test_the_interval_and_the_p_value_agree() -> None:
    found = paired(study([0.9, 0.86, 0.85]), ["a", "a", "b"], pair_weights(3))
    low, high = found.interval()
    assert ((low > 0) | (high < 0)).tolist() == (found.p < 0.05).tolist()


def test_two_equal_results_are_not_known_to_be_equal() -> None:
    same = np.ones((2, 50), dtype=bool)
    found = paired(count_answers([same, same], [[0, 1]] * 2), ["a", "a"], pair_weights(2))
    assert found.difference[0] == 0
    assert found.p[0] == 1
    assert found.deviation[0] > 0


@pytest.mark.filterwarnings("error")
def test_an_effect_of_a_grid_whose_runs_all_read_alike_is_undecided() -> None:
    same = np.ones((2, 50), dtype=bool)
    counts, names = count_answers([same] * 4, [[0, 1]] * 4), ["a", "a", "b", "b"]
    found = paired(counts, names, np.array([[0.5, -0.5, 0.5, -0.5], [1.0, -1.0, -1.0, 1.0]]))
    assert found.p.tolist() == [1, 1]
    assert (found.seed_freedom >= 1).all()


def test_an_effect_of_a_grid_is_known_by_the_pairs_it_is_made_of() -> None:
    """Two blocks: the mean of two independent differences varies half as much as each, with their seeds' freedom."""
    counts, names = study([0.9, 0.85, 0.9, 0.85], seeds=4), ["a", "a", "b", "b"]
    effect = paired(counts, names, np.array([[0.5, -0.5, 0.5, -0.5]]))
    assert effect.difference[0] == pytest.approx(counts.accuracies.mean(axis=1) @ [0.5, -0.5, 0.5, -0.5])
    assert 3 <= effect.seed_freedom[0] <= 6


def test_few_images_are_judged_about_as_by_the_sign_test() -> None:
    """Both seeds of the first result read eight images that the second misreads, and no other way round."""
    first = np.ones((2, 1000), dtype=bool)
    second = first.copy()
    second[:, :8] = False
    found = paired(count_answers([first, second], [[0, 1]] * 2), ["a", "b"], pair_weights(2))
    assert found.p[0] == pytest.approx(stats.binomtest(8, 8).pvalue, rel=0.1)


def test_one_seed_says_something_of_images_only() -> None:
    correct = np.random.default_rng(1).random((2, 1, 300)) < [[[0.9]], [[0.6]]]
    counts, names = count_answers(list(correct), [[0], [0]]), ["a", "b"]
    pairs = compare_pairs(counts, names, fit_priors(counts, names))
    assert pairs.evidence.seeds.tolist() == [1]
    assert pairs.evidence.p[0] < 1e-6
    assert np.isnan(pairs.p_holm[0, 1])
    assert not pairs.better().any()
    assert possible_best(pairs.chance).all()


def test_results_without_a_seed_may_be_anything() -> None:
    correct = [np.ones((2, 20), dtype=bool), np.zeros((0, 20), dtype=bool)]
    counts, names = count_answers(correct, [[0, 1], []]), ["a", "b"]
    pairs = compare_pairs(counts, names, fit_priors(counts, names))
    accuracies = accuracy_intervals(counts, names)
    assert np.isnan(accuracies.mean[1])
    assert np.isnan([accuracies.low[1], accuracies.high[1]]).all()
    assert possible_best(pairs.chance).tolist() == [True, True]


def test_the_set_has_the_top_and_ranks_fit_together() -> None:
    counts, names = study([0.95, 0.94, 0.9, 0.8, 0.6], images=2000), ["a", "a", "b", "b", "c"]
    pairs = compare_pairs(counts, names, fit_priors(counts, names))
    in_set, better = possible_best(pairs.chance), pairs.better()
    highest, lowest = possible_ranks(better)
    top = int(counts.accuracies.mean(axis=1).argmax())
    assert in_set[top] and highest[top] == 1 and not in_set[4]
    assert (highest <= lowest).all()
    assert not (better & better.T).any()
    places = np.argsort(np.argsort(-counts.accuracies.mean(axis=1))) + 1
    assert ((highest <= places) & (places <= lowest)).all()


def test_the_first_step_of_holm_is_the_level_of_the_ranks() -> None:
    """c = t(1 - 0.05 / (K (K - 1)))."""
    names = ["a", "a", "b"]
    counts = study([0.95, 0.93, 0.9], images=2000)
    pairs = compare_pairs(counts, names, fit_priors(counts, names))
    found = pairs.evidence
    least = stats.t.isf(0.05 / (3 * 2), found.freedom)
    claimed = pairs.p_holm[np.triu_indices(3, 1)] < 0.05
    assert (claimed >= (np.abs(found.t) > least)).all()


def test_a_rival_far_ahead_puts_a_result_out_and_one_far_behind_does_not_count() -> None:
    chance = np.full((3, 3), np.nan)
    chance[0, 1], chance[1, 0] = 0.03, 0.97  # 0.03 is below 0.045 only if the third is no rival of the second
    chance[0, 2], chance[2, 0] = 1e-6, 1 - 1e-6
    chance[1, 2], chance[2, 1] = 1e-6, 1 - 1e-6
    assert possible_best(chance).tolist() == [True, False, False]
    chance[1, 2], chance[2, 1] = 0.4, 0.6
    chance[0, 2], chance[2, 0] = 0.4, 0.6
    assert possible_best(chance).tolist() == [True, True, True]


def test_ranks_by_hand() -> None:
    better = np.array([[False, False, True], [False, False, True], [False, False, False]])
    highest, lowest = possible_ranks(better)
    assert (highest.tolist(), lowest.tolist()) == ([1, 1, 3], [2, 2, 3])


def test_holm_is_that_of_statsmodels_and_leaves_out_what_was_not_compared() -> None:
    p_values = [0.04, 0.001, math.nan, 0.03, 0.5]
    adjusted = holm(p_values)
    expected = multipletests([0.04, 0.001, 0.03, 0.5], method="holm")[1]
    assert adjusted[[0, 1, 3, 4]] == pytest.approx(expected)
    assert math.isnan(adjusted[2])


@pytest.mark.parametrize("right", [0, 1, 50, 99, 100])
def test_of_independent_answers_it_is_the_interval_of_wilson(right: int) -> None:
    p, padded = np.array([right / 100]), (right + 0.5) / 101
    variance = np.array([padded * (1 - padded) / 100])
    low, high = wilson(p, variance, np.array([1e9]), images=100, confidence=0.95)
    assert (low[0], high[0]) == pytest.approx(proportion_confint(right, 100, method="wilson"), abs=1e-6)


def test_no_error_at_all_counts_as_one_reading_of_the_images() -> None:
    correct = np.ones((3, 200), dtype=bool)
    found = accuracy_intervals(count_answers([correct], [[0, 1, 2]]), ["a"])
    assert found.high[0] == 1
    assert 0.96 < found.low[0] < proportion_confint(200, 200, method="wilson")[0] + 0.002


def test_the_smallest_difference_is_told_four_times_of_five() -> None:
    spread = Spread(seed_variance=4e-5, image_variance=1e-6, prior_freedom=8.0, seeds=3)
    smallest = smallest_difference(spread, 3, comparisons=2)
    assert smallest is not None
    random = np.random.default_rng(3)
    by_seeds, freedom = 4e-5 / 3, 10.0
    estimated = by_seeds * random.chisquare(freedom, 20_000) / freedom + 1e-6
    t = (smallest + math.sqrt(by_seeds + 1e-6) * random.standard_normal(20_000)) / np.sqrt(estimated)
    limit = stats.t.isf(0.05 / 4, estimated**2 * freedom / (estimated - 1e-6) ** 2)
    assert (t > limit).mean() == pytest.approx(0.8, abs=0.02)


def test_power_is_that_of_the_noncentral_t() -> None:
    assert power_of_t_test(3.0, 9.0, 0.05) == pytest.approx(stats.nct.sf(stats.t.isf(0.025, 9), 9, 3.0), abs=1e-3)


def test_more_seeds_tell_smaller_differences_down_to_what_images_allow() -> None:
    spread = Spread(seed_variance=1e-5, image_variance=1e-6, prior_freedom=4.0, seeds=3)
    found = [smallest_difference(spread, seeds, 10) or 1.0 for seeds in (2, 3, 5, 10, 100)]
    assert found == sorted(found, reverse=True)
    needed = seeds_needed(spread, 0.01, 10)
    assert needed is not None
    assert (smallest_difference(spread, needed, 10) or 1) <= 0.01 < (smallest_difference(spread, needed - 1, 10) or 1)
    assert seeds_needed(spread, 0.002, 10) is None


def test_what_no_realistic_study_tells_is_none() -> None:
    two_seeds_alone = Spread(seed_variance=1e-4, image_variance=1e-5, prior_freedom=0.0, seeds=2)
    assert smallest_difference(two_seeds_alone, 2, comparisons=59) is None
    assert smallest_difference(two_seeds_alone, 1, comparisons=1) is None
    assert smallest_difference(two_seeds_alone, 10, comparisons=1) is not None


def test_the_typical_comparison_is_had_from_those_with_two_seeds() -> None:
    counts, names = study([0.9, 0.8, 0.85]), ["a", "a", "b"]
    spread = typical_spread(paired(counts, names, pair_weights(3)))
    assert spread is not None and spread.seeds == 3 and spread.seed_variance > 0
    alone = study([0.9, 0.8], seeds=1)
    assert typical_spread(paired(alone, ["a", "b"], pair_weights(2))) is None
