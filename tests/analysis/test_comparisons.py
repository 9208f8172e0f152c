import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pytest
from analysis.made_up import answers_of, experiment_of, runs_table, study_of
from cnnbench.analysis.comparisons import Comparisons, compare
from cnnbench.analysis.intervals import estimate
from cnnbench.analysis.leaderboard import leaderboard
from cnnbench.analysis.tables.comparisons import Comparison, Kind, Result, SmallestDifference, Standing
from cnnbench.analysis.verdicts import verdict_of
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

BEST, CLOSE, WORSE, WORST = (
    [0.920, 0.922, 0.921, 0.923, 0.922],
    [0.9195, 0.9225, 0.9205, 0.9235, 0.9205],
    [0.880, 0.882, 0.881, 0.8832, 0.8801],
    [0.780, 0.782, 0.7815, 0.783, 0.7801],
)
Accuracies = Sequence[float | None]


def compared(
    *accuracies: Accuracies, kind: Literal["grid", "ladder"] = "grid", images: int = 10_000
) -> tuple[list[Result], Comparisons]:
    """Compare architectures a0, a1, …, or the steps of a ladder."""
    ladder = [("small", f"r{place}", values) for place, values in enumerate(accuracies)]
    grid = [(f"a{place}", "rrrr", values) for place, values in enumerate(accuracies)]
    runs = runs_table(*(ladder if kind == "ladder" else grid))
    study = study_of(experiment_of(runs, kind))
    results = leaderboard(study, runs)
    return results, compare(study, results, runs, answers_of(runs, images))


def family(found: tuple[list[Result], Comparisons], kind: Kind) -> list[Comparison]:
    return [row for row in found[1].comparisons if row.kind == kind]


def standings_by_name(found: tuple[list[Result], Comparisons]) -> dict[str, Standing]:
    return {row.name: row for row in found[1].standings}


def test_the_best_is_compared_with_each_other_one_and_the_p_values_are_corrected_together() -> None:
    rows = family(compared(WORSE, BEST, CLOSE), "leaderboard")
    assert [row.first.name for row in rows] == ["a1 rrrr", "a1 rrrr"]
    assert [row.second.name for row in rows] == ["a2 rrrr", "a0 rrrr"]
    for row, other in zip(rows, (CLOSE, WORSE), strict=True):
        test = stats.ttest_rel(BEST, other)
        interval = test.confidence_interval(0.95)
        assert row.p_seeds == pytest.approx(test.pvalue)
        assert (row.difference.low, row.difference.high) == pytest.approx((interval.low, interval.high))
        assert row.difference.mean == pytest.approx(np.mean(BEST) - np.mean(other))
        assert row.p == max(row.p_images, row.p_seeds)
    assert [row.p_holm for row in rows] == pytest.approx(multipletests([row.p for row in rows], method="holm")[1])
    assert [row.verdict for row in rows] == ["undecided", "better"]


def test_with_one_seed_it_is_mcnemars_test_and_no_verdict() -> None:
    runs = runs_table(("a0", "rrrr", [0.90]), ("a1", "rrrr", [0.85]))
    answers, study = answers_of(runs), study_of(experiment_of(runs))
    _, row = compare(study, leaderboard(study, runs), runs, answers).comparisons
    first, second = answers.correct
    table = [[(first & second).sum(), (first & ~second).sum()], [(~first & second).sum(), (~first & ~second).sum()]]
    assert row.p_images == pytest.approx(mcnemar(table, exact=True).pvalue, abs=1e-10)
    assert (row.kind, row.difference.n, row.verdict) == ("grid", 1, "one_seed")
    assert math.isnan(row.p_seeds) and row.difference.half_width is None and math.isnan(row.bootstrap.low)


