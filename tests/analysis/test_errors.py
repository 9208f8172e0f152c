"""What is misread, on answers small enough to count by hand and against other people's libraries."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from analysis.made_up import experiment_of, runs_table
from cnnbench.analysis.errors.agreement import agreement
from cnnbench.analysis.errors.analyse import analyse_errors
from cnnbench.analysis.errors.classes import wilson_interval
from cnnbench.analysis.errors.combinations import Combination
from cnnbench.analysis.errors.images import confident_mistakes, hardest_images
from cnnbench.analysis.errors.pairs import confusion_counts
from cnnbench.analysis.errors.tables import ErrorTables
from cnnbench.analysis.errors.votes import exact_test, majority
from cnnbench.analysis.outcomes import Outcomes
from cnnbench.analysis.resolved import ResolvedStudy
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


def _outcomes(answers: dict[str, tuple[list[int], list[float]]], labels: list[int]) -> Outcomes:
    predicted = np.array([read for read, _ in answers.values()], np.int16).reshape(len(answers), len(labels))
    confidence = np.array([sure for _, sure in answers.values()], np.float32).reshape(predicted.shape)
    return Outcomes(list(answers), np.array(labels, np.int16), predicted, confidence)


def _study(runs: pd.DataFrame) -> ResolvedStudy:
    return ResolvedStudy({}, "dataset", [], [experiment_of(runs)])


def _random(networks: int, images: int, classes: int) -> Outcomes:
    random = np.random.default_rng(5)
    labels = random.integers(classes, size=images).astype(np.int16)
    wrong = random.random((networks, images)) < 0.4
    predicted = np.where(wrong, random.integers(classes, size=wrong.shape), labels).astype(np.int16)
    return Outcomes(
        [f"r{n}" for n in range(networks)], labels, predicted, random.random(wrong.shape).astype(np.float32)
    )


@pytest.fixture(scope="module")
def tables() -> ErrorTables:
    return analyse_errors(_study(RUNS), RUNS, _outcomes(ANSWERS, LABELS), CLASSES)


def test_pairs_are_counted_both_ways_for_the_leading_networks_and_for_all(tables: ErrorTables) -> None:
    assert tables.confused_pairs.to_numpy().tolist() == [
        ["leading", "a", "b", 2 / 8, 2, 2 / 4, 0, 0.0],
        ["leading", "a", "c", 1 / 8, 0, 0.0, 1, 1 / 4],
        ["all", "a", "b", 5 / 16, 4, 4 / 8, 1, 1 / 8],
        ["all", "a", "c", 2 / 16, 0, 0.0, 2, 2 / 8],
        ["all", "b", "c", 1 / 16, 0, 0.0, 1, 1 / 8],
    ]


def test_the_counts_are_those_of_scikit_learn() -> None:
    outcomes = _random(networks=3, images=200, classes=5)
    expected = sum(confusion_matrix(outcomes.labels, outcomes.predicted[row], labels=range(5)) for row in (0, 2))
    assert confusion_counts(outcomes, np.array([0, 2]), 5).tolist() == np.asarray(expected).tolist()


def test_classes_have_the_leaders_accuracy_and_the_range_of_all(tables: ErrorTables) -> None:
    shown = tables.class_accuracy.set_index("class")
    assert shown[["support", "accuracy", "mean", "best", "worst"]].to_numpy().tolist() == [
        [2, 0.5, 0.5, 0.5, 0.5],
        [2, 1.0, 0.875, 1.0, 0.75],
        [2, 0.75, 0.625, 0.75, 0.5],
    ]
    assert list(shown.loc["b", ["best_name", "worst_name"]]) == ["large aaaa", "small aaaa"]
    assert set(shown["combinations"]) == {2}


def test_the_interval_of_a_class_is_wilsons_over_its_images_and_not_over_its_seeds(tables: ErrorTables) -> None:
    for right, images in ((0, 7), (5, 7), (398, 400)):
        expected = stats.binomtest(right, images).proportion_ci(0.95, method="wilson")
        assert wilson_interval(right / images, images) == pytest.approx((expected.low, expected.high))
    row = tables.class_accuracy.set_index("class").loc["a"]  # 2 of 4 readings, but 1 of 2 images
    expected = stats.binomtest(1, 2).proportion_ci(0.95, method="wilson")
    assert (row["low"], row["high"]) == pytest.approx((expected.low, expected.high))


def test_a_class_without_test_images_has_no_accuracy() -> None:
    tables = analyse_errors(_study(RUNS), RUNS, _outcomes(ANSWERS, LABELS), [*CLASSES, "d"])
    row = tables.class_accuracy.set_index("class").loc["d"]
    assert row["support"] == 0
    assert np.isnan(row["accuracy"])
    assert "d" not in set(tables.confused_pairs[["first", "second"]].to_numpy().ravel())


def test_the_surest_mistakes_come_first(tables: ErrorTables) -> None:
    shown = tables.mistakes
    assert shown["image"].tolist() == [5, 1]
    assert shown[["true", "predicted"]].to_numpy().tolist() == [["c", "a"], ["a", "b"]]
    assert shown["confidence"].tolist() == pytest.approx([0.99, 0.7])
    assert shown[["wrong_seeds", "seeds", "wrong_networks", "networks"]].to_numpy().tolist() == [
        [1, 2, 3, 4],
        [2, 2, 4, 4],
    ]


def test_an_image_with_two_wrong_answers_stands_once_with_the_surer_one() -> None:
    answers = {"x/aaaa/seed0": ([1, 1], [0.6, 0.9]), "x/aaaa/seed1": ([2, 0], [0.8, 0.9])}
    combinations = [Combination(1, "x", list(answers), np.array([0, 1]))]
    (mistake, other) = confident_mistakes(_outcomes(answers, [0, 0]), combinations, CLASSES).to_dict("records")
    assert (mistake["image"], mistake["predicted"], mistake["wrong_seeds"]) == (1, "b", 1)
    assert (other["image"], other["predicted"], other["wrong_seeds"]) == (0, "c", 2)
    assert other["confidence"] == pytest.approx(0.8)


def test_images_that_all_miss_come_by_how_many_agree_and_no_more_than_asked() -> None:
    answers = {
        "p": ([1, 1, 1, 0], [0.5, 0.5, 0.9, 0.9]),
        "q": ([2, 1, 1, 1], [0.9, 0.5, 0.9, 0.9]),
        "r": ([1, 1, 1, 1], [0.6, 0.5, 0.9, 0.9]),
    }
    outcomes = _outcomes(answers, [0, 0, 0, 0])
    shown = hardest_images(outcomes, CLASSES)
    assert shown["image"].tolist() == [2, 1, 0]
    assert shown["answers"].tolist() == ['{"b": 3}', '{"b": 3}', '{"b": 2, "c": 1}']
    assert shown["agreeing"].tolist() == [3, 3, 2]
    assert hardest_images(outcomes, CLASSES, at_most=1)["image"].tolist() == [2]


def test_the_counts_say_how_many_images_are_missed(tables: ErrorTables) -> None:
    assert tables.error_counts.to_dict("records") == [
        {"images": 6, "networks": 4, "seeds": 2, "missed_by_any_seed": 2, "missed_by_every_seed": 1, "missed_by_all": 1}
    ]


def test_agreement_compares_first_seeds_and_each_combination_with_itself(tables: ErrorTables) -> None:
    assert tables.agreement.to_numpy().tolist() == [
        [1, "large aaaa", 1, "large aaaa", 1, 5 / 6, 1 / 2],
        [1, "large aaaa", 2, "small aaaa", 1, 5 / 6, 2 / 3],
        [2, "small aaaa", 2, "small aaaa", 1, 4 / 6, 2 / 3],
    ]


def test_agreement_and_overlap_are_those_of_scikit_learn() -> None:
    outcomes = _random(networks=2, images=300, classes=4)
    combinations = [Combination(rank, name, [], np.array([rank - 1])) for rank, name in ((1, "x"), (2, "y"))]
    (row,) = agreement(outcomes, combinations).to_dict("records")
    assert row["same"] == pytest.approx(accuracy_score(*outcomes.predicted))
    assert row["overlap"] == pytest.approx(jaccard_score(*~outcomes.correct))


def test_votes_stand_beside_the_best_that_votes(tables: ErrorTables) -> None:
    assert tables.votes.drop(columns=["p_value", "p_adjusted"]).to_numpy().tolist() == [
        ["all", "", 4, 4 / 6, "large aaaa", 1, 5 / 6, 0, 1],
        ["experiment", "Experiment", 2, 4 / 6, "large aaaa", 0, 4 / 6, 0, 0],
        ["seeds", "large aaaa", 2, 4 / 6, "large aaaa", 1, 5 / 6, 0, 1],
        ["seeds", "small aaaa", 2, 4 / 6, "small aaaa", 1, 4 / 6, 0, 0],
    ]
    assert tables.votes["p_value"].tolist() == pytest.approx([1.0] * 4)


def test_the_majority_wins_and_of_equals_the_surest() -> None:
    outcomes = _random(networks=5, images=400, classes=4)
    voted = majority(outcomes.predicted, outcomes.confidence, 4)
    for image, answer in enumerate(voted):
        voices, sure = Counter(outcomes.predicted[:, image].tolist()), Counter[int]()
        for read, confidence in zip(outcomes.predicted[:, image].tolist(), outcomes.confidence[:, image], strict=True):
            sure[read] += confidence
        assert answer == max(voices, key=lambda read: (voices[read], sure[read]))
    assert majority(np.array([[0], [1]], np.int16), np.array([[0.6], [0.7]], np.float32), 2).tolist() == [1]


def test_the_exact_test_is_mcnemars() -> None:
    outcomes = _random(networks=2, images=120, classes=3)
    first, second = outcomes.correct
    table = [[int((a & b).sum()) for b in (second, ~second)] for a in (first, ~first)]
    tested = exact_test(first, second)
    assert (tested["vote_only"], tested["best_only"]) == (table[0][1], table[1][0])
    assert tested["p_value"] == pytest.approx(mcnemar(table, exact=True).pvalue)


def test_many_votes_are_held_to_a_stricter_measure() -> None:
    """Holm's method by hand: the smallest of m p-values times m, the next times m - 1, none below the one before."""
    random = np.random.default_rng(1)
    labels = [0] * 300
    answers = {
        f"net{n}/aaaa/seed{seed}": (list((random.random(300) < 0.35).astype(int)), list(random.random(300)))
        for n in range(3)
        for seed in range(3)
    }
    outcomes = _outcomes(answers, labels)
    accuracies = outcomes.correct.mean(axis=1).reshape(3, 3)
    runs = runs_table(*((f"net{n}", "aaaa", list(row)) for n, row in enumerate(accuracies)))
    votes = analyse_errors(_study(runs), runs, outcomes, CLASSES).votes
    raw = sorted(votes["p_value"])
    expected = np.minimum(np.maximum.accumulate([p * (len(raw) - place) for place, p in enumerate(raw)]), 1)
    assert raw[0] < 0.05
    assert sorted(votes["p_adjusted"]) == pytest.approx(expected.tolist())


