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
from cnnbench.reporting.phrases import equals_p, number_words
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
    networks: str
    """How many networks have finished, in words."""
    folds: int | None
    """Number of test parts of which each seed has one; None if all seeds were tested on the same images."""
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
        networks=number_words(counts.networks, texts),
        folds=results.study.folds,
        finding=error_finding(best.name, counts, pairs, results.rows(ClassAccuracy), votes, texts),
        pairs=_pair_rows(pairs),
        combinations=results.rows(ClassAccuracy)[0].combinations,
        agreement=agreement_note(agreement, counts, texts),
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
        votes: what majority votes reach.
        texts: the report's words.
    """
    leading = [pair for pair in pairs if pair.networks_of == "leading"]
    if leading:
        readings = {row.class_: row.readings for row in classes}
        headline = _pair_sentence(name, leading[0], readings, texts)
    else:
        headline = texts("{name} misreads no test image.", name=name)
    return Finding(headline, " ".join(_shared_sentences(counts, votes, texts)))


def agreement_note(agreement: Sequence[Agreement], counts: ErrorCounts, texts: Texts) -> str:
    """Say how far networks agree: the two best combinations, or else two seeds of one."""
    if counts.networks < 2:
        return texts("There is only one finished network, so there is none to compare its answers with.")
    if not agreement:
        return texts("No two finished networks were tested on the same images.")
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
    ways = [
        (pair.first, pair.second, pair.first_as_second, pair.first_as_second_share),
        (pair.second, pair.first, pair.second_as_first, pair.second_as_first_share),
    ]
    found = [
        texts(
            "“{true}” as “{read}” in {number} of {all} readings ({share}%)",
            true=true,
            read=read,
            number=count(number),
            all=count(readings[true]),
            share=percent(share, 1),
        )
        for true, read, number, share in ways
        if number
    ]
    return texts(
        "{name} confuses “{first}” and “{second}” most: over its finished seeds, it reads {ways}.",
        name=name,
        first=pair.first,
        second=pair.second,
        ways=texts.listing(found),
    )


def _shared_sentences(counts: ErrorCounts, votes: Sequence[Vote], texts: Texts) -> list[str]:
    if counts.networks < 2:
        return [texts("With only one finished network, this study cannot say whether others misread the same images.")]
    if counts.networks_per_image < 2:
        return [texts("No two finished networks were tested on the same images.")]
    of_all = [_vote_sentence(vote, texts) for vote in votes if vote.vote == "all"]
    return [_missed_sentence(counts, texts), *of_all]


def _missed_sentence(counts: ErrorCounts, texts: Texts) -> str:
    if counts.networks_per_image < counts.networks:
        return _missed_by_all_tested(counts, texts)
    if counts.missed_by_all == 0:
        return texts(
            "No test image is misread by every one of the {networks} finished networks.",
            networks=number_words(counts.networks, texts),
        )
    return texts.plural(
        "Of {images} test images, {n:,} is misread by every one of the {networks} finished networks.",
        "Of {images} test images, {n:,} are misread by every one of the {networks} finished networks.",
        counts.missed_by_all,
        images=count(counts.images),
        networks=number_words(counts.networks, texts),
    )


def _missed_by_all_tested(counts: ErrorCounts, texts: Texts) -> str:
    if counts.missed_by_all == 0:
        return texts("No test image is misread by every finished network that was tested on it.")
    return texts.plural(
        "Of {images} test images, {n:,} is misread by every finished network that was tested on it.",
        "Of {images} test images, {n:,} are misread by every finished network that was tested on them.",
        counts.missed_by_all,
        images=count(counts.images),
    )


def _vote_sentence(vote: Vote, texts: Texts) -> str:
    """Say whether the vote of all finished networks beats the best of them."""
    values = {
        "accuracy": percent(vote.accuracy),
        "best": texts("{name}, seed {seed}", name=vote.best_name, seed=vote.best_seed),
        "best_accuracy": percent(vote.best_accuracy),
        "evidence": _vote_evidence(vote, texts),
    }
    match vote.verdict:
        case "better":
            return texts(
                "Their majority vote reads {accuracy}% correctly, more than the best single network, {best}, with"
                " {best_accuracy}% ({evidence}).",
                **values,
            )
        case "worse":
            return texts(
                "Their majority vote reads {accuracy}% correctly, less than the best single network, {best}, with"
                " {best_accuracy}% ({evidence}).",
                **values,
            )
        case "undecided":
            return texts(
                "Whether their majority vote ({accuracy}%) is better than the best single network, {best}"
                " ({best_accuracy}%), remains open ({evidence}).",
                **values,
            )


def _vote_evidence(vote: Vote, texts: Texts) -> str:
    """Say in how many images the vote and the best network differ, and what that is worth."""
    images = []
    if vote.vote_only:
        images.append(
            texts.plural(
                "{n:,} image only the vote reads correctly",
                "{n:,} images only the vote reads correctly",
                vote.vote_only,
            )
        )
    if vote.best_only:
        images.append(
            texts.plural(
                "{n:,} image only that network reads correctly",
                "{n:,} images only that network reads correctly",
                vote.best_only,
            )
        )
    return "; ".join([*images, texts("exact test, {p}", p=equals_p(vote.p_adjusted))])


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
