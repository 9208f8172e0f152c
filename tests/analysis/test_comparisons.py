import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from analysis.made_up import experiment_of, outcomes_of, runs_table, study_of
from cnnbench.analysis.comparisons import ComparisonTables, compare
from cnnbench.analysis.evidence import smallest_differences, standings
from cnnbench.analysis.intervals import estimate
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


def compared(*accuracies: Accuracies, kind: str = "grid", images: int = 10_000) -> ComparisonTables:
    """Compare architectures a0, a1, …, or the steps of a ladder."""
    ladder = [("small", f"r{place}", values) for place, values in enumerate(accuracies)]
    grid = [(f"a{place}", "rrrr", values) for place, values in enumerate(accuracies)]
    runs = runs_table(*(ladder if kind == "ladder" else grid))
    return compare(study_of(experiment_of(runs, kind)), runs, outcomes_of(runs, images))


def family(tables: ComparisonTables, kind: str) -> pd.DataFrame:
    return tables.comparisons[tables.comparisons["kind"] == kind].reset_index(drop=True)


def test_the_best_is_compared_with_each_other_one_and_the_p_values_are_corrected_together() -> None:
    rows = family(compared(WORSE, BEST, CLOSE), "leaderboard")
    assert list(rows["first"]) == ["a1 rrrr", "a1 rrrr"]
    assert list(rows["second"]) == ["a2 rrrr", "a0 rrrr"]
    for row, other in zip(rows.to_dict("records"), (CLOSE, WORSE), strict=True):
        test = stats.ttest_rel(BEST, other)
        interval = test.confidence_interval(0.95)
        assert row["p_seeds"] == pytest.approx(test.pvalue)
        assert (row["low"], row["high"]) == (pytest.approx(interval.low), pytest.approx(interval.high))
        assert row["difference"] == pytest.approx(np.mean(BEST) - np.mean(other))
        assert row["p"] == max(row["p_images"], row["p_seeds"])
    assert list(rows["p_holm"]) == pytest.approx(multipletests(rows["p"], method="holm")[1])
    assert list(rows["verdict"]) == ["undecided", "better"]


def test_with_one_seed_it_is_mcnemars_test_and_no_verdict() -> None:
    runs = runs_table(("a0", "rrrr", [0.90]), ("a1", "rrrr", [0.85]))
    outcomes = outcomes_of(runs)
    (row,) = family(compare(study_of(experiment_of(runs)), runs, outcomes), "grid").to_dict("records")
    first, second = outcomes.correct
    table = [[(first & second).sum(), (first & ~second).sum()], [(~first & second).sum(), (~first & ~second).sum()]]
    assert row["p_images"] == pytest.approx(mcnemar(table, exact=True).pvalue, abs=1e-10)
    assert (row["n"], row["verdict"]) == (1, "one seed")
    assert math.isnan(row["p_seeds"]) and math.isnan(row["high"]) and math.isnan(row["bootstrap_low"])


def test_a_ladder_compares_each_step_with_the_one_before() -> None:
    rows = family(compared(WORSE, BEST, WORST, [None] * 5, BEST, kind="ladder"), "ladder")
    assert list(rows["first"]) == [f"small r{step}" for step in (1, 2, 3, 4)]
    assert list(rows["second"]) == [f"small r{step}" for step in (0, 1, 2, 3)]
    assert list(rows["verdict"]) == ["better", "worse", "not measured", "not measured"]
    assert list(rows["p_holm"][:2]) == pytest.approx(multipletests(rows["p"][:2], method="holm")[1])


def test_only_seeds_that_both_sides_have_finished_are_paired() -> None:
    (row,) = family(compared([0.93, None, 0.94, 0.92], [0.90, 0.91, None, 0.88]), "grid").to_dict("records")
    assert (row["n"], row["difference"]) == (2, pytest.approx(0.035))


