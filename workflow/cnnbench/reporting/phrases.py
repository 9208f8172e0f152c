"""Sentences that several sections state; what they may claim is decided in `cnnbench.analysis`."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.comparisons import Comparison, GridStanding, Result, Standing
from cnnbench.analysis.tables.values import Estimate
from cnnbench.reporting.format import count, p_value, percent, percent_interval, points, points_interval
from cnnbench.reporting.sections.section import Finding
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.analysis.leaderboard import Lead

_EQUALS = "p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
_BELOW = "p\N{NO-BREAK SPACE}"
_MOST_NAMED = 4
"""How many results that may be the best a sentence names."""


def lead_finding(lead: "Lead | None", comparisons: Sequence[Comparison], texts: Texts) -> Finding:
    """Say which result has the highest accuracy, and how it compares with the second.

    Args:
        lead: the best and the second; None if no run is done.
        comparisons: the best against each other result, in their order.
        texts: the report's words.
    """
    if lead is None:
        return _nothing_finished(texts)
    details = [_interval_sentence(lead.best, texts)]
    if lead.second is None or not comparisons:
        details.append(texts("There is no other finished result to compare it with."))
    else:
        details += [
            _second_sentence(lead.second, comparisons[0], texts),
            weight_of_evidence(comparisons[0], texts),
        ]
    return Finding(_lead_headline(lead.best, texts), " ".join(details))


def best_finding(
    lead: "Lead | None",
    comparisons: Sequence[Comparison],
    standings: Sequence[Standing | GridStanding],
    texts: Texts,
) -> Finding:
    """Say which result of a study or of a grid has the highest accuracy, and which results may be the best.

    Of a result that is surely not the best, its comparison with the first is not said to be open: the set of those that
    may be the best answers one question, the comparisons of all pairs many, so that these leave more open.

    Args:
        lead: the best and the second; None if no run is done.
        comparisons: the best against each other result, in their order.
        standings: how each result stands, the best first; none where seeds are too few for a set.
        texts: the report's words.
    """
    if lead is None or lead.second is None or not comparisons or not standings:
        return lead_finding(lead, comparisons, texts)
    details = [_interval_sentence(lead.best, texts), _second_sentence(lead.second, comparisons[0], texts)]
    if any(row.possibly_best and row.combination == lead.second.combination for row in standings):
        details.append(weight_of_evidence(comparisons[0], texts))
    details.append(best_sentence(standings, texts))
    return Finding(_lead_headline(lead.best, texts), " ".join(details))


def bears_ranks(results: Iterable[Result]) -> bool:
    """Say whether a study has the seeds without which no result is said to be better than another one."""
    return sum(result.accuracy.n > 1 for result in results) > 1


def best_sentence(standings: Sequence[Standing | GridStanding], texts: Texts) -> str:
    """Say which results may be the best, by name where they are few.

    Args:
        standings: how each result stands, some of them with a finished run.
        texts: the report's words.
    """
    finished = [row for row in standings if row.possibly_best is not None]
    names = [row.name for row in finished if row.possibly_best]
    if len(names) == len(finished):
        return nothing_ruled_out(texts)
    values = {
        "all": number_words(len(finished), texts),
        "number": number_words(len(names), texts),
        "others": number_words(len(finished) - len(names), texts),
    }
    if len(names) == 1:
        return only_best(names[0], len(finished), texts)
    if len(names) <= _MOST_NAMED:
        return texts(
            "With 95% confidence, the best of the {all} results is one of these {number}: {names}.",
            names=texts.listing(names),
            **values,
        )
    return texts(
        "With 95% confidence, the best of the {all} results is one of {number}; the other {others} are ruled out.",
        **values,
    )


def nothing_ruled_out(texts: Texts) -> str:
    """Say that every result may be the best."""
    return texts("No result can be ruled out as the best.")


def only_best(name: str, results: int, texts: Texts) -> str:
    """Say that one of several results is the best."""
    return texts(
        "With 95% confidence, {name} is the best of the {all} results.", name=name, all=number_words(results, texts)
    )


def weight_of_evidence(comparison: Comparison, texts: Texts) -> str:
    """Say whether a difference between the best and another result is more than chance."""
    p = equals_p(comparison.p_holm)
    match comparison.verdict:
        case "better" | "worse":
            return texts("This is more than chance in training and in the test images would explain ({p}).", p=p)
        case "undecided":
            open_ = texts(
                "Chance may explain the difference ({p}): this comparison does not settle which of the two is better.",
                p=p,
            )
            return " ".join(filter(None, [open_, _seeds_sentence(comparison, texts)]))
        case "not_measured":
            return texts("They have no finished seed in common, so they cannot be compared.")
        case "one_seed" if comparison.networks_differ:
            return texts(
                "They share only one finished seed: these two trained networks differ by more than chance in the test"
                " images ({p}), but whether they would differ if trained again is unknown.",
                p=p,
            )
        case "one_seed":
            return texts(
                "They share only one finished seed, and chance in the test images alone may explain the difference"
                " ({p}).",
                p=p,
            )


def evidence(difference: Estimate, p_holm: float, texts: Texts) -> str:
    """Say on what a difference rests: its interval, the seeds, and how likely chance alone would show it."""
    seeds = texts.plural("{n:,} seed", "{n:,} seeds", difference.n)
    return f"{points_interval(difference)}; {seeds}, {equals_p(p_holm)}"


def equals_p(p: float) -> str:
    """Write a p-value for a sentence: `p = 0.023`, `p < 0.001`."""
    written = p_value(p)
    return f"{_BELOW}{written}" if written.startswith("<") else f"{_EQUALS}{written}"


def quoted(name: str) -> str:
    """Put a name into quotation marks."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"


