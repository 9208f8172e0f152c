"""What makes a weighted sum of accuracies vary: seeds, images, and single answers.

D[s, i] is the weighted sum of the answers (1 right, 0 wrong) of the results with seed s to image i: of two results with
the weights 1 and -1, it is their difference. Seeds and images are both random, and crossed, as readers and cases are in
studies of medical images (B. D. Gallas, "One-shot estimate of MRMC variance: AUC", Academic Radiology 13, 2006).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnbench.analysis.inference.counts import AnswerCounts

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Components:
    """Weighted sums, one per entry, with what makes each vary; all in fractions of 1."""

    difference: Floats
    """Mean of D; NaN without a seed that all results of the sum share (contrasts,)."""
    seeds: npt.NDArray[np.int64]
    """Seeds that all results of the sum share (contrasts,)."""
    seed_variance: Floats
    """Variance between seeds of the mean over images of D (contrasts,); NaN for fewer than two seeds."""
    answer_variance: Floats
    """Mean over images of the variance between seeds of D (contrasts,); NaN for fewer than two seeds."""
    image_variance: Floats
    """Variance that images cause in the mean of D over infinitely many seeds (contrasts,).

    It is that of one image over their number. With one seed, it includes that of single answers. NaN without a seed.
    """
    size: Floats
    """Sum of the squared weights: 2 for a pair, 1 for a result (contrasts,)."""
    images: int
    """Images of one test part."""
    overlap: float
    """Variance of the mean over infinitely many seeds, in variances between seeds; 0 if all read the same images.

    Networks of two folds share training images, so that their accuracies are not independent. It is the size of a test
    part over that of all others: C. Nadeau and Y. Bengio, "Inference for the generalization error", Machine Learning
    52, 2003.
    """

    @property
    def freedom(self) -> Floats:
        """Degrees of freedom of the variance between seeds (contrasts,); 0 for fewer than two seeds."""
        return np.asarray(np.maximum(self.seeds - 1.0, 0.0), dtype=np.float64)

    @property
    def floor(self) -> Floats:
        """The least that the variance between seeds can be: what single answers alone cause (contrasts,).

        At least half an answer per result counts as having changed between seeds, so that it is never 0.
        """
        least = self.size / (2.0 * np.maximum(self.seeds, 1) * self.images)
        return np.asarray(np.fmax(self.answer_variance, least) / self.images)

    @property
    def ratio(self) -> Floats:
        """Variance between seeds as a multiple of the floor (contrasts,): 1 if only single answers vary.

        Near 100 % seeds move accuracy less, and single answers vary less too: ratios are alike where variances are not.
        """
        return np.asarray(self.seed_variance / self.floor)

    def take(self, rows: npt.NDArray[np.bool_]) -> "Components":
        """Return the entries for which `rows` (contrasts,) holds."""
        return Components(
            self.difference[rows],
            self.seeds[rows],
            self.seed_variance[rows],
            self.answer_variance[rows],
            self.image_variance[rows],
            self.size[rows],
            self.images,
            self.overlap,
        )


def pair_weights(results: int) -> Floats:
    """Return the weights of all pairs, first minus second, in the order of `np.triu_indices(results, 1)`.

    Returns:
        1, -1 and 0 (pairs, results).
    """
    first, second = np.triu_indices(results, 1)
    unit = np.eye(results)
    return np.asarray(unit[first] - unit[second])


def components(counts: AnswerCounts, weights: Floats) -> Components:
    """Return what makes weighted sums vary.

    With n seeds and N images, s² = var_s(mean_i D), e = mean_i var_s(D), v = max(0, var_i(mean_s D) - e / n) / N. Where
    each seed was tested on other images, s² holds what images cause, too: then e = mean_s var_i(D), and v = 0.

    Args:
        counts: of all results.
        weights: of each result in each sum (contrasts, results).
    """
    shared = _shared_seeds(counts, weights)
    seeds = shared.sum(axis=1)
    found = np.full((4, len(weights)), np.nan)
    # Nearly always all sums have the same seeds.
    for columns in np.unique(shared[seeds > 0], axis=0):
        rows = np.flatnonzero((shared == columns).all(axis=1))
        measure = _crossed if counts.folds is None or columns.sum() == 1 else _nested
        found[:, rows] = measure(counts, weights[rows], np.flatnonzero(columns))
    difference, seed_variance, answer_variance, image_variance = found
    return Components(
        difference,
        seeds,
        seed_variance,
        answer_variance,
        image_variance,
        np.asarray((weights**2).sum(axis=1), dtype=np.float64),
        counts.images,
        overlap=0.0 if counts.folds is None else 1 / (counts.folds - 1),
    )


def _shared_seeds(counts: AnswerCounts, weights: Floats) -> npt.NDArray[np.bool_]:
    """Say which seeds all results of each sum have (contrasts, seeds); none of a sum without results."""
    used = weights != 0
    missing = used.astype(np.int64) @ ~counts.present
    return np.asarray((missing == 0) & used.any(axis=1)[:, None])


def _nested(counts: AnswerCounts, weights: Floats, seeds: npt.NDArray[np.intp]) -> Floats:
    """Return mean, s², e and v (4, contrasts) of sums with the same seeds, each tested on images of its own."""
    by_seed = weights @ counts.accuracies[:, seeds]
    squares = np.array([_quadratic(weights, counts.both[:, seed, :, seed]) for seed in seeds]).T
    between_images = squares / counts.images_of_seed[seeds] - by_seed**2
    seed_variance = by_seed.var(axis=1, ddof=1)
    return np.array([by_seed.mean(axis=1), seed_variance, between_images.mean(axis=1), np.zeros(len(weights))])


def _crossed(counts: AnswerCounts, weights: Floats, seeds: npt.NDArray[np.intp]) -> Floats:
    """Return mean, s², e and v (4, contrasts) of sums with the same seeds, all tested on the same images."""
    number, images = len(seeds), int(counts.images_of_seed[seeds[0]])
    both = counts.both[:, seeds][:, :, :, seeds]
    by_seed = weights @ counts.accuracies[:, seeds]
    mean = by_seed.mean(axis=1)
    # Sums over images of the square of the mean over seeds, and of the sum over seeds of the squares, of D.
    of_means = _quadratic(weights, both.sum(axis=(1, 3))) / number**2
    of_squares = _quadratic(weights, np.einsum("jsks->jk", both))
    between_images = (of_means - images * mean**2) / max(images - 1, 1)
    if number == 1:
        unknown = np.full(len(weights), np.nan)
        return np.array([mean, unknown, unknown, np.maximum(0.0, between_images) / images])
    answer_variance = np.maximum(0.0, of_squares - number * of_means) / (number - 1) / images
    image_variance = np.maximum(0.0, between_images - answer_variance / number) / images
    return np.array([mean, by_seed.var(axis=1, ddof=1), answer_variance, image_variance])


def _quadratic(weights: Floats, products: Floats) -> Floats:
    """Return w' M w of each row w of the weights (contrasts,), M being (results, results)."""
    return np.asarray(((weights @ products) * weights).sum(axis=1))
