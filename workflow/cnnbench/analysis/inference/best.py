"""Which results may be the best one."""

import numpy as np
import numpy.typing as npt

from cnnbench.analysis.inference.contrasts import LEVEL

_FOR_RIVALS = 0.005
"""The part of the level that is spent on finding the rivals of a result."""


def possible_best(chance: npt.NDArray[np.float64], level: float = LEVEL) -> npt.NDArray[np.bool_]:
    """Say which results may be the best one; with a chance of at least 1 - level, the truly best one is among them.

    A result is out if a rival beats it. Rivals are those that are not clearly worse than it: the fewer, the less the
    level is divided. No winner is picked first, so that its luck plays no part (S. S. Gupta, "On some multiple
    decision (selection and ranking) rules", Technometrics 7, 1965; J. C. Hsu, Annals of Statistics 9, 1981; in two
    steps as in J. P. Romano, A. M. Shaikh and M. Wolf, "A practical two-step method for testing moment inequalities",
    Econometrica 82, 2014).

    Args:
        chance: one-sided p-value of "the row is better than the column" (results, results); NaN says nothing.
        level: the chance that the truly best one is left out.

    Returns:
        Booleans (results,).
    """
    results = len(chance)
    if results < 2:
        return np.ones(results, dtype=bool)
    for_rivals = level * _FOR_RIVALS / LEVEL
    rivals = 1 - chance > for_rivals / (results - 1)  # (rival, result); not so for NaN
    allowed = (level - for_rivals) / np.maximum(rivals.sum(axis=0), 1)
    beaten = chance < allowed
    return np.asarray(~beaten.any(axis=0))
