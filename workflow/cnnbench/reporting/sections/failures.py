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
    rule: str | None
    """When a run did not learn; None if all learnt."""


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section; none if all runs are done."""
    runs = failed(results.frame(RunRecord))
    failures = [
        Failure(run["title"], run["recipe_hash"], run["seed"], status_words(run["status"], texts), run["reason"])
        for run in runs.to_dict("records")
    ]
    if not failures:
        return []
    rule = _learning_rule(texts) if (runs["status"] == "did_not_learn").any() else None
    return [Section("failures", "failures", texts("Failed runs"), FailuresContent(failures, rule))]


def _learning_rule(texts: Texts) -> str:
    return texts(
        "A run did not learn if its training loss ended at more than ten times the loss of guessing, which is the"
        " natural logarithm of the number of classes, or if the epoch that was kept read as few validation images as"
        " always answering their most frequent class explains, and a network twice as good does not (binomial tests at"
        " 5%). The test part has no say in it."
    )
