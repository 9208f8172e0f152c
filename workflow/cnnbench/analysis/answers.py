"""What every network read each test image as: the part of all predictions that comparisons need."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnbench.errors import UserError
from cnnbench.files import write_atomically
from cnnbench.study.study_file import StudyFile


@dataclass(frozen=True)
class Answers:
    """The answers of `runs` finished runs to the same `images` test images."""

    runs: list[str]
    """Ids of the runs, in the order of the study."""
    labels: npt.NDArray[np.int16]
    """True class of each image, an index (images,)."""
    predicted: npt.NDArray[np.int16]
    """Most probable class (runs, images)."""
    confidence: npt.NDArray[np.float32]
    """Probability of that class (runs, images)."""

    @property
    def correct(self) -> npt.NDArray[np.bool_]:
        """Whether each run read each image correctly (runs, images)."""
        correct: npt.NDArray[np.bool_] = self.predicted == self.labels
        return correct

    def rows(self, runs: Iterable[str]) -> npt.NDArray[np.intp]:
        """Return the rows of those of `runs` that are finished, in the order given."""
        places = {run: place for place, run in enumerate(self.runs)}
        return np.array([places[run] for run in runs if run in places], dtype=np.intp)


def gather_answers(study: StudyFile, root: Path) -> Answers:
    """Read the predictions of every finished run of `study`, one after the other.

    Args:
        study: the expanded study.
        root: what the folders of its runs are relative to.

    Raises:
        UserError: predictions are missing, or two runs were tested on different images.
    """
    runs: list[str] = []
    predicted, confidence = [], []
    labels: npt.NDArray[Any] = np.zeros(0, np.int16)
    for run in study.runs:
        path = root / run.folder / "predictions.npz"
        if not path.is_file():
            raise UserError(f"{path}: this result is missing; run the workflow to make it")
        with np.load(path) as file:
            probabilities, own_labels = file["probabilities"], file["labels"]
        if not len(own_labels):  # a failed run
            continue
        if runs and not np.array_equal(labels, own_labels):
            raise UserError(f"{path}: these predictions are of other test images than those of {runs[0]}")
        runs.append(run.id)
        labels = own_labels
        predicted.append(probabilities.argmax(axis=1).astype(np.int16))
        confidence.append(probabilities.max(axis=1).astype(np.float32))
    shape = (len(runs), len(labels))
    return Answers(
        runs,
        labels.astype(np.int16),
        np.stack(predicted) if runs else np.zeros(shape, np.int16),
        np.stack(confidence) if runs else np.zeros(shape, np.float32),
    )


def write_answers(path: Path, answers: Answers) -> None:
    """Write `answers` as a compressed `.npz` file, atomically."""
    with write_atomically(path) as temporary:
        np.savez_compressed(
            temporary,
            runs=np.array(answers.runs, dtype=np.str_),
            labels=answers.labels,
            predicted=answers.predicted,
            confidence=answers.confidence,
        )


def read_answers(path: Path) -> Answers:
    """Return what `write_answers` wrote."""
    with np.load(path) as file:
        return Answers([str(run) for run in file["runs"]], file["labels"], file["predicted"], file["confidence"])
