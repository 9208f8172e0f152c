from collections.abc import Sequence

import pandas as pd
import pytest
from cnnbench.analysis.course import Course, RowCourse, row_courses, training_course
from cnnbench.analysis.resolved import Experiment, Row


def _histories(losses: dict[str, tuple[Sequence[float], Sequence[float]]]) -> pd.DataFrame:
    """Return a table of epochs from training and validation losses."""
    rows = [
        (run, epoch, training, validation)
        for run, pair in losses.items()
        for epoch, (training, validation) in enumerate(zip(*pair, strict=True), start=1)
    ]
    return pd.DataFrame(rows, columns=["run", "epoch", "loss", "validation_loss"])


def test_runs_that_still_improve_or_overfit_are_counted() -> None:
    runs = pd.DataFrame(
        {
            "run": ["short", "long", "fine", "unstable", "failed"],
            "status": ["done", "done", "done", "done", "diverged"],
            "best_epoch": [3, 1, 2, 1, None],
            "epochs": [3, 3, 3, 3, 3],
        }
    )
    falling = [3.0, 2.0, 1.0]
    histories = _histories(
        {
            "short": (falling, [3.0, 2.0, 1.0]),
            "long": (falling, [1.0, 1.2, 1.4]),
            "fine": (falling, [1.0, 0.9, 0.94]),
            # Both losses rise: that is no overfitting.
            "unstable": ([1.0, 2.0, 3.0], [1.0, 1.2, 1.4]),
            "failed": (falling, [1.0, 9.0, 99.0]),
        }
    )
    assert training_course(runs, histories) == Course(finished=4, still_improving=1, overfitted=1)


@pytest.mark.parametrize(
    ("training", "validation", "best_epochs", "underfitted"),
    [
        ([0.70, 0.72], [0.71, 0.71], [3, 3], True),
        ([0.70, 0.72], [0.71, 0.71], [3, 2], False),
        ([0.90, 0.92], [0.71, 0.73], [3, 3], False),
        ([0.70], [0.71], [3], True),
        ([0.72], [0.71], [3], False),
    ],
    ids=["no higher", "one had stopped improving", "well above", "one seed below", "one seed above"],
)
def test_a_row_underfits_if_it_reads_training_images_no_better_and_still_improves(
    training: list[float], validation: list[float], best_epochs: list[int], underfitted: bool
) -> None:
    runs = pd.DataFrame(
        {
            "run": [f"seed{seed}" for seed in range(len(training))],
            "status": "done",
            "best_epoch": best_epochs,
            "epochs": 3,
            "train_accuracy": training,
            "validation_accuracy": validation,
        }
    )
    row = Row("A row", "small", {}, "aaaa", list(runs["run"]))
    without = Row("Without a result", "small", {}, "bbbb", ["other"])
    experiment = Experiment("name", "Heading", "grid", "Why?", [row, without])
    histories = _histories({run: ([3.0, 2.0, 1.0], [3.0, 2.0, 1.0]) for run in runs["run"]})
    (found,) = row_courses(experiment, runs, histories)
    assert found == RowCourse("A row", Course(len(training), best_epochs.count(3), 0), underfitted)
