"""Sentences that several sections state; what they may claim is decided in `cnnbench.analysis`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.comparisons import Comparison, Result
from cnnbench.analysis.tables.values import Estimate
from cnnbench.reporting.format import p_value, percent, percent_estimate
from cnnbench.reporting.sections.section import Finding
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.analysis.leaderboard import Lead

_EQUALS = "p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
_BELOW = "p\N{NO-BREAK SPACE}"


def lead_finding(lead: "Lead | None", comparisons: Sequence[Comparison], texts: Texts) -> Finding:
    """Say which result is best, and from which others it can be distinguished.

    Args:
        lead: the best and the second; None if no run is done.
        comparisons: the best against each other result, in their order.
        texts: the report's words.
    """
    if lead is None:
        return Finding(
            texts("No run was finished."),
            texts("There is nothing to compare; the failed runs are listed with their reasons."),
        )
    headline = texts(
        "{name} has the highest mean test accuracy: {accuracy}%.",
        name=lead.best.name,
        accuracy=percent(lead.best.accuracy.mean),
    )
    details = [_spread(lead.best, texts)]
    if lead.second is None or not comparisons:
        details.append(texts("There is no other finished result to compare it with."))
    else:
        details.append(_separation(lead.second, comparisons[0], texts))
        details.append(_distinguished(comparisons, texts))
    return Finding(headline, " ".join(filter(None, details)))


def weight_of_evidence(comparison: Comparison, texts: Texts) -> str:
    """Say whether a difference between the best and another result is more than chance."""
    p = equals_p(comparison.p_holm)
    match comparison.verdict:
        case "better" | "worse":
            return texts("The difference is more than chance, both in training and in the test images ({p}).", p=p)
        case "undecided":
            return texts(
                "Chance may explain the difference ({p}): this study does not settle which of the two is better.", p=p
            )
        case "not_measured":
            return texts("They have no finished seed in common, so they cannot be compared.")
        case "one_seed" if comparison.networks_differ:
            return texts(
                "They share only one finished seed: these two trained networks differ by more than chance in the test"
                " images (McNemar's exact test, {p}), but whether they would differ if trained again is unknown.",
                p=p,
            )
        case "one_seed":
            return texts(
                "They share only one finished seed, and chance in the test images alone may explain the difference"
                " (McNemar's exact test, {p}).",
                p=p,
            )


def seeds_and_p(difference: Estimate, p_holm: float, texts: Texts) -> str:
    """Say on how many seeds a difference rests, and how likely chance alone would show it."""
    return f"{texts.plural('{n:,} seed', '{n:,} seeds', difference.n)}, {equals_p(p_holm)}"


def equals_p(p: float) -> str:
    """Write a p-value for a sentence: `p = 0.023`, `p < 0.001`."""
    written = p_value(p)
    return f"{_BELOW}{written}" if written.startswith("<") else f"{_EQUALS}{written}"


def quoted(name: str) -> str:
    """Put a name into quotation marks."""
    return f"\N{LEFT DOUBLE QUOTATION MARK}{name}\N{RIGHT DOUBLE QUOTATION MARK}"


def _spread(result: Result, texts: Texts) -> str:
    if result.accuracy.half_width is None:
        return texts("It has only one finished run, so its spread over seeds is unknown.")
    if result.accuracy.n == result.seeds:
        return texts.plural(
            "The 95% interval is {accuracy}% ({n:,} seed).",
            "The 95% interval is {accuracy}% ({n:,} seeds).",
            result.seeds,
            accuracy=percent_estimate(result.accuracy),
        )
    return texts.plural(
        "The 95% interval is {accuracy}% ({done} of {n:,} seed).",
        "The 95% interval is {accuracy}% ({done} of {n:,} seeds).",
        result.seeds,
        accuracy=percent_estimate(result.accuracy),
        done=result.accuracy.n,
    )


def _separation(second: Result, comparison: Comparison, texts: Texts) -> str:
    """Say how the best stands to the second."""
    if comparison.verdict == "not_measured":
        place = texts(
            "{name} comes second with {accuracy}%.", name=second.name, accuracy=percent_estimate(second.accuracy)
        )
    else:
        place = texts(
            "{name} comes second with {accuracy}%, {difference} points behind.",
            name=second.name,
            accuracy=percent_estimate(second.accuracy),
            difference=percent(comparison.difference.mean),
        )
    return f"{place} {weight_of_evidence(comparison, texts)}"


def _distinguished(comparisons: Sequence[Comparison], texts: Texts) -> str:
    """Say from how many of the other results the best can be distinguished; empty where that is said already."""
    measured = [comparison for comparison in comparisons if comparison.difference.n > 1]
    if len(measured) < 2:
        return ""
    return texts.plural(
        "It can be distinguished from {number} of {n:,} other result.",
        "It can be distinguished from {number} of {n:,} other results.",
        len(measured),
        number=sum(comparison.verdict == "better" for comparison in measured),
    )
