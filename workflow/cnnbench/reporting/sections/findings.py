"""The section that says in short what a study found."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.comparisons import Comparison, GridStanding, Result, Standing
from cnnbench.analysis.tables.runs import RunRecord, failed, finished
from cnnbench.reporting.format import count, magnitude, percent
from cnnbench.reporting.labels import status_words
from cnnbench.reporting.phrases import bears_ranks, best_finding, weight_of_evidence
from cnnbench.reporting.sections.experiment import answer, named_results
from cnnbench.reporting.sections.section import Finding, Section
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    import pandas as pd

    from cnnbench.analysis.leaderboard import Lead, Saving
    from cnnbench.reporting.results import Results


@dataclass(frozen=True)
class FindingsContent:
    """What the section shows."""

    data_notice: str | None
    """What the data does not allow to conclude; None of the official data."""
    seeds_notice: str | None
    """What one seed does not allow to conclude; None with more."""
    code_notice: str | None
    """Which runs were trained by another version of the code and kept; None without any."""
    findings: list[Finding]


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section."""
    content = FindingsContent(
        data_notice(results.dataset["official"], texts),
        seeds_notice(results.study.seeds, texts),
        code_notice(results.presentation.outdated, texts),
        list(_findings(results, texts)),
    )
    return [Section("findings", "findings", texts("Key findings"), content)]


def data_notice(official: bool | None, texts: Texts) -> str | None:
    """Say what accuracies on data that is not the official EMNIST are not; None of the official data.

    Args:
        official: whether the data is the official EMNIST; None if it is no EMNIST.
        texts: the report's words.
    """
    if official:
        return None
    if official is None:
        return texts("These images are not EMNIST: accuracies on them say nothing about EMNIST.")
    return texts(
        "These images are not the official EMNIST data: accuracies on them must not be compared with published EMNIST"
        " accuracies."
    )


def code_notice(outdated: Mapping[str, int], texts: Texts) -> str | None:
    """Say which runs another version of the code trained; None without any.

    Args:
        outdated: their number, by the title of their architecture.
        texts: the report's words.
    """
    if not outdated:
        return None
    counts = texts.listing([f"{title} ({count(runs)})" for title, runs in outdated.items()])
    return texts(
        "Another version of the code trained some runs, which were kept on purpose: {counts}. The present version might"
        " lead to other results.",
        counts=counts,
    )


def seeds_notice(seeds: Sequence[int], texts: Texts) -> str | None:
    """Say what a study of one seed cannot show; None with more."""
    if len(seeds) > 1:
        return None
    return texts(
        "Every result rests on a single seed. How far it would move with other initial weights and another order of the"
        " images is unknown: intervals and tests are about other test images only. They can show that two trained"
        " networks differ, but not that two architectures or recipes do. That needs at least two seeds, better three or"
        " more."
    )


def saving_finding(saving: "Saving", comparisons: Sequence[Comparison], texts: Texts) -> Finding:
    """Say what the result with the fewest operations costs in accuracy.

    Args:
        saving: the cheapest and the best.
        comparisons: those of the leaderboard.
        texts: the report's words.
    """
    cheapest, best = saving.cheapest, saving.best
    details = [
        texts(
            "{name} needs {factor} times as many ({operations}).",
            name=best.name,
            factor=f"{saving.factor:.1f}" if saving.factor < 10 else count(saving.factor),
            operations=magnitude(best.flops),
        ),
        texts(
            "{cheapest} reaches {accuracy}%, {difference} points less than {best}.",
            cheapest=cheapest.name,
            accuracy=percent(cheapest.accuracy.mean),
            difference=percent(saving.loss),
            best=best.name,
        ),
    ]
    details += [
        weight_of_evidence(comparison, texts)
        for comparison in comparisons
        if comparison.second.combination == cheapest.combination
    ]
    headline = texts(
        "{name} needs the fewest operations: {operations} per image.",
        name=cheapest.name,
        operations=magnitude(cheapest.flops),
    )
    return Finding(headline, " ".join(details))


def failure_finding(runs: "pd.DataFrame", texts: Texts) -> Finding | None:
    """Say how many runs failed and how; None if all are done."""
    unfinished = failed(runs)
    if unfinished.empty:
        return None
    kinds = "; ".join(
        texts(
            "{status}: {number} ({titles})",
            status=status_words(str(status), texts).capitalize(),
            number=count(len(group)),
            titles=texts.listing(str(title) for title in group["title"].unique()),
        )
        for status, group in unfinished.groupby("status")
    )
    some = texts("{kinds}. Means are over the finished runs; each table gives their number.", kinds=kinds)
    return Finding(
        texts.plural(
            "{n:,} of {runs} runs was not finished.",
            "{n:,} of {runs} runs were not finished.",
            len(unfinished),
            runs=count(len(runs)),
        ),
        some if len(unfinished) < len(runs) else f"{kinds}.",
    )


def memory_finding(runs: "pd.DataFrame", texts: Texts) -> Finding | None:
    """Say which finished runs were computed in smaller parts than their recipes say; None if there are none."""
    done = finished(runs)
    smaller = done[done["computed_batch_size"] < done["planned_batch_size"]]
    if smaller.empty:
        return None
    alike = Counter(zip(smaller["title"], smaller["computed_batch_size"], smaller["planned_batch_size"], strict=True))
    parts = [
        texts(
            "{title}: {computed} images at once instead of {planned}, in {number} of its runs",
            title=title,
            computed=count(int(computed)),
            planned=count(int(planned)),
            number=count(number),
        )
        for (title, computed, planned), number in alike.items()
    ]
    return Finding(
        texts.plural(
            "{n:,} run ran out of memory and was computed in smaller parts.",
            "{n:,} runs ran out of memory and were computed in smaller parts.",
            len(smaller),
        ),
        texts(
            "{parts}. The gradients of the parts make the same update, but batch normalization, dropout and random"
            " changes to images see the parts one by one, so that such a run is not quite the one that its recipe"
            " describes.",
            parts="; ".join(parts),
        ),
    )


def _findings(results: "Results", texts: Texts) -> Iterator[Finding]:
    """Yield the findings of the study as a whole, and each experiment's own where it says something else."""
    from cnnbench.analysis.leaderboard import find_lead, find_saving

    leaderboard, comparisons = results.rows(Result), results.rows(Comparison)
    lead = find_lead(leaderboard)
    with_best = [comparison for comparison in comparisons if comparison.kind == "leaderboard"]
    yield best_finding(lead, with_best, results.rows(Standing) if bears_ranks(leaderboard) else [], texts)
    if saving := find_saving(leaderboard):
        # What is known of the second has just been said.
        is_second = lead is not None and saving.cheapest == lead.second
        yield saving_finding(saving, [] if is_second else with_best, texts)
    for experiment in results.study.experiments:
        own = find_lead(named_results(experiment, leaderboard))
        if own is None or (experiment.kind == "grid" and _same(own, lead)):
            continue
        found = answer(experiment, leaderboard, comparisons, results.rows(GridStanding), texts)
        heading = results.presentation.experiments[experiment.name].heading
        yield Finding(f"{heading}. {found.headline}", found.detail)
    runs = results.frame(RunRecord)
    yield from filter(None, [failure_finding(runs, texts), memory_finding(runs, texts)])


def _same(own: "Lead", overall: "Lead | None") -> bool:
    """Say whether an experiment's first two are those of the whole study."""
    return overall is not None and _first_two(own) == _first_two(overall)


def _first_two(lead: "Lead") -> list[object]:
    return [result.combination for result in (lead.best, lead.second) if result]
