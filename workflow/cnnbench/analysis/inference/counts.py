"""The answers of all runs, as the counts that every comparison is computed from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

_EXACT = 2**24
"""Whole numbers up to here are exact in 32 bits, so that fast products of matrices count without an error."""


@dataclass(frozen=True)
class AnswerCounts:
    """How many images each two runs both read correctly."""

    both: npt.NDArray[np.float64]
    """Images that both runs read correctly (results, seeds, results, seeds); 0 where a run is missing."""
    present: npt.NDArray[np.bool_]
    """Whether a result has a seed (results, seeds)."""
    images_of_seed: npt.NDArray[np.int64]
    """Images that each seed was tested on (seeds,)."""
    folds: int | None
    """Number of test parts of which each seed has one; None if all seeds were tested on the same images."""

    @property
    def images(self) -> int:
        """Images that a seed was tested on; of several numbers the mean."""
        return round(float(self.images_of_seed.mean()))

    @property
    def accuracies(self) -> npt.NDArray[np.float64]:
        """Accuracy of each run, a fraction (results, seeds); 0 where it is missing."""
        return np.asarray(np.einsum("jsjs->js", self.both) / self.images_of_seed)

    def of(self, results: Sequence[int]) -> "AnswerCounts":
        """Return the counts of some results, by their places, in that order."""
        rows = np.asarray(results, dtype=np.intp)
        return replace(self, both=self.both[rows][:, :, rows], present=self.present[rows])


def count_answers(
    correct: Sequence[npt.NDArray[np.bool_]],
    seeds: Sequence[Sequence[int]],
    folds: int | None = None,
    tested: Mapping[int, int] | None = None,
) -> AnswerCounts:
    """Count for each two runs the images that both read correctly.

    One product of matrices takes the place of every later sum over images.

    Args:
        correct: of each result, whether each of its seeds read each image correctly (seeds of the result, images).
        seeds: of each result, the ids of its seeds, in the order of the rows; a failed seed is left out.
        folds: number of test parts of which each seed has one; `correct` is then False for the images of others.
        tested: how many images each seed was tested on, if not on all.

    Raises:
        ValueError: rows and seeds differ in number, the results in images, or images are 0 or 2^24 and more.
    """
    images = {rows.shape[1] for rows in correct}
    if len(images) != 1 or not 0 < min(images) < _EXACT:
        raise ValueError(f"the results have {sorted(images)} images; wanted: the same number, 1 to {_EXACT - 1}")
    if any(len(rows) != len(ids) or len(set(ids)) != len(ids) for rows, ids in zip(correct, seeds, strict=True)):
        raise ValueError("each row of a result needs a seed of its own")
    columns = {seed: column for column, seed in enumerate(sorted({seed for ids in seeds for seed in ids}))}
    present = np.zeros((len(correct), len(columns)), dtype=bool)
    places = [(result, columns[seed]) for result, ids in enumerate(seeds) for seed in ids]
    flat = np.array([result * len(columns) + column for result, column in places], dtype=np.intp)
    present.flat[flat] = True
    runs = np.concatenate(correct).astype(np.float32)
    both = np.zeros((present.size, present.size))
    both[np.ix_(flat, flat)] = runs @ runs.T
    number = images.pop()
    of_seed = np.array([(tested or {}).get(seed, number) for seed in columns], dtype=np.int64)
    return AnswerCounts(both.reshape(*present.shape, *present.shape), present, of_seed, folds)
