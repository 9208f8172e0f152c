"""Findings as sentences; what they may claim is decided in `cnnbench.analysis`."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cnnbench.analysis.effects import StepEffect
from cnnbench.analysis.evidence import Comparison, GridEffect, SmallestDifference
from cnnbench.analysis.findings import Lead, Saving
from cnnbench.analysis.intervals import Estimate
from cnnbench.analysis.leaderboard import Entry
from cnnbench.analysis.verdicts import ALPHA, Verdict
from cnnbench.reporting.format import (
    count,
    magnitude,
    p_value,
    percent,
    percent_estimate,
    points,
    points_estimate,
)
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.words import status_words

_EQUALS = "p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}"
_BELOW = "p\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Finding:
    """One finding: what it says in short, and what stands behind it."""

    headline: str
    detail: str


def lead_finding(lead: Lead | None, comparisons: Sequence[Comparison], texts: Texts) -> Finding:
    """Say which result is best and which others it can be told apart from.

    Args:
        lead: the best and the second; None if no run is done.
        comparisons: the best against each other result, in their order.
        texts: the report's words.
    """
    if lead is None:
        return Finding(
            texts("No run was finished."),
            texts("There is nothing to compare; the failed runs and their reasons follow."),
        )
    headline = texts(
        "{name} has the highest mean test accuracy: {accuracy}%.",
        name=lead.best.name,
        accuracy=percent(lead.best.result.accuracy.mean),
    )
    details = [_evidence(lead.best, texts)]
    if lead.second is None or not comparisons:
        details.append(texts("There is no other finished result to compare it with."))
    else:
        details.append(_separation(lead.second, comparisons[0], texts))
        details.append(_told_apart(comparisons, texts))
    return Finding(headline, " ".join(filter(None, details)))


def saving_finding(saving: Saving, comparisons: Sequence[Comparison], texts: Texts) -> Finding:
    """Say what the result with the fewest operations costs in accuracy.

    Args:
        saving: the cheapest and the best.
        comparisons: those of the leaderboard.
        texts: the report's words.
    """
    cheapest, best = saving.cheapest, saving.best
    loss = texts(
        "{cheapest} reaches {accuracy}%, {difference} points less than {best}.",
        cheapest=cheapest.name,
        accuracy=percent_estimate(cheapest.result.accuracy),
        difference=percent(saving.loss),
        best=best.name,
    )
    return Finding(
        texts(
            "{name} needs the fewest operations: {operations} an image.",
            name=cheapest.name,
            operations=magnitude(cheapest.result.flops),
        ),
        " ".join(
            [
                texts(
                    "{name} takes {factor} times as many ({operations}).",
                    name=best.name,
                    factor=f"{saving.factor:.1f}" if saving.factor < 10 else count(saving.factor),
                    operations=magnitude(best.result.flops),
                ),
                loss,
                *(
                    _bearing(comparison, texts)
                    for comparison in comparisons
                    if comparison.second_combination == (cheapest.result.architecture, cheapest.result.recipe_hash)
                ),
            ]
        ),
    )


def ladder_finding(heading: str, effects: Sequence[StepEffect], texts: Texts) -> Finding:
    """Say which steps of a ladder helped, hurt, or stay open."""

    def of(verdict: Verdict) -> list[StepEffect]:
        return [effect for effect in effects if effect.comparison.verdict == verdict]

    better, worse, undecided, one_seed = of("better"), of("worse"), of("undecided"), of("one seed")
    details = []
    if better:
        details.append(texts("Raised: {effects}.", effects=_effects(better, texts)))
    if worse:
        details.append(texts("Lowered: {effects}.", effects=_effects(worse, texts)))
    if undecided:
        details.append(texts("No clear effect, chance may explain it: {effects}.", effects=_effects(undecided, texts)))
    if one_seed:
        details.append(
            texts(
                "Measured with one seed only: {effects}; whether another training would show such a difference cannot"
                " be told.",
                effects=_effects(one_seed, texts),
            )
        )
    if missing := of("not measured"):
        steps = texts.listing(
            texts("{step} (against {before})", step=_quoted(effect.step), before=_quoted(effect.before))
            for effect in missing
        )
        details.append(texts("Not measured, for lack of finished runs: {steps}.", steps=steps))
    if better or worse or undecided:
        details.append(
            texts(
                "Each is the mean difference to the step before, paired by seed, with its 95% interval; p is"
                " corrected for the number of steps."
            )
        )
    return Finding(_ladder_claim(heading, better, worse, texts), " ".join(details))


def grid_note(effects: Sequence[GridEffect], texts: Texts) -> str | None:
    """Say which keys of a grid have an effect, or act together, by more than chance; None without keys that vary."""
    if not effects:
        return None
    told = [effect for effect in effects if effect.verdict in ("better", "worse")]
    notes = []
    if main := [effect for effect in told if not effect.with_factor]:
        notes.append(
            texts(
                "Averaged over all else, these differ by more than chance: {effects}.",
                effects=texts.listing(_grid_effect(effect, texts) for effect in main),
            )
        )
    if interactions := [effect for effect in told if effect.with_factor]:
        notes.append(
            texts(
                "These keys act together by more than chance: {effects}.",
                effects=texts.listing(_grid_effect(effect, texts) for effect in interactions),
            )
        )
    if all(effect.verdict in ("one seed", "not measured") for effect in effects):
        notes.append(texts("With fewer than two seeds, no effect of a key can be told from chance in training."))
    elif not told:
        notes.append(texts("No key has an effect, averaged over all else, that this study can tell from chance."))
    return " ".join(notes)


def level_words(effect: GridEffect, texts: Texts) -> str:
    """Say which levels an effect compares: `batch size 128 against 32`."""
    words = texts(
        "{key} {level} against {reference}", key=_key(effect.factor), level=effect.level, reference=effect.reference
    )
    if not effect.with_factor:
        return words
    return texts(
        "{effect}, under {key} {level} rather than {reference}",
        effect=words,
        key=_key(effect.with_factor),
        level=effect.with_level,
        reference=effect.with_reference,
    )


def smallest_difference_note(smallest: Sequence[SmallestDifference], images: int, texts: Texts) -> str:
    """Say how small a difference between the best and another result this study could have told from chance.

    Args:
        smallest: that of the present number of seeds, then those of other numbers; none with one seed.
        images: test images.
        texts: the report's words.
    """
    if not smallest:
        return texts(
            "With fewer than two finished seeds on each side, no difference, however large, can be told from chance in"
            " training."
        )
    present, *others = smallest
    if present.difference < 1:
        note = texts.plural(
            "With {seeds} seeds and {images} test images, this study would tell a difference to the best of"
            " {difference} points from chance in four of five cases ({n:,} comparison).",
            "With {seeds} seeds and {images} test images, this study would tell a difference to the best of"
            " {difference} points from chance in four of five cases ({n:,} comparisons at once).",
            present.comparisons,
            seeds=present.seeds,
            images=count(images),
            difference=percent(present.difference),
        )
    else:
        note = texts(
            "{seeds} seeds are too few for {comparisons} comparisons at once: no difference could be told from chance"
            " with any certainty.",
            seeds=present.seeds,
            comparisons=present.comparisons,
        )
    more = texts.listing(
        texts(
            "{difference} points with {seeds}",
            difference=percent(other.difference) if other.difference < 1 else ">\N{NO-BREAK SPACE}100",
            seeds=other.seeds,
        )
        for other in others
    )
    return (
        f"{note} {texts('By number of seeds, the smallest such difference would be {differences}.', differences=more)}"
    )


def failure_finding(runs: pd.DataFrame, texts: Texts) -> Finding | None:
    """Say how many runs failed and how; None if all are done."""
    failed = runs[runs["status"] != "done"]
    if failed.empty:
        return None
    kinds = [
        texts(
            "{status}: {number} ({titles})",
            status=status_words(str(status), texts).capitalize(),
            number=count(len(group)),
            titles=texts.listing(str(title) for title in group["title"].unique()),
        )
        for status, group in failed.groupby("status")
    ]
    return Finding(
        texts.plural(
            "{n:,} of {runs} runs was not finished.",
            "{n:,} of {runs} runs were not finished.",
            len(failed),
            runs=count(len(runs)),
        ),
        texts(
            "{kinds}. Means are over the finished runs, and each table says how many these are.",
            kinds="; ".join(kinds),
        ),
    )


def seeds_warning(seeds: Sequence[int], texts: Texts) -> str | None:
    """Say what a study of one seed cannot show; None with more."""
    if len(seeds) > 1:
        return None
    return texts(
        "Every result stands on a single seed. How far it would move with another start and another order of the"
        " images is unknown, so no interval over seeds is given, and no difference below should be read as one between"
        " architectures or recipes: a test over images can only say that two trained networks differ. Two more seeds"
        " would tell."
    )


def _separation(second: Entry, comparison: Comparison, texts: Texts) -> str:
    """Say how the best stands to the second."""
    behind = texts(
        "{name} comes second with {accuracy}%, {difference} points behind.",
        name=second.name,
        accuracy=percent_estimate(second.result.accuracy),
        difference=percent(comparison.difference.mean),
    )
    if comparison.verdict == "not measured":
        behind = texts(
            "{name} comes second with {accuracy}%.",
            name=second.name,
            accuracy=percent_estimate(second.result.accuracy),
        )
    return f"{behind} {_bearing(comparison, texts)}"


def _bearing(comparison: Comparison, texts: Texts) -> str:
    """Say whether a difference between the best and another result is more than chance."""
    p = _p(comparison.p_holm)
    match comparison.verdict:
        case "better" | "worse":
            return texts("This is more than chance, in training and in the test images ({p}).", p=p)
        case "undecided":
            return texts("Chance may explain this ({p}): the study does not settle which of the two is better.", p=p)
        case "not measured":
            return texts("They have no finished seed in common, so they cannot be compared.")
        case "one seed" if comparison.p_holm < ALPHA:
            return texts(
                "They share one finished seed: these two trained networks differ by more than chance in the test images"
                " (McNemar's exact test, {p}), but whether another training would show it cannot be told.",
                p=p,
            )
        case "one seed":
            return texts(
                "They share one finished seed, and chance in the test images alone may explain this (McNemar's exact"
                " test, {p}).",
                p=p,
            )


def _told_apart(comparisons: Sequence[Comparison], texts: Texts) -> str:
    """Say from how many of the other results the best can be told apart; empty where that is said already."""
    measured = [comparison for comparison in comparisons if comparison.difference.n > 1]
    if len(measured) < 2:
        return ""
    return texts.plural(
        "It can be told apart from {apart} of {n:,} other result.",
        "It can be told apart from {apart} of {n:,} other results.",
        len(measured),
        apart=sum(comparison.verdict == "better" for comparison in measured),
    )


def _evidence(entry: Entry, texts: Texts) -> str:
    result = entry.result
    if result.accuracy.half_width is None:
        return texts("It has one finished run, so that its spread over seeds is unknown.")
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


def _ladder_claim(heading: str, better: Sequence[StepEffect], worse: Sequence[StepEffect], texts: Texts) -> str:
    raised = texts.listing(_quoted(effect.step) for effect in better)
    lowered = texts.listing(_quoted(effect.step) for effect in worse)
    if raised and lowered:
        return texts(
            "{heading}: {raised} raised the test accuracy; {lowered} lowered it.",
            heading=heading,
            raised=raised,
            lowered=lowered,
        )
    if raised:
        return texts("{heading}: {raised} raised the test accuracy.", heading=heading, raised=raised)
    if lowered:
        return texts("{heading}: {lowered} lowered the test accuracy.", heading=heading, lowered=lowered)
    return texts("{heading}: no step has an effect that this study can tell from chance.", heading=heading)


def _effects(effects: Sequence[StepEffect], texts: Texts) -> str:
    return texts.listing(
        texts(
            "{name} {difference} points ({evidence})",
            name=_quoted(effect.step),
            difference=points_estimate(effect.comparison.difference),
            evidence=_support(effect.comparison.difference, effect.comparison.p_holm, texts),
        )
        if effect.comparison.difference.half_width is not None
        else texts(
            "{name} {difference} points",
            name=_quoted(effect.step),
            difference=points(effect.comparison.difference.mean),
        )
        for effect in effects
    )


def _grid_effect(effect: GridEffect, texts: Texts) -> str:
    return texts(
        "{name} {difference} points ({evidence})",
        name=level_words(effect, texts),
        difference=points_estimate(effect.difference),
        evidence=_support(effect.difference, effect.p_holm, texts),
    )


def _support(difference: Estimate, p_holm: float, texts: Texts) -> str:
    """Say on how many seeds a difference stands and how likely chance alone would show it."""
    return f"{texts.plural('{n:,} seed', '{n:,} seeds', difference.n)}, {_p(p_holm)}"


def _p(value: float) -> str:
    written = p_value(value)
    return f"{_BELOW}{written}" if written.startswith("<") else f"{_EQUALS}{written}"


def _quoted(step: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{step}\N{RIGHT DOUBLE QUOTATION MARK}"


def _key(key: str) -> str:
    return key.replace("_", " ")


def data_note(note: str, texts: Texts) -> str:
    """Return what `dataset.json` says of data that is not the official one, in the report's language."""
    known = {
        "These are not the official EMNIST files, but another archive in their layout.": texts(
            "These are not the official EMNIST files, but another archive in their layout."
        ),
        "This is a sample for trying things out: the 1,797 digits that come with scikit-learn, enlarged to 28 × 28"
        " pixels. They are not EMNIST, and an accuracy on them says nothing of EMNIST.": texts(
            "This is a sample for trying things out: the 1,797 digits that come with scikit-learn, enlarged to 28 × 28"
            " pixels. They are not EMNIST, and an accuracy on them says nothing of EMNIST."
        ),
    }
    return known.get(note, note)
