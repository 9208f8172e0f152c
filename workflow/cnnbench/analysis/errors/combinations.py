"""The finished networks of each architecture and recipe, as rows of what all networks answered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.answers import Answers
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import finished_runs_of


@dataclass(frozen=True)
class FinishedCombination:
    """An architecture and recipe with at least one finished network."""

    rank: int
    """Its place on the leaderboard, from 1."""
    name: str
    """As on the leaderboard."""
    rows: npt.NDArray[np.intp]
    """The rows of its finished networks in the answers, in the order of the seeds."""


def finished_combinations(results: Sequence[Result], runs: pd.DataFrame, answers: Answers) -> list[FinishedCombination]:
    """Return every combination with a finished run, in the order of the leaderboard: the first is the leading one."""
    done = [result for result in results if result.done]
    return [
        FinishedCombination(
            rank, result.name, answers.rows(finished_runs_of(runs, result.architecture, result.recipe_hash))
        )
        for rank, result in enumerate(done, start=1)
    ]