def test_a_difference_on_too_few_images_is_undecided_however_steady_over_seeds() -> None:
    first, second = [0.940, 0.950, 0.960, 0.950], [0.930, 0.939, 0.950, 0.941]
    assert stats.ttest_rel(first, second).pvalue < 0.001
    (row,) = family(compared(first, second, images=100), "grid").to_dict("records")
    assert row["p_images"] > 0.05
    assert row["verdict"] == "undecided"


def test_groups_start_with_the_best_of_those_that_are_left() -> None:
    results = compared(WORST, BEST, WORSE, CLOSE, [None] * 5).results
    by_name = results.set_index("name")["group"]
    assert by_name[["a1 rrrr", "a3 rrrr", "a2 rrrr", "a0 rrrr"]].tolist() == [1, 1, 2, 3]
    assert math.isnan(by_name["a4 rrrr"])
    apart = results.set_index("name")["told_apart"]
    assert apart.to_dict() == {"a1 rrrr": False, "a3 rrrr": False, "a2 rrrr": True, "a0 rrrr": True, "a4 rrrr": False}


def test_one_seed_is_one_group() -> None:
    assert set(compared([0.9], [0.5], [0.1]).results["group"]) == {1}


def test_a_result_says_what_seeds_and_images_leave_open() -> None:
    first, *_ = compared(BEST, WORSE).results.to_dict("records")
    assert (first["n"], first["seeds"], first["mean"]) == (5, 5, pytest.approx(np.mean(BEST)))
    half_width = stats.t.ppf(0.975, 4) * stats.sem(BEST)
    assert first["half_width"] == pytest.approx(half_width)
    assert min(BEST) <= first["bootstrap_low"] < first["mean"] < first["bootstrap_high"] <= max(BEST)
    assert first["test_low"] < first["mean"] < first["test_high"]


def test_the_smallest_difference_is_told_for_the_seeds_at_hand_and_for_others() -> None:
    rows = smallest_differences(compared(BEST, CLOSE, WORSE).smallest_differences)
    assert [(row.present, row.seeds, row.comparisons) for row in rows] == [
        (True, 5, 2), (False, 3, 2), (False, 5, 2), (False, 10, 2),
    ]  # fmt: skip
    assert rows[0].difference == rows[2].difference
    assert rows[1].difference > rows[2].difference > rows[3].difference > 0
    assert smallest_differences(compared([0.9], [0.8]).smallest_differences) == []


@pytest.mark.parametrize("accuracies", [([None], [None]), ([0.9, 0.91],), ([0.9],), ([None],)])
def test_studies_with_little_to_compare(accuracies: tuple[Accuracies, ...]) -> None:
    tables = compared(*accuracies)
    assert len(tables.results) == len(accuracies)
    assert set(tables.comparisons["verdict"]) <= {"not measured"}
    read = standings(tables.results, tables.comparisons).values()
    assert all(standing.comparison is None or standing.comparison.difference.n == 0 for standing in read)


def test_the_same_results_give_the_same_tables() -> None:
    first, second = compared(BEST, WORSE), compared(BEST, WORSE)
    for name in ("results", "comparisons", "smallest_differences"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))


def test_chance_alone_is_seldom_called_a_difference() -> None:
    """Of studies in which all are equal, at most one in twenty may claim something (few studies: with some room)."""
    random, claims = np.random.default_rng(8), 0
    for _ in range(40):
        tables = compared(*(0.9 + 0.004 * random.normal(size=(4, 3))).tolist(), images=300)
        claims += bool((tables.comparisons["verdict"] == "better").any())
    assert claims <= stats.binom.ppf(0.999, 40, 0.05)


def test_a_direction_needs_two_seeds_and_a_small_p_value() -> None:
    assert verdict_of(estimate([0.1, 0.11]), 0.049) == "better"
    assert verdict_of(estimate([-0.1, -0.11]), 0.049) == "worse"
    assert verdict_of(estimate([0.1, 0.11]), 0.05) == "undecided"
    assert verdict_of(estimate([0.1]), 0.001) == "one seed"
    assert verdict_of(estimate([]), math.nan) == "not measured"
