"""How good runs are by their validation images: what every choice that must not see the test images goes by."""

from typing import TYPE_CHECKING

from cnnbench.analysis.tables.runs import finished
from cnnbench.analysis.tables.values import Combination

if TYPE_CHECKING:  # planning a study must not load pandas
    import pandas as pd

_DIGITS = 12
"""Means of the same numbers in another order may differ in later digits; they are equal all the same."""


def by_validation(accuracy: float, loss: float) -> tuple[float, float]:
    """Return what is larger for the better: the validation accuracy, a fraction; in a tie, the lower loss decides."""
    return round(accuracy, _DIGITS), -loss


def kept_epochs(runs: "pd.DataFrame", histories: "pd.DataFrame") -> "pd.DataFrame":
    """Return the row of the kept epoch of every run that has one, with the run's id as its index.

    Args:
        runs: the table of runs.
        histories: the table of epochs.
    """
    kept = runs.loc[runs["kept_epoch"].notna(), ["run", "kept_epoch"]].astype({"kept_epoch": int})
    return histories.merge(kept.rename(columns={"kept_epoch": "epoch"}), on=["run", "epoch"]).set_index("run")


def mean_losses(runs: "pd.DataFrame", histories: "pd.DataFrame") -> dict[Combination, float]:
    """Return the mean validation loss in the kept epoch over the finished runs of each architecture and recipe.

    Args:
        runs: the table of runs.
        histories: the table of epochs.
    """
    losses = finished(runs).join(kept_epochs(runs, histories)["validation_loss"], on="run")
    groups = losses.groupby(["architecture", "recipe_hash"])["validation_loss"]
    return {Combination(str(names[0]), str(names[1])): float(of_group.mean()) for names, of_group in groups}
