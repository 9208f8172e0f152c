"""What the title page says of a study. It is not a section; other parts of a document use it too."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import RunRecord, failed
from cnnbench.reporting.attachments import attached_files
from cnnbench.reporting.format import count
from cnnbench.reporting.labels import status_words
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    import pandas as pd

    from cnnbench.reporting.results import Results


@dataclass(frozen=True)
class Summary:
    """A study at a glance."""

    title: str
    authors: list[str]
    dataset: str
    """Title of the dataset."""
    official: bool | None
    """Whether the dataset is the official EMNIST; None if it is no EMNIST."""
    images: dict[str, int]
    """Number of images in each part."""
    classes: int
    width: int
    height: int
    architectures: list[str]
    combinations: int
    runs: int
    finished: int
    nothing_finished: str | None
    """How many runs failed in which way, if all did; None if one was finished."""
    seeds: int
    attached: list[str]
    """Names of the attached files."""


def nothing_finished(runs: "pd.DataFrame", texts: Texts) -> str | None:
    """Say how many runs failed in which way, if all of them did; None if one was finished."""
    if len(failed(runs)) < len(runs):
        return None
    kinds = [
        texts("{number} {status}", number=count(number), status=status_words(str(status), texts))
        for status, number in runs["status"].value_counts().items()
    ]
    return texts("This study has no result: none of its runs was finished ({kinds}).", kinds=", ".join(kinds))


def summarise(results: "Results", texts: Texts) -> Summary:
    """Return a study at a glance."""
    dataset, study, leaderboard = results.dataset, results.study, results.rows(Result)
    return Summary(
        title=results.presentation.title,
        authors=results.presentation.authors,
        dataset=results.source["title"],
        official=dataset["official"],
        images={part: sum(counts) for part, counts in dataset["counts"].items()},
        classes=len(dataset["classes"]),
        width=dataset["image"]["width"],
        height=dataset["image"]["height"],
        architectures=list(dict.fromkeys(run.title for run in study.runs)),
        combinations=len(leaderboard),
        runs=len(study.runs),
        finished=sum(result.accuracy.n for result in leaderboard),
        nothing_finished=nothing_finished(results.frame(RunRecord), texts),
        seeds=len(study.seeds),
        attached=[file.name for file in attached_files(results, texts)],
    )
