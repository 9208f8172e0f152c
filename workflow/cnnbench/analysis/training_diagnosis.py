"""How training went: too short, or long enough to overfit."""

from collections.abc import Iterator

import pandas as pd

from cnnbench.analysis.intervals import estimate
from cnnbench.analysis.tables.runs import TrainingDiagnosis, finished
from cnnbench.study.study_file import StudyFile, StudyRow

RISE = 0.05
"""A validation loss that ends further than this share above its lowest value has risen again."""


def diagnose_training(study: StudyFile, runs: pd.DataFrame, histories: pd.DataFrame) -> list[TrainingDiagnosis]:
    """Return how training went in each row of each experiment that has a finished run, in the order of the study."""
    return [
        _diagnosis(experiment.name, row, done, histories)
        for experiment in study.experiments
        for row, done in _rows_with_finished_runs(experiment.rows, runs)
    ]


def _rows_with_finished_runs(rows: list[StudyRow], runs: pd.DataFrame) -> Iterator[tuple[StudyRow, pd.DataFrame]]:
    for row in rows:
        done = finished(runs[runs["run"].isin(row.runs)])
        if len(done):
            yield row, done


def _diagnosis(experiment: str, row: StudyRow, done: pd.DataFrame, histories: pd.DataFrame) -> TrainingDiagnosis:
    still_improving = done["best_epoch"] == done["epochs"]
    by_run = histories[histories["run"].isin(done["run"])].groupby("run")
    return TrainingDiagnosis(
        experiment=experiment,
        label=row.label,
        finished=len(done),
        still_improving=int(still_improving.sum()),
        overfitted=sum(_overfitted(history) for _, history in by_run),
        underfitted=bool(still_improving.all()) and not _reads_training_images_better(done),
    )


def _overfitted(history: pd.DataFrame) -> bool:
    """Say whether the validation loss rose again after its lowest value while the training loss went on falling."""
    loss, validation = history["loss"].to_numpy(), history["validation_loss"].to_numpy()
    lowest = int(validation.argmin())
    return bool(validation[-1] > (1 + RISE) * validation[lowest] and loss[-1] < loss[lowest])


def _reads_training_images_better(done: pd.DataFrame) -> bool:
    """Say whether training accuracy is above validation accuracy by more than the noise of the seeds.

    With one seed the noise is unknown, and any advantage counts. Training accuracy is that of images as augmentation
    changed them, by a network with dropout on.
    """
    gap = estimate(done["train_accuracy"] - done["validation_accuracy"])
    return gap.low > 0 if gap.has_interval else gap.mean > 0
