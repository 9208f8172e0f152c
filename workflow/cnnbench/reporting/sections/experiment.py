"""The sections about the experiments, one for each: its rows, what they answer, and how training went."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cnnbench.analysis.experiment_results import results_of
from cnnbench.analysis.tables.choices import ChoiceStability, ValidationChoice
from cnnbench.analysis.tables.comparisons import Comparison, GridEffect, GridStanding, Kind, Result, Verdict
from cnnbench.analysis.tables.runs import TrainingDiagnosis
from cnnbench.reporting.choices import choice_note
from cnnbench.reporting.format import points, points_interval
from cnnbench.reporting.labels import verdict_words
from cnnbench.reporting.phrases import bears_ranks, best_finding, evidence, quoted
from cnnbench.reporting.sections.section import Finding, Section
from cnnbench.reporting.translation import Texts
from cnnbench.study.expansion import describe
from cnnbench.study.study_file import StudyExperiment

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results

MOST = 8
"""How many rows a sentence names."""


@dataclass(frozen=True)
class ExperimentRow:
    """A line of an experiment's table."""

    result: Result
    """Under the label that the row has in the experiment."""
    changes: str
    """What the row changes in the recipe; empty for a ladder's baseline."""
    effect: Comparison | None
    """Against the previous step; None in a grid and for a ladder's baseline."""
    reading: str
    """What the effect shows, in words."""


@dataclass(frozen=True)
class GridEffectRow:
    """A line of the table of a grid's effects."""

    levels: str
    """What is compared, in words."""
    effect: GridEffect
    reading: str
    """What the effect shows, in words."""