def test_networks_that_vote_twice_in_the_same_company_are_listed_once() -> None:
    runs = runs_table(("small", "aaaa", [3 / 6, 4 / 6]))
    answers = {run: ANSWERS[run] for run in runs["run"]}
    assert analyse_errors(_study(runs), runs, _outcomes(answers, LABELS), CLASSES).votes["vote"].tolist() == ["all"]


def test_a_single_network_has_mistakes_but_none_to_compare_with() -> None:
    runs = runs_table(("small", "aaaa", [3 / 6, None]))
    tables = analyse_errors(
        _study(runs), runs, _outcomes({"small/aaaa/seed0": ANSWERS["small/aaaa/seed0"]}, LABELS), CLASSES
    )
    assert tables.mistakes["image"].tolist() == [5, 1, 3]
    assert tables.hardest_images.empty
    assert tables.agreement.empty
    assert tables.votes.empty
    assert tables.error_counts.loc[0, "missed_by_all"] == 0


def test_without_a_finished_run_there_are_empty_tables() -> None:
    runs = runs_table(("small", "aaaa", [None, None]))
    tables = analyse_errors(_study(runs), runs, _outcomes({}, []), CLASSES)
    assert tables.error_counts.to_numpy().tolist() == [[0, 0, 0, 0, 0, 0]]
    assert all(table.empty for name, table in vars(tables).items() if name != "error_counts")
