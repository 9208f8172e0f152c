import pandas as pd
from cnnbench.analysis.confusion import confusion_matrix, row_shares

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