@pytest.mark.parametrize(("other", "differ"), [([0.5], True), ([0.9], False), ([0.9, 0.5], None)])
def test_whether_two_networks_differ_is_said_with_one_seed_only(other: list[float], differ: bool | None) -> None:
    rows = family(compared([0.9, 0.9][: len(other)], other), "grid")
    assert [row.networks_differ for row in rows] == [differ]


def test_a_ladder_compares_each_step_with_the_one_before() -> None:
    rows = family(compared(WORSE, BEST, WORST, [None] * 5, BEST, kind="ladder"), "ladder")
    assert [row.first.name for row in rows] == [f"small r{step}" for step in (1, 2, 3, 4)]
    assert [row.second.name for row in rows] == [f"small r{step}" for step in (0, 1, 2, 3)]
    assert [row.verdict for row in rows] == ["better", "worse", "not_measured", "not_measured"]
    p = [row.p for row in rows[:2]]
    assert [row.p_holm for row in rows[:2]] == pytest.approx(multipletests(p, method="holm")[1])


def test_a_step_of_a_ladder_is_named_as_on_the_leaderboard_there_and_by_its_label_in_the_ladder() -> None:
    found = compared(WORSE, BEST, kind="ladder", images=1000)
    (on_board,), (in_ladder,) = family(found, "leaderboard"), family(found, "ladder")
    assert (on_board.first.name, in_ladder.first.name) == ("Small · small r1", "small r1")
    assert (on_board.family, in_ladder.family) == ("leaderboard", "experiment")
    assert (in_ladder.first.architecture, in_ladder.first.recipe_hash) == ("small", "r1")


def test_the_seeds_of_a_step_are_those_that_it_shares_with_the_one_before() -> None:
    found = compared([0.80, None, 0.81, 0.79], [0.82, 0.99, None, 0.83], kind="ladder", images=1000)
    seeds = found[1].seed_differences
    assert [(row.experiment, row.step, row.seed) for row in seeds] == [
        ("experiment", "small r1", 0),
        ("experiment", "small r1", 3),
    ]
    assert [row.difference for row in seeds] == pytest.approx([0.02, 0.04])
    (step,) = family(found, "ladder")
    assert (step.difference.n, step.difference.mean) == (2, pytest.approx(0.03))
    assert compared(WORSE, BEST, images=1000)[1].seed_differences == [], "a grid has no steps"


def test_only_seeds_that_both_sides_have_finished_are_paired() -> None:
    (row,) = family(compared([0.93, None, 0.94, 0.92], [0.90, 0.91, None, 0.88]), "grid")
    assert (row.difference.n, row.difference.mean) == (2, pytest.approx(0.035))


def test_a_difference_on_too_few_images_is_undecided_however_steady_over_seeds() -> None:
    first, second = [0.940, 0.950, 0.960, 0.950], [0.930, 0.939, 0.950, 0.941]
    assert stats.ttest_rel(first, second).pvalue < 0.001
    (row,) = family(compared(first, second, images=100), "grid")
    assert row.p_images > 0.05
    assert row.verdict == "undecided"


def test_groups_start_with_the_best_of_those_that_are_left() -> None:
    found = standings_by_name(compared(WORST, BEST, WORSE, CLOSE, [None] * 5))
    assert {name: row.group for name, row in found.items()} == {
        "a1 rrrr": 1, "a3 rrrr": 1, "a2 rrrr": 2, "a0 rrrr": 3, "a4 rrrr": None,
    }  # fmt: skip
    assert {name: row.verdict for name, row in found.items()} == {
        "a1 rrrr": None, "a3 rrrr": "undecided", "a2 rrrr": "better", "a0 rrrr": "better", "a4 rrrr": "not_measured",
    }  # fmt: skip


def test_one_seed_is_one_group() -> None:
    assert {row.group for row in compared([0.9], [0.5], [0.1])[1].standings} == {1}


