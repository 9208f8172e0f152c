"""What is misread, on answers small enough to count by hand and against other people's libraries."""

import math
from collections import Counter
from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
from analysis.made_up import experiment_of, results_of_runs, runs_table, study_of
from cnnbench.analysis.answers import Answers
from cnnbench.analysis.errors.agreement import agreement
from cnnbench.analysis.errors.analyse import ErrorTables, analyse_errors
from cnnbench.analysis.errors.combinations import FinishedCombination
from cnnbench.analysis.errors.images import confident_mistakes, hardest_images
from cnnbench.analysis.errors.pairs import confusion_counts
from cnnbench.analysis.errors.votes import ExactTest, exact_test, majority, vote_verdict
from cnnbench.analysis.tables.errors import ClassAccuracy, ErrorCounts
from scipy import stats
from sklearn.metrics import accuracy_score, confusion_matrix, jaccard_score
from statsmodels.stats.contingency_tables import mcnemar

CLASSES = ["a", "b", "c"]
# Image 1 is misread by all; image 3 by one seed of the small network; image 5 by all but one seed of the large one.
ANSWERS = {
    "small/aaaa/seed0": ([0, 1, 1, 0, 2, 0], [0.9, 0.8, 0.7, 0.6, 0.9, 0.95]),
    "small/aaaa/seed1": ([0, 1, 1, 1, 2, 1], [0.9, 0.6, 0.7, 0.65, 0.9, 0.5]),
    "large/aaaa/seed0": ([0, 1, 1, 1, 2, 0], [0.9, 0.8, 0.9, 0.9, 0.9, 0.99]),
    "large/aaaa/seed1": ([0, 1, 1, 1, 2, 2], [0.9, 0.6, 0.9, 0.9, 0.9, 0.9]),
}
LABELS = [0, 0, 1, 1, 2, 2]
RUNS = runs_table(("small", "aaaa", [3 / 6, 4 / 6]), ("large", "aaaa", [4 / 6, 5 / 6]), ("other", "aaaa", [None, None]))


def _answers(answers: dict[str, tuple[list[int], list[float]]], labels: list[int]) -> Answers:
    predicted = np.array([read for read, _ in answers.values()], np.int16).reshape(len(answers), len(labels))
    confidence = np.array([sure for _, sure in answers.values()], np.float32).reshape(predicted.shape)
    return Answers(list(answers), np.array(labels, np.int16), predicted, confidence)


def _analyse(runs: pd.DataFrame, answers: Answers, classes: list[str] = CLASSES) -> ErrorTables:
    return analyse_errors(study_of(experiment_of(runs)), results_of_runs(runs), runs, answers, classes)


def _class(tables: ErrorTables, name: str) -> ClassAccuracy:
    (row,) = [row for row in tables.class_accuracy if row.class_ == name]
    return row


def _random(networks: int, images: int, classes: int) -> Answers:
    random = np.random.default_rng(5)
    labels = random.integers(classes, size=images).astype(np.int16)
    wrong = random.random((networks, images)) < 0.4
    predicted = np.where(wrong, random.integers(classes, size=wrong.shape), labels).astype(np.int16)
    return Answers([f"r{n}" for n in range(networks)], labels, predicted, random.random(wrong.shape).astype(np.float32))


@pytest.fixture(scope="module")
def tables() -> ErrorTables:
    return _analyse(RUNS, _answers(ANSWERS, LABELS))


def test_pairs_are_counted_both_ways_for_the_leading_networks_and_for_all(tables: ErrorTables) -> None:
    assert [astuple(row) for row in tables.confused_pairs] == [
        ("leading", "a", "b", 2 / 8, 2, 2 / 4, 0, 0.0),
        ("leading", "a", "c", 1 / 8, 0, 0.0, 1, 1 / 4),
        ("all", "a", "b", 5 / 16, 4, 4 / 8, 1, 1 / 8),
        ("all", "a", "c", 2 / 16, 0, 0.0, 2, 2 / 8),
        ("all", "b", "c", 1 / 16, 0, 0.0, 1, 1 / 8),
    ]


def test_the_counts_are_those_of_scikit_learn() -> None:
    answers = _random(networks=3, images=200, classes=5)
    expected = sum(confusion_matrix(answers.labels, answers.predicted[row], labels=range(5)) for row in (0, 2))
    assert confusion_counts(answers, np.array([0, 2]), 5).tolist() == np.asarray(expected).tolist()


