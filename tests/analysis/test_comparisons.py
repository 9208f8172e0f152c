import math
from collections.abc import Sequence
from dataclasses import replace
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
    answers = answers_of(runs, images)
    results = leaderboard(study, runs, answers)
    return results, compare(study, results, runs, answers)


def family(found: tuple[list[Result], Comparisons], kind: Kind) -> list[Comparison]:
    return [row for row in found[1].comparisons if row.kind == kind]


def standings_by_name(found: tuple[list[Result], Comparisons]) -> dict[str, Standing]:
    return {row.name: row for row in found[1].standings}


def test_the_first_is_compared_with_each_other_one_and_the_p_values_of_all_pairs_are_corrected_together() -> None:
    rows = family(compared(WORSE, BEST, CLOSE), "leaderboard")
    assert [row.first.name for row in rows] == ["a1 rrrr", "a1 rrrr"]
    assert [row.second.name for row in rows] == ["a2 rrrr", "a0 rrrr"]
    for row, other in zip(rows, (CLOSE, WORSE), strict=True):
        assert row.difference.mean == pytest.approx(np.mean(BEST) - np.mean(other))
        assert row.difference.low < row.difference.mean < row.difference.high
        assert row.p <= row.p_holm <= min(1, 3 * row.p)
    assert [row.verdict for row in rows] == ["undecided", "better"]


def test_a_single_pair_is_judged_by_its_seeds_and_its_images() -> None:
    """Worked out from the differences: no other pair of the study says anything of how much seeds vary."""
    runs = runs_table(("a0", "rrrr", [0.90, 0.93, 0.91]), ("a1", "rrrr", [0.88, 0.89, 0.91]))
    study, answers = study_of(experiment_of(runs)), answers_of(runs, images=2000, hardness=0.2)
    row, _ = compare(study, leaderboard(study, runs, answers), runs, answers).comparisons
    first, second = answers.correct[:3].astype(float), answers.correct[3:].astype(float)
    d, seeds, images = first - second, 3, 2000
    by_answer = d.var(axis=0, ddof=1).mean()
    by_seed = max(d.mean(axis=1).var(ddof=1), by_answer / images) / seeds
    by_image = max(0, d.mean(axis=0).var(ddof=1) - by_answer / seeds) / images + 1 / images**2
    variance = by_seed + by_image
    freedom = variance**2 / (by_seed**2 / (seeds - 1) + by_image**2 / (images - 1))
    assert row.p == pytest.approx(2 * stats.t.sf(d.mean() / math.sqrt(variance), freedom))
    half = stats.t.ppf(0.975, freedom) * math.sqrt(variance)
    assert (row.difference.low, row.difference.high) == pytest.approx((d.mean() - half, d.mean() + half))


def test_with_one_seed_it_is_a_test_over_images_and_no_verdict() -> None:
    runs = runs_table(("a0", "rrrr", [0.90]), ("a1", "rrrr", [0.85]))
    answers, study = answers_of(runs), study_of(experiment_of(runs))
    _, row = compare(study, leaderboard(study, runs, answers), runs, answers).comparisons
    difference = answers.correct[0].astype(float) - answers.correct[1]
    expected = stats.ttest_1samp(difference, 0)
    assert row.p == pytest.approx(expected.pvalue, rel=0.1)
    assert row.difference.low == pytest.approx(expected.confidence_interval().low, abs=1e-4)
    assert (row.kind, row.difference.n, row.verdict, row.seeds_needed) == ("grid", 1, "one_seed", None)


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
    assert row.verdict == "undecided"


def test_the_set_of_possible_best_and_the_ranks_hold_what_the_results_bear() -> None:
    found = standings_by_name(compared(WORST, BEST, WORSE, CLOSE, [None] * 5))
    assert {name: (row.possibly_best, row.best_rank, row.worst_rank) for name, row in found.items()} == {
        "a1 rrrr": (True, 1, 2),
        "a3 rrrr": (True, 1, 2),
        "a2 rrrr": (False, 3, 3),
        "a0 rrrr": (False, 4, 4),
        "a4 rrrr": (None, None, None),
    }
    assert {name: row.verdict for name, row in found.items()} == {
        "a1 rrrr": None, "a3 rrrr": "undecided", "a2 rrrr": "better", "a0 rrrr": "better", "a4 rrrr": "not_measured",
    }  # fmt: skip


def test_a_grid_has_a_set_and_ranks_of_its_own() -> None:
    runs = runs_table(("a0", "rrrr", WORSE), ("a1", "rrrr", BEST), ("a2", "rrrr", WORST), ("a3", "rrrr", [None] * 5))
    answers, grid = answers_of(runs), experiment_of(runs[runs["architecture"] != "a1"], name="without_the_best")
    study = study_of(grid, experiment_of(runs, "ladder"))
    found = compare(study, leaderboard(study, runs, answers), runs, answers).grid_standings
    assert [
        (row.experiment, row.row.architecture, row.possibly_best, row.best_rank, row.worst_rank) for row in found
    ] == [
        ("without_the_best", "a0", True, 1, 1),
        ("without_the_best", "a2", False, 2, 2),
    ]


