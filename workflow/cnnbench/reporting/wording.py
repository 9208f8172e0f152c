"""Findings as English sentences; what they may claim is decided in `cnnbench.analysis`."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from cnnbench.analysis.course import RISE, Course
from cnnbench.analysis.effects import StepEffect, Verdict
from cnnbench.analysis.findings import Lead, Saving
from cnnbench.analysis.intervals import Estimate
from cnnbench.analysis.leaderboard import Entry
from cnnbench.reporting.format import (
    count,
    listing,
    magnitude,
    percent,
    percent_estimate,
    plural,
    points,
    points_estimate,
)

STATUS_WORDS = {"done": "done", "diverged": "diverged", "out_of_memory": "out of memory"}
VERDICT_WORDS: dict[Verdict, str] = {
    "helped": "helped",
    "hurt": "hurt",
    "undecided": "no clear effect",
    "one seed": "one seed: open",
    "not measured": "not measured",
}


@dataclass(frozen=True)
class Finding:
    """One finding: what it says in short, and what stands behind it."""

    headline: str
    detail: str


def lead_finding(lead: Lead | None) -> Finding:
    """Say which result is best and whether it is ahead of the second."""
    if lead is None:
        return Finding("No run was finished.", "There is nothing to compare; the failed runs and their reasons follow.")
    accuracy = lead.best.result.accuracy
    headline = f"{lead.best.name} has the highest mean test accuracy: {percent(accuracy.mean)}%."
    details = [_evidence(lead.best)]
    if lead.second is None:
        details.append("There is no other finished result to compare it with.")
    else:
        details.append(
            f"{lead.second.name} comes second with {_accuracy(lead.second.result.accuracy)},"
            f" {percent(lead.difference)} points behind. {_separation(lead)}"
        )
    return Finding(headline, " ".join(details))


def saving_finding(saving: Saving) -> Finding:
    """Say what the result with the fewest operations costs in accuracy."""
    cheapest, best = saving.cheapest, saving.best
    factor = f"{saving.factor:.1f}" if saving.factor < 10 else count(saving.factor)
    return Finding(
        f"{cheapest.name} needs the fewest operations: {magnitude(cheapest.result.flops)} an image.",
        f"{best.name} takes {factor} times as many ({magnitude(best.result.flops)})."
        f" {cheapest.name} reaches {_accuracy(cheapest.result.accuracy)},"
        f" {percent(saving.loss)} points less than {best.name}.",
    )


def ladder_finding(heading: str, effects: Sequence[StepEffect]) -> Finding:
    """Say which steps of a ladder helped, hurt, or stay open."""
    groups = {
        verdict: [effect for effect in effects if effect.verdict == verdict]
        for verdict in ("helped", "hurt", "undecided", "one seed", "not measured")
    }
    headlines, details = [], []
    for verdict, verb in (("helped", "raised"), ("hurt", "lowered")):
        if found := groups[verdict]:
            headlines.append(f"{listing([_quoted(effect.step) for effect in found])} {verb} the test accuracy")
            details.append(f"{verb.capitalize()}: {listing([_effect(effect) for effect in found])}.")
    if found := groups["undecided"]:
        details.append(f"No clear effect, the interval holds zero: {listing([_effect(effect) for effect in found])}.")
    if found := groups["one seed"]:
        details.append(
            f"Measured with one seed only: {listing([_effect(effect) for effect in found])};"
            " whether such a difference is more than chance in training cannot be told."
        )
    if found := groups["not measured"]:
        steps = listing([f"{_quoted(effect.step)} (against {_quoted(effect.before)})" for effect in found])
        details.append(f"Not measured, for lack of finished runs: {steps}.")
    if groups["helped"] or groups["hurt"] or groups["undecided"]:
        details.append("Each is the mean difference to the step before, paired by seed, with its 95% interval.")
    claim = "; ".join(headlines) if headlines else "no step has an effect that this study can tell from chance"
    return Finding(f"{heading}: {claim}.", " ".join(details))


def failure_finding(runs: pd.DataFrame) -> Finding | None:
    """Say how many runs failed and how; None if all are done."""
    failed = runs[runs["status"] != "done"]
    if failed.empty:
        return None
    kinds = [
        f"{STATUS_WORDS.get(str(status), str(status)).capitalize()}: {count(len(group))} ({_titles(group)})"
        for status, group in failed.groupby("status")
    ]
    verb = "was" if len(failed) == 1 else "were"
    return Finding(
        f"{count(len(failed))} of {plural(len(runs), 'run')} {verb} not finished.",
        f"{'; '.join(kinds)}. Means are over the finished runs, and each table says how many these are.",
    )


def seeds_warning(seeds: Sequence[int]) -> str | None:
    """Say what a study of one seed cannot show; None with more."""
    if len(seeds) > 1:
        return None
    return (
        "Every result stands on a single seed. How far it would move with another start and another order of the images"
        " is unknown, so no interval is given, and no difference below should be read as one between architectures or"
        " recipes. Two more seeds would tell."
    )


def course_note(course: Course) -> str | None:
    """Say in how many runs training was too short or overfitted; None if in none."""
    runs = plural(course.finished, "finished run")
    notes = []
    if course.still_improving:
        notes.append(
            f"In {count(course.still_improving)} of {runs} the last epoch was the best on the validation part: training"
            " for longer may change these results."
        )
    if course.overfitted:
        notes.append(
            f"In {count(course.overfitted)} of {runs} the validation loss ended more than {percent(RISE, 0)}% above its"
            " lowest value: these networks had begun to overfit."
        )
    return " ".join(notes) or None


def _separation(lead: Lead) -> str:
    if lead.overlap is None:
        return "With fewer than two finished seeds on one side, whether this is more than chance cannot be told."
    if lead.overlap:
        return "Their 95% intervals overlap: this study does not settle which of the two is better."
    if lead.settled:
        return "Their 95% intervals do not overlap."
    return (
        "Their 95% intervals over seeds do not overlap, but with"
        f" {count(lead.best.result.test_images)} test images another draw of as many could move an accuracy by"
        f" ±{percent(lead.sampling)} points: on other characters the order may differ."
    )


def _evidence(entry: Entry) -> str:
    result = entry.result
    done = result.accuracy.n
    seeds = plural(done, "seed") if done == result.seeds else f"{done} of {plural(result.seeds, 'seed')}"
    if result.accuracy.half_width is None:
        return f"It has one finished run ({seeds}), so that its spread is unknown."
    return f"The 95% interval is {_accuracy(result.accuracy)} ({seeds})."


def _accuracy(value: Estimate) -> str:
    return f"{percent_estimate(value)}%"


def _effect(effect: StepEffect) -> str:
    if effect.difference.half_width is None:
        return f"{_quoted(effect.step)} {points(effect.difference.mean)} points"
    return f"{_quoted(effect.step)} {points_estimate(effect.difference)} points ({plural(effect.difference.n, 'seed')})"


def _quoted(step: str) -> str:
    return f"\N{LEFT DOUBLE QUOTATION MARK}{step}\N{RIGHT DOUBLE QUOTATION MARK}"


def _titles(runs: pd.DataFrame) -> str:
    return listing([str(title) for title in runs["title"].unique()])