@dataclass(frozen=True)
class ExperimentContent:
    """What the section about one experiment shows."""

    name: str
    kind: Kind
    heading: str
    question: str
    answer: Finding
    rows: list[ExperimentRow]
    grid_effects: list[GridEffectRow]
    """Empty except for a grid in which a key varies."""
    grid_note: str | None
    training_note: str | None
    choices: str | None
    """Whether seeds would choose the same row of a grid by validation; None if fewer than two choose."""
    accuracy_figure: str
    learning_curves_figure: str
    ladder_figure: str | None
    grid_effects_figure: str | None


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return a section for each experiment."""
    contents = [_content(experiment, results, texts) for experiment in results.study.experiments]
    return [Section("experiment", f"experiment-{content.name}", content.heading, content) for content in contents]


def named_results(experiment: StudyExperiment, leaderboard: Sequence[Result]) -> list[Result]:
    """Return the results of an experiment's rows, each under the row's own label."""
    found = results_of(experiment, leaderboard)
    return [replace(result, name=row.label) for row, result in zip(experiment.rows, found, strict=True)]


def answer(
    experiment: StudyExperiment,
    leaderboard: Sequence[Result],
    comparisons: Sequence[Comparison],
    standings: Sequence[GridStanding],
    texts: Texts,
) -> Finding:
    """Say what an experiment found.

    Args:
        experiment: a grid or a ladder.
        leaderboard: what each architecture and recipe reached.
        comparisons: all of the study.
        standings: of all grids.
        texts: the report's words.
    """
    from cnnbench.analysis.leaderboard import find_lead

    own, rows = _comparisons_of(experiment, comparisons), named_results(experiment, leaderboard)
    if experiment.kind == "ladder":
        return ladder_finding(rows[0].title, own, texts)
    stand = [row for row in standings if row.experiment == experiment.name] if bears_ranks(rows) else []
    return best_finding(find_lead(rows), own, stand, texts)


def ladder_finding(architecture: str, steps: Sequence[Comparison], texts: Texts) -> Finding:
    """Say which steps of a ladder helped, hurt, or stay open.

    Args:
        architecture: the architecture's title.
        steps: each step against the previous one.
        texts: the report's words.
    """

    def of(verdict: Verdict) -> list[Comparison]:
        return [step for step in steps if step.verdict == verdict]

    better, worse, undecided, one_seed = of("better"), of("worse"), of("undecided"), of("one_seed")
    details = []
    if better:
        details.append(texts("Raised: {effects}.", effects=_effects(better, texts)))
    if worse:
        details.append(texts("Lowered: {effects}.", effects=_effects(worse, texts)))
    if undecided:
        details.append(texts("No clear effect; chance may explain it: {effects}.", effects=_effects(undecided, texts)))
        details.append(_seeds_sentence(undecided, texts))
    if one_seed:
        details.append(
            texts(
                "Measured with one seed only, so that the 95% intervals are for other test images: {effects}. Whether"
                " such a difference would show if trained again is unknown.",
                effects=_effects(one_seed, texts),
            )
        )
    if missing := of("not_measured"):
        named = texts.listing(
            texts("{step} (against {before})", step=quoted(step.first.name), before=quoted(step.second.name))
            for step in missing
        )
        details.append(texts("Not measured, for lack of finished runs: {steps}.", steps=named))
    if better or worse or undecided:
        details.append(
            texts(
                "Each is the mean difference from the previous step, paired by seed, with its 95% interval; p is"
                " corrected for the number of steps."
            )
        )
    return Finding(_ladder_claim(architecture, better, worse, texts), " ".join(filter(None, details)))


def grid_note(effects: Sequence[GridEffect], texts: Texts) -> str | None:
    """Say which keys of a grid have an effect, or interact, by more than chance; None without keys that vary."""
    if not effects:
        return None
    clear = [effect for effect in effects if effect.verdict in ("better", "worse")]
    notes = []
    if main := [effect for effect in clear if not effect.with_factor]:
        notes.append(
            texts(
                "Averaged over everything else, these values differ by more than chance: {effects}.",
                effects=texts.listing(_grid_effect(effect, texts) for effect in main),
            )
        )
    if interactions := [effect for effect in clear if effect.with_factor]:
        notes.append(
            texts(
                "These keys interact by more than chance: {effects}.",
                effects=texts.listing(_grid_effect(effect, texts) for effect in interactions),
            )
        )
    if all(effect.verdict in ("one_seed", "not_measured") for effect in effects):
        notes.append(
            texts("With fewer than two seeds, no effect of a key can be distinguished from chance in training.")
        )
    elif not clear:
        notes.append(
            texts("Averaged over everything else, no key has an effect that can be distinguished from chance.")
        )
    return " ".join(notes)


def level_words(effect: GridEffect, texts: Texts) -> str:
    """Say which levels an effect compares: `batch size 128 against 32`."""
    words = texts(
        "{key} {level} against {reference}", key=_key(effect.factor), level=effect.level, reference=effect.reference
    )
    if not effect.with_factor:
        return words
    return texts(
        "{effect}, with {key} {level} rather than {reference}",
        effect=words,
        key=_key(effect.with_factor),
        level=effect.with_level,
        reference=effect.with_reference,
    )


def training_note(rows: Sequence[TrainingDiagnosis], texts: Texts) -> str | None:
    """Say which rows of an experiment overfitted, still improved, or underfitted; None if none did."""
    from cnnbench.analysis.training_diagnosis import RISE

    overfitted = [_share(row, row.overfitted, texts) for row in rows if row.overfitted]
    improving = [_share(row, row.still_improving, texts) for row in rows if row.still_improving]
    underfitted = [row.label for row in rows if row.underfitted]
    notes = []
    if overfitted:
        notes.append(
            texts(
                "Possible overfitting (validation loss ended more than {rise:.0%} above its minimum, while training"
                " loss fell further): {rows}.",
                rise=RISE,
                rows=_first(overfitted, texts),
            )
        )
    if improving:
        notes.append(
            texts(
                "Still improving (the last epoch was the best on the validation part, so longer training may change the"
                " result): {rows}.",
                rows=_first(improving, texts),
            )
        )
    if underfitted:
        notes.append(
            texts(
                "Possible underfitting (still improving in every seed, and accuracy on the training images, as shown in"
                " training, no higher than on the validation images): {rows}.",
                rows=_first(underfitted, texts),
            )
        )
    return " ".join(notes) or None


def _content(experiment: StudyExperiment, results: "Results", texts: Texts) -> ExperimentContent:
    name, text = experiment.name, results.presentation.experiments[experiment.name]
    leaderboard, comparisons = results.rows(Result), results.rows(Comparison)
    effects = [effect for effect in results.rows(GridEffect) if effect.experiment == name]
    diagnoses = [row for row in results.rows(TrainingDiagnosis) if row.experiment == name]
    return ExperimentContent(
        name=name,
        kind=experiment.kind,
        heading=text.heading,
        question=text.question,
        answer=answer(experiment, leaderboard, comparisons, results.rows(GridStanding), texts),
        rows=_rows(experiment, leaderboard, comparisons, texts),
        grid_effects=[
            GridEffectRow(level_words(effect, texts), effect, verdict_words(effect.verdict, texts))
            for effect in effects
        ],
        grid_note=grid_note(effects, texts),
        training_note=training_note(diagnoses, texts),
        choices=_choices(experiment, results, texts),
        accuracy_figure=results.figure("accuracy", name),
        learning_curves_figure=results.figure("learning_curves", name),
        ladder_figure=results.figure("ladder", name) if experiment.kind == "ladder" else None,
        grid_effects_figure=results.figure("grid_effects", name) if effects else None,
    )


def _choices(experiment: StudyExperiment, results: "Results", texts: Texts) -> str | None:
    """Say whether seeds would choose the same row of a grid; a ladder is not there to choose from."""
    # The leaderboard says the same of the only experiment.
    if experiment.kind != "grid" or len(results.study.experiments) == 1:
        return None
    return choice_note(
        experiment.kind, experiment.name, results.rows(ValidationChoice), results.rows(ChoiceStability), texts
    )


def _rows(
    experiment: StudyExperiment, leaderboard: Sequence[Result], comparisons: Sequence[Comparison], texts: Texts
) -> list[ExperimentRow]:
    found = named_results(experiment, leaderboard)
    effects: list[Comparison | None] = [None] * len(found)
    if experiment.kind == "ladder":
        # A study without any finished run has no comparisons.
        effects[1:] = _comparisons_of(experiment, comparisons) or effects[1:]
    return [
        ExperimentRow(result, _described(row.changes), effect, verdict_words(effect.verdict, texts) if effect else "")
        for row, result, effect in zip(experiment.rows, found, effects, strict=True)
    ]


def _comparisons_of(experiment: StudyExperiment, comparisons: Sequence[Comparison]) -> list[Comparison]:
    return [
        comparison
        for comparison in comparisons
        if (comparison.kind, comparison.family) == (experiment.kind, experiment.name)
    ]


def _ladder_claim(architecture: str, better: Sequence[Comparison], worse: Sequence[Comparison], texts: Texts) -> str:
    raised = texts.listing(quoted(step.first.name) for step in better)
    lowered = texts.listing(quoted(step.first.name) for step in worse)
    if raised and lowered:
        return texts(
            "{heading}: {raised} raised the test accuracy; {lowered} lowered it.",
            heading=architecture,
            raised=raised,
            lowered=lowered,
        )
    if raised:
        return texts("{heading}: {raised} raised the test accuracy.", heading=architecture, raised=raised)
    if lowered:
        return texts("{heading}: {lowered} lowered the test accuracy.", heading=architecture, lowered=lowered)
    return texts("{heading}: no step has an effect that this study can distinguish from chance.", heading=architecture)


def _seeds_sentence(undecided: Sequence[Comparison], texts: Texts) -> str:
    """Say how many seeds the steps would need that chance may explain; empty where that is not known of any."""
    needed = [(step, step.seeds_needed) for step in undecided if step.seeds_needed is not None]
    if not needed:
        return ""
    if len(undecided) == 1:
        return texts.plural(
            "To detect a true effect of this size, {n:,} seed would be needed (80% power).",
            "To detect a true effect of this size, {n:,} seeds would be needed (80% power).",
            needed[0][1],
        )
    numbers = texts.listing(
        texts("{number} for {name}", number=number, name=quoted(step.first.name)) for step, number in needed
    )
    return texts(
        "To detect true effects of these sizes, this many seeds would be needed (80% power): {numbers}.",
        numbers=numbers,
    )


def _effects(steps: Sequence[Comparison], texts: Texts) -> str:
    return texts.listing(
        texts(
            "{name} {difference} points ({evidence})",
            name=quoted(step.first.name),
            difference=points(step.difference.mean),
            evidence=_evidence(step, texts),
        )
        for step in steps
    )


def _evidence(step: Comparison, texts: Texts) -> str:
    """Say on what an effect rests; with one seed, no p-value that would be one of the effect."""
    if step.difference.n == 1:
        return points_interval(step.difference)
    return evidence(step.difference, step.p_holm, texts)


def _grid_effect(effect: GridEffect, texts: Texts) -> str:
    return texts(
        "{name} {difference} points ({evidence})",
        name=level_words(effect, texts),
        difference=points(effect.difference.mean),
        evidence=evidence(effect.difference, effect.p_holm, texts),
    )


def _share(row: TrainingDiagnosis, runs: int, texts: Texts) -> str:
    return texts("{row} ({runs} of {finished})", row=row.label, runs=runs, finished=row.finished)


def _first(rows: Sequence[str], texts: Texts) -> str:
    """List the first rows, and say how many more there are."""
    more = len(rows) - MOST
    if more <= 0:
        return texts.listing(rows)
    return texts.listing([*rows[:MOST], texts.plural("{n} more row", "{n} more rows", more)])


def _described(changes: dict[str, Any]) -> str:
    return ", ".join(f"{key} {describe(value)}" for key, value in changes.items()).replace("_", " ")


def _key(key: str) -> str:
    return key.replace("_", " ")
