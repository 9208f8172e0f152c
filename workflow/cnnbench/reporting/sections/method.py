"""The section that says how numbers came about and what they can bear."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.comparisons import Result
from cnnbench.reporting.sections.section import Section
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results


@dataclass(frozen=True)
class MethodContent:
    """What the section shows."""

    finished: int
    """Finished runs."""
    combinations: int
    """Combinations of architecture and recipe."""
    best: Result | None
    """The most accurate; None without a finished run."""


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section."""
    leaderboard = results.rows(Result)
    content = MethodContent(
        finished=sum(result.accuracy.n for result in leaderboard),
        combinations=len(leaderboard),
        best=leaderboard[0] if leaderboard[0].done else None,
    )
    return [Section("method", "method", texts("How to read the numbers"), content)]
