"""How training went: too short, or long enough to overfit."""

from dataclasses import dataclass

import pandas as pd

RISE = 0.05
"""A validation loss that ends further than this share above its lowest value has risen again."""


@dataclass(frozen=True)
class Course:
    """How many of some finished runs could have gained from more epochs, and how many overfitted."""

    finished: int
    still_improving: int
    """Runs whose last epoch was their best."""
    overfitted: int
    """Runs whose validation loss rose again after its lowest value."""


def training_course(runs: pd.DataFrame, histories: pd.DataFrame) -> Course:
    """Return how the training of the finished runs among `runs` went."""
    done = runs[runs["status"] == "done"]
    losses = histories[histories["run"].isin(done["run"])].groupby("run")["validation_loss"]
    return Course(
        finished=len(done),
        still_improving=int((done["best_epoch"] == done["epochs"]).sum()),
        overfitted=int((losses.last() > (1 + RISE) * losses.min()).sum()),
    )
