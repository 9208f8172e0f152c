import math
from dataclasses import replace

import pytest
from analysis.made_up import answers_of, experiment_of, result_of, results_of_runs, runs_table, study_of
from cnnbench.analysis.experiment_results import results_of
from cnnbench.analysis.leaderboard import find_lead, find_saving, leaderboard
from cnnbench.analysis.tables.runs import finished_runs_of
from statsmodels.stats.proportion import proportion_confint

RUNS = runs_table(
    ("small", "aaaa", [0.80, 0.82, 0.84]),
    ("large", "aaaa", [0.90, None, 0.94]),
    ("large", "bbbb", [None, None, None]),
    ("small", "bbbb", [0.85, 0.85, 0.85]),
)


def test_results_are_ranked_by_mean_test_accuracy_and_failures_come_last() -> None:
    results = results_of_runs(RUNS)
    assert [result.name for result in results] == ["large aaaa", "small bbbb", "small aaaa", "large bbbb"]
    assert [result.accuracy.mean for result in results[:3]] == pytest.approx([0.92, 0.85, 0.82])


def test_the_interval_of_an_accuracy_holds_it_and_stays_between_0_and_1() -> None:
    results = results_of_runs(runs_table(("best", "aaaa", [0.999, 1.0]), ("worst", "aaaa", [0.0, 0.001])))
    for result in results:
        assert 0 <= result.accuracy.low <= result.accuracy.mean <= result.accuracy.high <= 1
        assert result.accuracy.high - result.accuracy.low < 0.1


def test_the_interval_is_for_other_images_too_and_with_one_seed_for_these_only() -> None:
    runs = runs_table(("small", "aaaa", [0.9]))
    (result,) = leaderboard(study_of(experiment_of(runs)), runs, answers_of(runs, images=500))
    low, high = proportion_confint(450, 500, method="wilson")
    assert (result.accuracy.low, result.accuracy.high) == pytest.approx((low, high), abs=5e-4)
    steady = runs_table(("small", "aaaa", [0.9] * 3), ("large", "aaaa", [0.95] * 3))
    *_, result = leaderboard(study_of(experiment_of(steady)), steady, answers_of(steady, images=500))
    assert result.accuracy.high - result.accuracy.low > 0.8 * (high - low), "equal seeds read the same few images"


def test_failed_seeds_are_counted_but_not_averaged() -> None:
    first, *_, last = results_of_runs(RUNS)
    assert (first.accuracy.n, first.seeds, first.test_images) == (2, 3, 10_000)
    assert (last.accuracy.n, last.done, last.test_images) == (0, False, 0)
    assert math.isnan(last.seconds)
    assert finished_runs_of(RUNS, "large", "aaaa") == ["large/aaaa/seed0", "large/aaaa/seed2"]


def test_a_combination_of_two_experiments_is_listed_once_under_the_first_name() -> None:
    ladder = experiment_of(RUNS[RUNS["architecture"] == "small"], "ladder", "steps")
    grid = experiment_of(RUNS, name="grid")
    found = {result.name: result.experiment for result in leaderboard(study_of(ladder, grid), RUNS, answers_of(RUNS))}
    assert found == {
        "Small · small aaaa": "steps",
        "Small · small bbbb": "steps",
        "large aaaa": "grid",
        "large bbbb": "grid",
    }


def test_an_experiment_finds_the_results_of_its_rows_in_their_order() -> None:
    results = results_of_runs(RUNS)
    rows = RUNS.iloc[::-1]
    assert [result.name for result in results_of(experiment_of(rows), results)] == [
        "small bbbb", "large bbbb", "large aaaa", "small aaaa",
    ]  # fmt: skip


def test_the_lead_is_the_difference_of_the_means() -> None:
    lead = find_lead([result_of("small", [0.80, 0.82]), result_of("large", [0.90, 0.92]), result_of("other", [0.1])])
    assert lead is not None and lead.second is not None
    assert (lead.best.architecture, lead.second.architecture) == ("large", "small")
    assert lead.difference == pytest.approx(0.1)


def test_without_a_finished_run_nothing_is_found() -> None:
    assert find_lead([result_of("small", [None, None])]) is None
    assert find_saving([result_of("small", [None, None])]) is None


def test_a_single_result_leads_nobody() -> None:
    lead = find_lead([result_of("small", [0.9, 0.91]), result_of("large", [None, None])])
    assert lead is not None
    assert (lead.best.architecture, lead.second, lead.difference) == ("small", None, 0.0)


def test_the_saving_compares_the_fewest_operations_with_the_best() -> None:
    saving = find_saving([result_of("small", [0.80, 0.82]), result_of("large", [0.90, 0.92])])
    assert saving is not None
    assert (saving.cheapest.architecture, saving.factor, saving.loss) == ("small", 50, pytest.approx(0.1))


def test_of_equally_cheap_results_the_best_is_the_saving() -> None:
    worse, better = result_of("small", [0.70, 0.72]), replace(result_of("small", [0.80, 0.82]), recipe_hash="bbbb")
    saving = find_saving([worse, better, result_of("large", [0.90, 0.92])])
    assert saving is not None
    assert saving.cheapest == better


def test_there_is_no_saving_if_the_best_is_the_cheapest() -> None:
    assert find_saving([result_of("small", [0.95, 0.96]), result_of("large", [0.90, 0.92])]) is None


def test_two_rows_of_one_recipe_are_not_compared_with_each_other() -> None:
    same = result_of("large", [0.90, 0.92])
    lead = find_lead([same, replace(same, name="large by another name"), result_of("small", [0.80, 0.82])])
    assert lead is not None and lead.second is not None
    assert lead.second.architecture == "small"
