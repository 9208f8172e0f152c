import pandas as pd
import pytest
from cnnbench.analysis.confusion import confusion_matrix, hardest_classes, most_confused, row_shares

CELLS = pd.DataFrame(
    [
        ("a", "b", "b", 8), ("a", "b", "a", 2), ("a", "a", "a", 4), ("a", "c", "c", 0),
        ("z", "b", "b", 9), ("z", "b", "a", 1), ("z", "a", "a", 3), ("z", "a", "b", 1), ("z", "c", "c", 0),
        ("other", "b", "b", 99),
    ],
    columns=["run", "true", "predicted", "images"],
)  # fmt: skip


def test_counts_are_summed_over_the_runs_in_the_order_of_the_classes() -> None:
    matrix = confusion_matrix(CELLS, ["a", "z"])
    assert list(matrix.index) == list(matrix.columns) == ["b", "a", "c"]
    assert matrix.to_numpy().tolist() == [[17, 3, 0], [1, 7, 0], [0, 0, 0]]


def test_rows_are_shares_and_a_class_without_images_is_zero() -> None:
    shares = row_shares(confusion_matrix(CELLS, ["a", "z"]))
    assert shares.to_numpy().tolist() == [[0.85, 0.15, 0], [0.125, 0.875, 0], [0, 0, 0]]


def test_the_most_confused_pairs_come_by_their_share_of_the_true_class() -> None:
    pairs = most_confused(confusion_matrix(CELLS, ["a", "z"]), at_most=5)
    assert [(p.true, p.predicted, p.images, p.share) for p in pairs] == [("b", "a", 3, 0.15), ("a", "b", 1, 0.125)]


def test_the_hardest_classes_have_the_lowest_mean_f1() -> None:
    scores = pd.DataFrame(
        [
            ("r", "x", 0.9, 0.8, 0.7, 5),
            ("s", "x", 0.9, 0.8, 0.9, 5),
            ("r", "y", 0.5, 0.5, 0.6, 4),
            ("s", "y", 0.5, 0.5, 0.5, 4),
        ],
        columns=["run", "class", "precision", "recall", "f1", "support"],
    )
    first, second = hardest_classes(scores, ["r", "s"], at_most=2)
    assert (first.name, first.f1, first.images) == ("y", pytest.approx(0.55), 4)
    assert (second.name, second.f1) == ("x", pytest.approx(0.8))