def number_words(number: int, texts: Texts) -> str:
    """Return a number for a sentence: up to ten in words, above in digits."""
    words = [
        texts("one"),
        texts("two"),
        texts("three"),
        texts("four"),
        texts("five"),
        texts("six"),
        texts("seven"),
        texts("eight"),
        texts("nine"),
        texts("ten"),
    ]
    return words[number - 1] if 1 <= number <= len(words) else count(number)


def _nothing_finished(texts: Texts) -> Finding:
    return Finding(
        texts("No run was finished."),
        texts("There is nothing to compare; the failed runs are listed with their reasons."),
    )


def _lead_headline(best: Result, texts: Texts) -> str:
    return texts(
        "{name} has the highest mean test accuracy: {accuracy}%.", name=best.name, accuracy=percent(best.accuracy.mean)
    )


def _interval_sentence(result: Result, texts: Texts) -> str:
    interval = percent_interval(result.accuracy)
    if result.accuracy.n == 1:
        return texts(
            "It has only one finished run: the 95% interval, {interval}%, is for other test images, and how far the"
            " accuracy varies between seeds is unknown.",
            interval=interval,
        )
    if result.accuracy.n == result.seeds:
        return texts.plural(
            "The 95% interval is {interval}% ({n:,} seed).",
            "The 95% interval is {interval}% ({n:,} seeds).",
            result.seeds,
            interval=interval,
        )
    return texts.plural(
        "The 95% interval is {interval}% ({done} of {n:,} seed).",
        "The 95% interval is {interval}% ({done} of {n:,} seeds).",
        result.seeds,
        interval=interval,
        done=result.accuracy.n,
    )


def _second_sentence(second: Result, comparison: Comparison, texts: Texts) -> str:
    """Say how far the second is behind the best."""
    accuracy = percent(second.accuracy.mean)
    if comparison.verdict == "not_measured":
        return texts("{name} comes second with {accuracy}%.", name=second.name, accuracy=accuracy)
    return texts(
        "{name} comes second with {accuracy}%: a difference of {difference} points (95% interval {interval}).",
        name=second.name,
        accuracy=accuracy,
        difference=points(comparison.difference.mean),
        interval=points_interval(comparison.difference),
    )


def _seeds_sentence(comparison: Comparison, texts: Texts) -> str:
    """Say how many seeds would settle a comparison; empty where that is not known."""
    if comparison.seeds_needed is None:
        return ""
    return texts.plural(
        "To detect a true difference of this size, {n:,} seed would be needed (80% power).",
        "To detect a true difference of this size, {n:,} seeds would be needed (80% power).",
        comparison.seeds_needed,
    )
