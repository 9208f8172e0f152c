"""What every network read each test image as: the part of all predictions that comparisons need."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnbench.array_files import load_arrays
from cnnbench.data.arrays import load_part
from cnnbench.errors import UserError
from cnnbench.provenance import verified, write_recorded
from cnnbench.run_files import refuse_of_another_training, tested_file
from cnnbench.study.study_file import StudyFile, StudyRun


@dataclass(frozen=True)
class Answers:
    """The answers of `runs` finished runs to the `images` test images of the study."""

    runs: list[str]
    """Ids of the runs, in the order of the study."""
    labels: npt.NDArray[np.int16]
    """True class of each image, an index (images,)."""
    predicted: npt.NDArray[np.int16]
    """Most probable class (runs, images); -1 where a run was not tested on an image."""
    confidence: npt.NDArray[np.float32]
    """Probability of that class (runs, images); 0 where a run was not tested on an image."""

    @property
    def tested(self) -> npt.NDArray[np.bool_]:
        """Whether each run was tested on each image (runs, images): in a study with folds, on those of one fold."""
        tested: npt.NDArray[np.bool_] = self.predicted >= 0
        return tested

    @property
    def correct(self) -> npt.NDArray[np.bool_]:
        """Whether each run read each image correctly (runs, images)."""
        correct: npt.NDArray[np.bool_] = self.predicted == self.labels
        return correct

    @property
    def wrong(self) -> npt.NDArray[np.bool_]:
        """Whether each run misread each image (runs, images)."""
        return self.tested & ~self.correct

    def rows(self, runs: Iterable[str]) -> npt.NDArray[np.intp]:
        """Return the rows of those of `runs` that are finished, in the order given."""
        places = {run: place for place, run in enumerate(self.runs)}
        return np.array([places[run] for run in runs if run in places], dtype=np.intp)


def gather_answers(study: StudyFile, root: Path) -> Answers:
    """Read the predictions of every finished run of `study`, one after the other.

    The images of the folds follow each other, in the order of the folds.

    Args:
        study: the expanded study.
        root: what the folders of its runs are relative to.

    Raises:
        UserError: predictions are missing or damaged, or two runs that should be were not tested on the same images.
    """
    finished: list[StudyRun] = []
    predicted, confidence = [], []
    labels: dict[int, npt.NDArray[Any]] = {}
    for run in study.runs:
        path = tested_file(root / run.folder)
        probabilities, own_labels, of_training = load_arrays(path, "probabilities", "labels", "training")
        refuse_of_another_training(path, str(of_training), root / run.folder)
        if not len(own_labels):  # a failed run
            continue
        if not np.array_equal(labels.setdefault(run.fold, own_labels), own_labels):
            first = next(other.id for other in finished if other.fold == run.fold)
            raise UserError(f"{path}: these predictions are of other test images than those of {first}")
        finished.append(run)
        predicted.append(probabilities.argmax(axis=1).astype(np.int16))
        confidence.append(probabilities.max(axis=1).astype(np.float32))
    if not finished:
        return Answers([], np.zeros(0, np.int16), np.zeros((0, 0), np.int16), np.zeros((0, 0), np.float32))
    parts = _labels_of_folds(study, root, labels)
    places = _places(parts)
    shape = (len(finished), sum(map(len, parts.values())))
    answers = Answers(
        [run.id for run in finished],
        np.concatenate(list(parts.values())).astype(np.int16),
        np.full(shape, -1, np.int16),
        np.zeros(shape, np.float32),
    )
    for row, run in enumerate(finished):
        answers.predicted[row, places[run.fold]] = predicted[row]
        answers.confidence[row, places[run.fold]] = confidence[row]
    return answers


def _labels_of_folds(
    study: StudyFile, root: Path, known: Mapping[int, npt.NDArray[Any]]
) -> dict[int, npt.NDArray[Any]]:
    """Return the labels of each fold's test images, in the order of the folds.

    Those of a fold without a finished run are not `known`: they are read from the prepared data, so that an image has
    its place whatever failed.
    """
    folds = sorted({run.fold for run in study.runs})
    return {
        fold: known[fold] if fold in known else load_part(root / "results/data" / dataset, "test").labels
        for fold, dataset in zip(folds, study.test_parts, strict=True)
    }


def _places(parts: Mapping[int, npt.NDArray[Any]]) -> dict[int, slice]:
    """Return where the images of each fold are among all, if those of all folds follow each other."""
    places, start = {}, 0
    for fold, labels in parts.items():
        places[fold] = slice(start, start + len(labels))
        start += len(labels)
    return places


def write_answers(path: Path, answers: Answers) -> None:
    """Write `answers` as a compressed `.npz` file, atomically."""
    with write_recorded(path) as temporary:
        np.savez_compressed(
            temporary,
            runs=np.array(answers.runs, dtype=np.str_),
            labels=answers.labels,
            predicted=answers.predicted,
            confidence=answers.confidence,
        )


def read_answers(path: Path) -> Answers:
    """Return what `write_answers` wrote."""
    runs, labels, predicted, confidence = load_arrays(verified(path), "runs", "labels", "predicted", "confidence")
    return Answers([str(run) for run in runs], labels, predicted, confidence)