def test_classes_have_the_leaders_accuracy_and_the_range_of_all(tables: ErrorTables) -> None:
    shown = [(row.class_, row.support, row.accuracy, row.mean, row.best, row.worst) for row in tables.class_accuracy]
    assert shown == [
        ("a", 2, 0.5, 0.5, 0.5, 0.5),
        ("b", 2, 1.0, 0.875, 1.0, 0.75),
        ("c", 2, 0.75, 0.625, 0.75, 0.5),
    ]
    assert (_class(tables, "b").best_name, _class(tables, "b").worst_name) == ("large aaaa", "small aaaa")
    assert {row.combinations for row in tables.class_accuracy} == {2}


def test_the_interval_of_a_class_is_wilsons_over_its_images_and_not_over_its_seeds(tables: ErrorTables) -> None:
    row = _class(tables, "a")  # 2 of 4 readings, but 1 of 2 images
    expected = stats.binomtest(1, 2).proportion_ci(0.95, method="wilson")
    assert (row.low, row.high) == pytest.approx((expected.low, expected.high))


def test_a_class_without_test_images_has_no_accuracy() -> None:
    tables = _analyse(RUNS, _answers(ANSWERS, LABELS), [*CLASSES, "d"])
    row = _class(tables, "d")
    assert (row.support, row.best_name, row.worst_name) == (0, "", "")
    assert math.isnan(row.accuracy) and math.isnan(row.low) and math.isnan(row.best)
    assert "d" not in {name for pair in tables.confused_pairs for name in (pair.first, pair.second)}


def test_the_surest_mistakes_come_first(tables: ErrorTables) -> None:
    first, second = tables.mistakes
    assert (first.image, first.true, first.predicted) == (5, "c", "a")
    assert (second.image, second.true, second.predicted) == (1, "a", "b")
    assert (first.confidence, second.confidence) == pytest.approx((0.99, 0.7))
    assert (first.wrong_seeds, first.seeds, first.wrong_networks, first.networks) == (1, 2, 3, 4)
    assert (second.wrong_seeds, second.seeds, second.wrong_networks, second.networks) == (2, 2, 4, 4)


def test_an_image_with_two_wrong_answers_stands_once_with_the_surer_one() -> None:
    answers = {"x/aaaa/seed0": ([1, 1], [0.6, 0.9]), "x/aaaa/seed1": ([2, 0], [0.8, 0.9])}
    combinations = [FinishedCombination(1, "x", np.array([0, 1]))]
    mistake, other = confident_mistakes(_answers(answers, [0, 0]), combinations, CLASSES)
    assert (mistake.image, mistake.predicted, mistake.wrong_seeds) == (1, "b", 1)
    assert (other.image, other.predicted, other.wrong_seeds) == (0, "c", 2)
    assert other.confidence == pytest.approx(0.8)


def test_images_that_all_miss_come_by_how_many_agree_and_no_more_than_asked() -> None:
    given = {
        "p": ([1, 1, 1, 0], [0.5, 0.5, 0.9, 0.9]),
        "q": ([2, 1, 1, 1], [0.9, 0.5, 0.9, 0.9]),
        "r": ([1, 1, 1, 1], [0.6, 0.5, 0.9, 0.9]),
    }
    answers = _answers(given, [0, 0, 0, 0])
    shown = hardest_images(answers, CLASSES)
    assert [row.image for row in shown] == [2, 1, 0]
    assert [row.answers for row in shown] == ['{"b": 3}', '{"b": 3}', '{"b": 2, "c": 1}']
    assert [row.agreeing for row in shown] == [3, 3, 2]
    assert hardest_images(answers, CLASSES, at_most=1) == shown[:1]


def test_the_counts_say_how_many_images_are_missed(tables: ErrorTables) -> None:
    assert tables.error_counts == [
        ErrorCounts(6, 4, 4, seeds=2, missed_by_any_seed=2, missed_by_every_seed=1, missed_by_all=1)
    ]


def test_agreement_compares_first_seeds_and_each_combination_with_itself(tables: ErrorTables) -> None:
    assert [astuple(row) for row in tables.agreement] == [
        (1, "large aaaa", 1, "large aaaa", 1, 5 / 6, 1 / 2),
        (1, "large aaaa", 2, "small aaaa", 1, 5 / 6, 2 / 3),
        (2, "small aaaa", 2, "small aaaa", 1, 4 / 6, 2 / 3),
    ]


def test_agreement_and_overlap_are_those_of_scikit_learn() -> None:
    answers = _random(networks=2, images=300, classes=4)
    combinations = [FinishedCombination(rank, name, np.array([rank - 1])) for rank, name in ((1, "x"), (2, "y"))]
    (row,) = agreement(answers, combinations)
    assert row.same == pytest.approx(accuracy_score(*answers.predicted))
    assert row.overlap == pytest.approx(jaccard_score(*~answers.correct))


