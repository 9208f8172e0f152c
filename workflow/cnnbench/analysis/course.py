"""How training went: too short, or long enough to overfit."""

from dataclasses import dataclass

import pandas as pd

from cnnbench.analysis.intervals import estimate
from cnnbench.analysis.resolved import Experiment

RISE = 0.05
"""A validation loss that ends further than this share above its lowest value has risen again."""


@dataclass(frozen=True)
class Course:
    """How many of some finished runs could have gained from more epochs, and how many overfitted."""

    finished: int
    still_improving: int
    """Runs whose last epoch was their best."""
    overfitted: int
    """Runs whose validation loss rose again after its lowest value while the training loss went on falling."""


@dataclass(frozen=True)
class RowCourse:
    """How the training of one row of an experiment went."""

    label: str
    course: Course
    underfitted: bool
    """Whether every finished run still improved in its last epoch, and training accuracy was no higher than validation
    accuracy by more than the seeds' noise: the network had not yet learnt what its training images could teach."""


def row_courses(experiment: Experiment, runs: pd.DataFrame, histories: pd.DataFrame) -> list[RowCourse]:
    """Return how the training of each row of `experiment` that has a finished run went, in the order of the rows."""
    by_row = [(row.label, runs[runs["run"].isin(row.runs)]) for row in experiment.rows]
    courses = [(label, own, training_course(own, histories)) for label, own in by_row]
    return [RowCourse(label, course, _underfitted(own, course)) for label, own, course in courses if course.finished]


def training_course(runs: pd.DataFrame, histories: pd.DataFrame) -> Course:
    """Return how the training of the finished runs among `runs` went."""
    done = runs[runs["status"] == "done"]
    by_run = histories[histories["run"].isin(done["run"])].groupby("run")
    return Course(
        finished=len(done),
        still_improving=int((done["best_epoch"] == done["epochs"]).sum()),
        overfitted=sum(_overfitted(history) for _, history in by_run),
    )


def _overfitted(history: pd.DataFrame) -> bool:
    loss, validation = history["loss"].to_numpy(), history["validation_loss"].to_numpy()
    lowest = int(validation.argmin())
    return bool(validation[-1] > (1 + RISE) * validation[lowest] and loss[-1] < loss[lowest])


def _underfitted(runs: pd.DataFrame, course: Course) -> bool:
    """Say whether a row's runs had more to learn.

    With one seed the noise is unknown, and training accuracy must not be above validation accuracy at all. Training
    accuracy is that of images as augmentation changed them, by a network with dropout on.
    """
    done = runs[runs["status"] == "done"]
    if not course.finished or course.still_improving < course.finished:
        return False
    gap = estimate(done["train_accuracy"] - done["validation_accuracy"])
    return gap.mean <= (gap.half_width or 0.0)