def test_one_seed_rules_nothing_out() -> None:
    standings = compared([0.9], [0.5], [0.1])[1].standings
    assert {(row.possibly_best, row.best_rank, row.worst_rank) for row in standings} == {(True, 1, 3)}


def test_a_standing_says_how_far_the_best_is_ahead() -> None:
    results, found = compared(WORSE, BEST, [None] * 5, images=1000)
    assert [row.name for row in found.standings] == [result.name for result in results]
    best, behind, unmeasured = found.standings
    (comparison, _) = family((results, found), "leaderboard")
    assert (behind.behind, behind.p_holm) == (comparison.difference, comparison.p_holm)
    for row in (best, unmeasured):
        assert (row.behind.n, row.behind.has_interval) == (0, False)
        assert math.isnan(row.behind.mean) and math.isnan(row.p_holm)


def test_the_smallest_difference_is_given_for_the_seeds_at_hand_and_for_others() -> None:
    rows = smallest_of_leaderboard(compared(BEST, CLOSE, WORSE))
    assert {row.same_architecture for row in rows} == {False}
    assert [(row.present, row.seeds, row.comparisons) for row in rows] == [
        (True, 5, 3), (False, 3, 3), (False, 5, 3), (False, 10, 3),
    ]  # fmt: skip
    assert rows[0].difference == rows[2].difference
    found = [row.difference for row in rows[1:]]
    assert found == sorted(found, key=lambda difference: -(difference or math.inf))
    assert smallest_of_leaderboard(compared([0.9], [0.8])) == []


def test_two_recipes_of_one_architecture_have_a_smallest_difference_of_their_own() -> None:
    runs = runs_table(("small", "aaaa", BEST), ("small", "bbbb", CLOSE), ("large", "aaaa", WORSE))
    answers, study = answers_of(runs), study_of(experiment_of(runs))
    rows = compare(study, leaderboard(study, runs, answers), runs, answers).smallest_differences
    board = [row for row in rows if row.kind == "leaderboard" and row.present]
    assert [(row.same_architecture, row.comparisons) for row in board] == [(True, 3), (False, 3)]


def test_with_folds_no_more_seeds_are_advised_than_there_are_folds() -> None:
    runs = runs_table(("a0", "rrrr", BEST), ("a1", "rrrr", CLOSE), ("a2", "rrrr", WORSE))
    answers, study = answers_of(runs), replace(study_of(experiment_of(runs)), folds=5)
    found = compare(study, leaderboard(study, runs, answers), runs, answers)
    assert {row.seeds for row in found.smallest_differences} == {3, 5}
    assert all(row.seeds_needed is None or row.seeds_needed <= 5 for row in found.comparisons)


def test_a_study_that_detects_no_realistic_difference_says_so() -> None:
    rows = smallest_of_leaderboard(compared([0.5, 0.9], [0.9, 0.6]))
    assert (rows[0].present, rows[0].seeds, rows[0].difference) == (True, 2, None)


def test_how_many_seeds_are_needed_falls_with_the_difference() -> None:
    rows = family(compared(BEST, CLOSE, WORSE, WORST), "leaderboard")
    assert rows[0].seeds_needed is None, "chance explains it"
    assert rows[1].seeds_needed is not None and rows[2].seeds_needed is not None
    assert 2 <= rows[2].seeds_needed <= rows[1].seeds_needed <= 5


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
    answers = answers_of(runs, images=1000)
    found = compare(study, leaderboard(study, runs, answers), runs, answers)
    assert [row.kind for row in found.comparisons] == ["leaderboard", "grid"]
    assert [row.verdict for row in found.standings] == [None, "better"]


def test_the_same_results_give_the_same_tables() -> None:
    assert repr(compared(BEST, WORSE, images=1000)) == repr(compared(BEST, WORSE, images=1000))


def test_a_direction_needs_two_seeds_and_a_small_p_value() -> None:
    assert verdict_of(estimate([0.1, 0.11]), 0.049) == "better"
    assert verdict_of(estimate([-0.1, -0.11]), 0.049) == "worse"
    assert verdict_of(estimate([0.1, 0.11]), 0.05) == "undecided"
    assert verdict_of(estimate([0.1]), 0.001) == "one_seed"
    assert verdict_of(estimate([]), math.nan) == "not_measured"


def test_a_grid_without_a_finished_run_has_comparisons_that_were_not_measured() -> None:
    runs = runs_table(("a0", "rrrr", [None] * 2), ("a1", "rrrr", [None] * 2), ("a2", "rrrr", [0.9, 0.91]))
    failed, other = (
        experiment_of(runs[runs["architecture"].isin(names)], name=names[0]) for names in (["a0", "a1"], ["a2"])
    )
    study, answers = study_of(failed, other), answers_of(runs, images=500)
    found = compare(study, leaderboard(study, runs, answers), runs, answers)
    assert [row.verdict for row in found.comparisons if row.family == "a0"] == ["not_measured"]
    assert [row.experiment for row in found.grid_standings] == ["a2"]
