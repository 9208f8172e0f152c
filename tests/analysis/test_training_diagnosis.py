from collections.abc import Sequence

import pandas as pd
import pytest
from analysis.made_up import study_of
from cnnbench.analysis.tables.runs import TrainingDiagnosis
from cnnbench.analysis.training_diagnosis import diagnose_training
from cnnbench.study.study_file import StudyExperiment, StudyRow


def _histories(losses: dict[str, tuple[Sequence[float], Sequence[float]]]) -> pd.DataFrame:
    """Return a table of epochs from training and validation losses."""
    rows = [
        (run, epoch, training, validation)
        for run, pair in losses.items()
        for epoch, (training, validation) in enumerate(zip(*pair, strict=True), start=1)
    ]
    return pd.DataFrame(rows, columns=["run", "epoch", "loss", "validation_loss"])


def _diagnosed(runs: pd.DataFrame, histories: pd.DataFrame) -> list[TrainingDiagnosis]:
    """Diagnose an experiment with one row for all runs, and one without a result."""
    rows = [
        StudyRow("A row", "small", {}, "aaaa", list(runs["run"])),
        StudyRow("Without a result", "small", {}, "bbbb", ["other"]),
    ]
    return diagnose_training(study_of(StudyExperiment("name", "grid", rows)), runs, histories)


def test_runs_that_still_improve_or_overfit_are_counted() -> None:
    runs = pd.DataFrame(
        {
            "run": ["short", "long", "fine", "unstable", "failed"],
            "status": ["done", "done", "done", "done", "diverged"],
            "best_epoch": [3, 1, 2, 1, None],
            "epochs": [3, 3, 3, 3, 3],
            "train_accuracy": 0.9,
            "validation_accuracy": 0.8,
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
    assert _diagnosed(runs, histories) == [
        TrainingDiagnosis("name", "A row", finished=4, still_improving=1, overfitted=1, underfitted=False)
    ]


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
    histories = _histories({run: ([3.0, 2.0, 1.0], [3.0, 2.0, 1.0]) for run in runs["run"]})
    assert _diagnosed(runs, histories) == [
        TrainingDiagnosis("name", "A row", len(training), best_epochs.count(3), 0, underfitted)
    ]
