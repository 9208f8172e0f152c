"""Which of some rows no other one beats, whatever the weights."""

import numpy as np
import numpy.typing as npt


def dominated_by(values: npt.NDArray[np.float64]) -> list[int | None]:
    """Return for every row one that is at least as good in every column and better in one; None on the Pareto front.

    Args:
        values: (rows, columns), more is better. Rows with a NaN are not compared: they neither beat nor are beaten.
    """
    as_good = np.all(values[:, None] >= values[None], axis=2)
    better = np.any(values[:, None] > values[None], axis=2)
    beats = np.logical_and(as_good, better)
    return [int(beats[:, row].argmax()) if beats[:, row].any() else None for row in range(len(values))]


def pareto_front(values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Return which rows (rows, columns; more is better) are complete and beaten by none."""
    beaten = np.array([winner is not None for winner in dominated_by(values)], dtype=bool)
    front: npt.NDArray[np.bool_] = ~beaten & ~np.isnan(values).any(axis=1)
    return front