def test_votes_stand_beside_the_best_that_votes(tables: ErrorTables) -> None:
    shown = [
        (row.vote, row.name, row.networks, row.accuracy, row.best_name, row.best_seed, row.best_accuracy)
        for row in tables.votes
    ]
    assert shown == [
        ("all", "", 4, 4 / 6, "large aaaa", 1, 5 / 6),
        ("experiment", "experiment", 2, 4 / 6, "large aaaa", 0, 4 / 6),
        ("seeds", "large aaaa", 2, 4 / 6, "large aaaa", 1, 5 / 6),
        ("seeds", "small aaaa", 2, 4 / 6, "small aaaa", 1, 4 / 6),
    ]
    assert [(row.vote_only, row.best_only) for row in tables.votes] == [(0, 1), (0, 0), (0, 1), (0, 0)]
    assert [row.p_value for row in tables.votes] == pytest.approx([1.0] * 4)
    assert {row.verdict for row in tables.votes} == {"undecided"}


def test_a_vote_is_better_or_worse_only_if_the_exact_test_says_so() -> None:
    assert vote_verdict(ExactTest(12, 1, 0.003), 0.01) == "better"
    assert vote_verdict(ExactTest(1, 12, 0.003), 0.01) == "worse"
    assert vote_verdict(ExactTest(12, 1, 0.003), 0.05) == "undecided"


def test_the_majority_wins_and_of_equals_the_surest() -> None:
    answers = _random(networks=5, images=400, classes=4)
    voted = majority(answers.predicted, answers.confidence, 4)
    for image, answer in enumerate(voted):
        voices, sure = Counter(answers.predicted[:, image].tolist()), Counter[int]()
        for read, confidence in zip(answers.predicted[:, image].tolist(), answers.confidence[:, image], strict=True):
            sure[read] += confidence
        assert answer == max(voices, key=lambda read: (voices[read], sure[read]))
    assert majority(np.array([[0], [1]], np.int16), np.array([[0.6], [0.7]], np.float32), 2).tolist() == [1]


def test_the_exact_test_is_mcnemars() -> None:
    answers = _random(networks=2, images=120, classes=3)
    first, second = answers.correct
    table = [[int((a & b).sum()) for b in (second, ~second)] for a in (first, ~first)]
    tested = exact_test(first, second)
    assert (tested.first_only, tested.second_only) == (table[0][1], table[1][0])
    assert tested.p_value == pytest.approx(mcnemar(table, exact=True).pvalue)


def test_many_votes_are_held_to_a_stricter_measure() -> None:
    """Holm's method by hand: the smallest of m p-values times m, the next times m - 1, none below the one before."""
    random = np.random.default_rng(1)
    labels = [0] * 300
    given = {
        f"net{n}/aaaa/seed{seed}": (list((random.random(300) < 0.35).astype(int)), list(random.random(300)))
        for n in range(3)
        for seed in range(3)
    }
    answers = _answers(given, labels)
    accuracies = answers.correct.mean(axis=1).reshape(3, 3)
    runs = runs_table(*((f"net{n}", "aaaa", list(row)) for n, row in enumerate(accuracies)))
    votes = _analyse(runs, answers).votes
    raw = sorted(vote.p_value for vote in votes)
    expected = np.minimum(np.maximum.accumulate([p * (len(raw) - place) for place, p in enumerate(raw)]), 1)
    assert raw[0] < 0.05
    assert sorted(vote.p_adjusted for vote in votes) == pytest.approx(expected.tolist())


def test_networks_that_vote_twice_in_the_same_company_are_listed_once() -> None:
    runs = runs_table(("small", "aaaa", [3 / 6, 4 / 6]))
    answers = {run: ANSWERS[run] for run in runs["run"]}
    assert [row.vote for row in _analyse(runs, _answers(answers, LABELS)).votes] == ["all"]


def test_a_single_network_has_mistakes_but_none_to_compare_with() -> None:
    runs = runs_table(("small", "aaaa", [3 / 6, None]))
    tables = _analyse(runs, _answers({"small/aaaa/seed0": ANSWERS["small/aaaa/seed0"]}, LABELS))
    assert [row.image for row in tables.mistakes] == [5, 1, 3]
    assert tables.hardest_images == []
    assert tables.agreement == []
    assert tables.votes == []
    assert tables.error_counts[0].missed_by_all == 0


def test_without_a_finished_run_there_are_empty_tables() -> None:
    runs = runs_table(("small", "aaaa", [None, None]))
    tables = vars(_analyse(runs, _answers({}, [])))
    assert tables.pop("error_counts") == [ErrorCounts(0, 0, 0, 0, 0, 0, 0)]
    assert all(rows == [] for rows in tables.values())
