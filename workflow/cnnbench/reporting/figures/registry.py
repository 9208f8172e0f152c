"""All figures: every module of this package that has a `FIGURE` is one, under the module's name."""

import cnnbench.reporting.figures
from cnnbench.registry import registered
from cnnbench.reporting.figures.figure import Figure


def figures() -> dict[str, Figure]:
    """Return the registered figures by name, in alphabetical order.

    matplotlib and pandas are not imported by this: figures import them when they are drawn, so that planning a study
    stays fast.
    """
    return registered(cnnbench.reporting.figures, "FIGURE")
