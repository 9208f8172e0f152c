import pandas as pd
from cnnbench.analysis.course import Course, training_course


def test_runs_that_still_improve_or_overfit_are_counted() -> None:
    runs = pd.DataFrame(
        {
            "run": ["short", "long", "fine", "failed"],
            "status": ["done", "done", "done", "diverged"],
            "best_epoch": [3, 1, 2, None],
            "epochs": [3, 3, 3, 3],
        }
    )
    losses = {"short": [3.0, 2.0, 1.0], "long": [1.0, 1.2, 1.4], "fine": [1.0, 0.9, 0.94], "failed": [1.0, 9.0, 99.0]}
    histories = pd.DataFrame(
        [(run, epoch, loss) for run, values in losses.items() for epoch, loss in enumerate(values, start=1)],
        columns=["run", "epoch", "validation_loss"],
    )
    assert training_course(runs, histories) == Course(finished=3, still_improving=1, overfitted=1)
