import pytest
from analysis.made_up import experiment_of, runs_table
from cnnbench.analysis.leaderboard import leaderboard, runs_of
from cnnbench.analysis.resolved import ResolvedStudy

RUNS = runs_table(
    ("small", "aaaa", [0.80, 0.82, 0.84]),
    ("large", "aaaa", [0.90, None, 0.94]),
    ("large", "bbbb", [None, None, None]),
    ("small", "bbbb", [0.85, 0.85, 0.85]),
)


def study(*experiments: object) -> ResolvedStudy:
    return ResolvedStudy({"title": "A study"}, "data", [], list(experiments))  # type: ignore[arg-type]


def test_results_are_ranked_by_mean_test_accuracy_and_failures_come_last() -> None:
    board = leaderboard(study(experiment_of(RUNS)), RUNS)
    assert [entry.name for entry in board] == ["large aaaa", "small bbbb", "small aaaa", "large bbbb"]
    assert [entry.result.accuracy.mean for entry in board[:3]] == pytest.approx([0.92, 0.85, 0.82])


def test_failed_seeds_are_counted_but_not_averaged() -> None:
    first, *_, last = leaderboard(study(experiment_of(RUNS)), RUNS)
    assert (first.result.accuracy.n, first.result.seeds) == (2, 3)
    assert (last.result.accuracy.n, last.done) == (0, False)
    assert runs_of(first, RUNS) == ["large/aaaa/seed0", "large/aaaa/seed2"]


def test_a_combination_of_two_experiments_stands_once_under_the_first_name() -> None:
    ladder = experiment_of(RUNS[RUNS["architecture"] == "small"], "ladder", "steps")
    board = leaderboard(study(ladder, experiment_of(RUNS)), RUNS)
    assert sorted(entry.name for entry in board) == [
        "Small · small aaaa",
        "Small · small bbbb",
        "large aaaa",
        "large bbbb",
    ]