def test_a_result_says_what_seeds_and_images_leave_open() -> None:
    (result, _), found = compared(BEST, WORSE)
    first, _ = found.standings
    assert (result.accuracy.n, result.seeds, result.accuracy.mean) == (5, 5, pytest.approx(np.mean(BEST)))
    assert result.accuracy.half_width == pytest.approx(stats.t.ppf(0.975, 4) * stats.sem(BEST))
    assert min(BEST) <= first.bootstrap.low < result.accuracy.mean < first.bootstrap.high <= max(BEST)
    assert first.test_part.low < result.accuracy.mean < first.test_part.high


def test_a_standing_says_how_far_the_best_is_ahead() -> None:
    results, found = compared(WORSE, BEST, [None] * 5, images=1000)
    assert [row.name for row in found.standings] == [result.name for result in results]
    best, behind, unmeasured = found.standings
    (comparison, _) = family((results, found), "leaderboard")
    assert (behind.behind, behind.p_holm) == (comparison.difference, comparison.p_holm)
    for row in (best, unmeasured):
        assert (row.behind.n, row.behind.half_width) == (0, None)
        assert math.isnan(row.behind.mean) and math.isnan(row.p_holm)


def test_the_smallest_difference_is_told_for_the_seeds_at_hand_and_for_others() -> None:
    rows = smallest_of_leaderboard(compared(BEST, CLOSE, WORSE))
    assert [(row.present, row.seeds, row.comparisons) for row in rows] == [
        (True, 5, 2), (False, 3, 2), (False, 5, 2), (False, 10, 2),
    ]  # fmt: skip
    assert rows[0].difference == rows[2].difference
    assert rows[1].difference > rows[2].difference > rows[3].difference > 0
    assert smallest_of_leaderboard(compared([0.9], [0.8])) == []


def smallest_of_leaderboard(found: tuple[list[Result], Comparisons]) -> list[SmallestDifference]:
    return [row for row in found[1].smallest_differences if row.kind == "leaderboard"]


@pytest.mark.parametrize("accuracies", [([None], [None]), ([0.9, 0.91],), ([0.9],), ([None],)])
def test_studies_with_little_to_compare(accuracies: tuple[Accuracies, ...]) -> None:
    _, found = compared(*accuracies)
    assert len(found.standings) == len(accuracies)
    assert {row.verdict for row in found.comparisons} <= {"not_measured"}
    assert all(row.behind.n == 0 for row in found.standings)


def test_an_experiment_called_leaderboard_is_not_taken_for_it() -> None:
    runs = runs_table(("a0", "rrrr", WORSE), ("a1", "rrrr", BEST))
    study = study_of(experiment_of(runs, name="leaderboard"))
    found = compare(study, leaderboard(study, runs), runs, answers_of(runs, images=1000))
    assert [row.kind for row in found.comparisons] == ["leaderboard", "grid"]
    assert [row.verdict for row in found.standings] == [None, "better"]


def test_the_same_results_give_the_same_tables() -> None:
    assert repr(compared(BEST, WORSE, images=1000)) == repr(compared(BEST, WORSE, images=1000))


def test_chance_alone_is_seldom_called_a_difference() -> None:
    """Of studies in which all are equal, at most one in twenty may claim something (few studies: with some room)."""
    random, claims = np.random.default_rng(8), 0
    for _ in range(40):
        _, found = compared(*(0.9 + 0.004 * random.normal(size=(4, 3))).tolist(), images=300)
        claims += any(row.verdict == "better" for row in found.comparisons)
    assert claims <= stats.binom.ppf(0.999, 40, 0.05)


def test_a_direction_needs_two_seeds_and_a_small_p_value() -> None:
    assert verdict_of(estimate([0.1, 0.11]), 0.049) == "better"
    assert verdict_of(estimate([-0.1, -0.11]), 0.049) == "worse"
    assert verdict_of(estimate([0.1, 0.11]), 0.05) == "undecided"
    assert verdict_of(estimate([0.1]), 0.001) == "one_seed"
    assert verdict_of(estimate([]), math.nan) == "not_measured"
