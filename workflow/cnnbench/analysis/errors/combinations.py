"""The finished networks of each architecture and recipe, as rows of what all networks answered."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.leaderboard import leaderboard, runs_of
from cnnbench.analysis.outcomes import Outcomes
from cnnbench.analysis.resolved import ResolvedStudy


@dataclass(frozen=True)
class Combination:
    """An architecture and recipe with a finished network at least."""

    rank: int
    """Its place on the leaderboard, from 1."""
    name: str
    """As the leaderboard calls it."""
    runs: list[str]
    """Ids of its finished runs, in the order of the seeds."""
    rows: npt.NDArray[np.intp]
    """The rows of these runs in the outcomes."""


def finished_combinations(study: ResolvedStudy, runs: pd.DataFrame, outcomes: Outcomes) -> list[Combination]:
    """Return every combination with a finished run, in the order of the leaderboard: the first is the leading one."""
    ranking = [entry for entry in leaderboard(study, runs) if entry.done]
    finished = [(entry.name, runs_of(entry, runs)) for entry in ranking]
    return [Combination(rank, name, ids, outcomes.rows(ids)) for rank, (name, ids) in enumerate(finished, start=1)]
