"""The section about errors: which characters and images are misread, and whether networks share their mistakes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.errors import (
    Agreement,
    ClassAccuracy,
    ConfusedPair,
    ErrorCounts,
    Vote,
)
from cnnbench.reporting.format import count, percent
from cnnbench.reporting.phrases import equals_p
from cnnbench.reporting.sections.section import Finding, Section
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results

MOST_PAIRS = 12
MOST_VOTES = 12
"""Rows that the tables of the section have; the files in the study's folder have all."""


@dataclass(frozen=True)
class PairRow:
    """A line of the table of confused pairs."""

    pair: ConfusedPair
    """Of the leading combination."""
    share_of_all: float
    """The pair's share over all finished networks."""


@dataclass(frozen=True)
class VoteRow:
    """A line of the table of votes."""

    vote: Vote
    who: str
    """Who votes, in words."""
    reading: str
    """What the comparison shows, in words."""


@dataclass(frozen=True)
class ErrorsContent:
    """What the section shows."""

    name: str
    """The leading combination's."""
    counts: ErrorCounts
    finding: Finding
    pairs: list[PairRow]
    combinations: int
    """How many combinations have a finished run."""
    agreement: str
    votes: list[VoteRow]
    more_votes: int
    """Votes that the table leaves out."""
    a_vote_is_better: bool
    """Whether at least one of the votes shown is better than the best network that takes part, by more than chance."""
    confusion_matrix_figure: str
    class_accuracy_figure: str
    mistakes_figure: str
    hardest_images_figure: str
    agreement_figure: str | None
    """None where there are no two combinations to compare."""


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section; none without a finished run."""
    best = results.rows(Result)[0]
    if not best.done:
        return []
    counts, pairs, votes = results.row(ErrorCounts), results.rows(ConfusedPair), results.rows(Vote)
    agreement = results.rows(Agreement)
    content = ErrorsContent(
        name=best.name,
        counts=counts,
        finding=error_finding(best.name, counts, pairs, results.rows(ClassAccuracy), votes, texts),
        pairs=_pair_rows(pairs),
        combinations=results.rows(ClassAccuracy)[0].combinations,
        agreement=agreement_note(agreement, texts),
        votes=[_vote_row(vote, results, texts) for vote in votes[:MOST_VOTES]],
        more_votes=max(len(votes) - MOST_VOTES, 0),
        a_vote_is_better=any(vote.verdict == "better" for vote in votes[:MOST_VOTES]),
        confusion_matrix_figure=results.figure("confusion_matrix"),
        class_accuracy_figure=results.figure("class_accuracy"),
        mistakes_figure=results.figure("mistakes"),
        hardest_images_figure=results.figure("hardest_images"),
        agreement_figure=results.figure("agreement") if _between_combinations(agreement) else None,
    )
    return [Section("errors", "errors", texts("Errors"), content)]


def error_finding(
    name: str,
    counts: ErrorCounts,
    pairs: Sequence[ConfusedPair],
    classes: Sequence[ClassAccuracy],
    votes: Sequence[Vote],
    texts: Texts,
) -> Finding:
    """Say what is confused most, what all networks miss, and whether a vote helps.

    Args:
        name: the leading combination's.
        counts: how many test images were misread.
        pairs: the confused pairs, the most confused first.
        classes: the test images of each class.
        votes: what majority votes reach, that of all networks first.
        texts: the report's words.
    """
    leading = [pair for pair in pairs if pair.networks_of == "leading"]
    if leading:
        readings = {row.class_: row.support * counts.seeds for row in classes}
        headline = _pair_sentence(name, leading[0], readings, texts)
    else:
        headline = texts("{name} misreads no test image.", name=name)
    return Finding(headline, " ".join(_shared_sentences(counts, votes, texts)))


def agreement_note(agreement: Sequence[Agreement], texts: Texts) -> str:
    """Say how far networks agree: the two best combinations, or else two seeds of one."""
    if not agreement:
        return texts("There is only one finished network, so there is none to compare its answers with.")
    compared = (_between_combinations(agreement) or agreement)[0]
    if compared.first_rank == compared.second_rank:
        same = texts(
            "Two seeds of {name} give the same class to {same}% of the test images.",
            name=compared.first_name,
            same=percent(compared.same, 1),
        )
    else:
        same = texts(
            "{first} and {second}, first and second on the leaderboard, give the same class to {same}% of the test"
            " images.",
            first=compared.first_name,
            second=compared.second_name,
            same=percent(compared.same, 1),
        )
    if math.isnan(compared.overlap):
        return f"{same} {texts('Neither misreads any.')}"
    overlap = texts(
        "Of the images that at least one of the two misreads, both misread {overlap}%.",
        overlap=percent(compared.overlap, 1),
    )
    return f"{same} {overlap}"


def _between_combinations(agreement: Sequence[Agreement]) -> list[Agreement]:
    return [row for row in agreement if row.first_rank != row.second_rank]


def _pair_rows(pairs: Sequence[ConfusedPair]) -> list[PairRow]:
    """Return the pairs that the leading combination confuses most, each with its share over all networks."""
    of_all = {(pair.first, pair.second): pair.share for pair in pairs if pair.networks_of == "all"}
    leading = [pair for pair in pairs if pair.networks_of == "leading"]
    return [PairRow(pair, of_all[pair.first, pair.second]) for pair in leading[:MOST_PAIRS]]


def _pair_sentence(name: str, pair: ConfusedPair, readings: dict[str, int], texts: Texts) -> str:
    """Name the most confused pair.

    Args:
        name: the leading combination's.
        pair: the pair.
        readings: images of each class, counted once per seed.
        texts: the report's words.
    """
    return texts(
        "{name} confuses “{first}” and “{second}” most: over its finished seeds, it reads “{first}” as “{second}” in"
        " {there} of {first_readings} readings ({there_share}%) and “{second}” as “{first}” in {back} of"
        " {second_readings} ({back_share}%).",
        name=name,
        first=pair.first,
        second=pair.second,
        there=count(pair.first_as_second),
        first_readings=count(readings[pair.first]),
        there_share=percent(pair.first_as_second_share, 1),
        back=count(pair.second_as_first),
        second_readings=count(readings[pair.second]),
        back_share=percent(pair.second_as_first_share, 1),
    )


def _shared_sentences(counts: ErrorCounts, votes: Sequence[Vote], texts: Texts) -> list[str]:
    if counts.networks < 2:
        return [texts("With only one finished network, this study cannot say whether others misread the same images.")]
    return [_missed_sentence(counts, texts), _vote_sentence(votes[0], texts)]


def _missed_sentence(counts: ErrorCounts, texts: Texts) -> str:
    if counts.missed_by_all == 0:
        return texts(
            "No test image is misread by every one of the {networks} finished networks.",
            networks=count(counts.networks),
        )
    return texts.plural(
        "Of {images} test images, {n:,} is misread by every one of the {networks} finished networks.",
        "Of {images} test images, {n:,} are misread by every one of the {networks} finished networks.",
        counts.missed_by_all,
        images=count(counts.images),
        networks=count(counts.networks),
    )


def _vote_sentence(vote: Vote, texts: Texts) -> str:
    """Say whether the vote of all finished networks beats the best of them."""
    values = {
        "accuracy": percent(vote.accuracy),
        "best": texts("{name}, seed {seed}", name=vote.best_name, seed=vote.best_seed),
        "best_accuracy": percent(vote.best_accuracy),
        "vote_only": count(vote.vote_only),
        "best_only": count(vote.best_only),
        "p": equals_p(vote.p_adjusted),
    }
    match vote.verdict:
        case "better":
            return texts(
                "Their majority vote reads {accuracy}% correctly, more than the best single network, {best}, with"
                " {best_accuracy}% ({vote_only} images only the vote reads correctly, {best_only} only that network;"
                " exact test, {p}).",
                **values,
            )
        case "worse":
            return texts(
                "Their majority vote reads {accuracy}% correctly, less than the best single network, {best}, with"
                " {best_accuracy}% ({vote_only} images only the vote reads correctly, {best_only} only that network;"
                " exact test, {p}).",
                **values,
            )
        case "undecided":
            return texts(
                "Whether their majority vote ({accuracy}%) is better than the best single network, {best}"
                " ({best_accuracy}%), remains open ({vote_only} images only the vote reads correctly, {best_only} only"
                " that network; exact test, {p}).",
                **values,
            )


def _vote_row(vote: Vote, results: "Results", texts: Texts) -> VoteRow:
    """Return a line of the table of votes, with its codes in words."""
    if vote.vote == "all":
        who = texts("All finished networks")
    elif vote.vote == "experiment":
        heading = results.presentation.experiments[vote.name].heading
        who = texts("One network per row of {experiment}", experiment=heading)
    else:
        who = texts("The seeds of {name}", name=vote.name)
    readings = {"better": texts("vote better"), "worse": texts("vote worse"), "undecided": texts("open")}
    return VoteRow(vote, who, readings[vote.verdict])
