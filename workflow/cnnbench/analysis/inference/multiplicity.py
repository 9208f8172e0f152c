"""Several claims at once: the chance that any is false."""

import numpy as np
import numpy.typing as npt


def holm(p_values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return a family's p-values by Holm's correction; NaN is no comparison and does not count.

    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979.
    The function of statsmodels returns the same, but collects garbage first, which takes a tenth of a second.

    Args:
        p_values: of the family (comparisons,).
    """
    adjusted = np.array(p_values, dtype=float)
    places = np.argsort(adjusted)[: np.count_nonzero(~np.isnan(adjusted))]  # NaN comes last
    steps = adjusted[places] * np.arange(len(places), 0, -1)
    adjusted[places] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted
