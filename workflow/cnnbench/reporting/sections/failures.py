"""The section that lists the runs without a result."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.runs import RunRecord, failed
from cnnbench.reporting.labels import status_words
from cnnbench.reporting.sections.section import Section
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results


@dataclass(frozen=True)
class Failure:
    """A run without a result."""

    title: str
    recipe_hash: str
    seed: int
    status: str
    """How it ended, in words."""
    reason: str


@dataclass(frozen=True)
class FailuresContent:
    """What the section shows."""

    failures: list[Failure]


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section; none if all runs are done."""
    failures = [
        Failure(run["title"], run["recipe_hash"], run["seed"], status_words(run["status"], texts), run["reason"])
        for run in failed(results.frame(RunRecord)).to_dict("records")
    ]
    if not failures:
        return []
    return [Section("failures", "failures", texts("Failed runs"), FailuresContent(failures))]
