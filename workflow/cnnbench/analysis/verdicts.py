"""What a comparison shows."""

import math

from cnnbench.analysis.inference.contrasts import LEVEL
from cnnbench.analysis.tables.comparisons import Verdict
from cnnbench.analysis.tables.values import Estimate


def verdict_of(difference: Estimate, p_holm: float) -> Verdict:
    """Say what a paired difference shows: a direction needs two seeds and an adjusted p-value below 0.05.

    Args:
        difference: first minus second.
        p_holm: p-value on other images and with other seeds, after Holm's correction.
    """
    if difference.n == 0:
        return "not_measured"
    if difference.n == 1:
        return "one_seed"
    if math.isnan(p_holm) or p_holm >= LEVEL:
        return "undecided"
    return "better" if difference.mean > 0 else "worse"
