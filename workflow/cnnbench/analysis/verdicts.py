"""What a comparison bears."""

import math
from typing import Literal

from cnnbench.analysis.intervals import Estimate

ALPHA = 0.05
"""The chance of any false claim in a family of comparisons."""
Verdict = Literal["better", "worse", "undecided", "one seed", "not measured"]


def verdict_of(difference: Estimate, p_holm: float) -> Verdict:
    """Say what a paired difference bears: a direction needs two seeds and an adjusted p-value below 0.05.

    Args:
        difference: first minus second.
        p_holm: p-value on other images and with other seeds, after Holm's correction.
    """
    if difference.n == 0:
        return "not measured"
    if difference.half_width is None:
        return "one seed"
    if math.isnan(p_holm) or p_holm >= ALPHA:
        return "undecided"
    return "better" if difference.mean > 0 else "worse"
