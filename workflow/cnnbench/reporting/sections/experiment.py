"""The sections about the experiments, one for each: its rows, what they answer, and how training went."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cnnbench.analysis.experiment_results import results_of
from cnnbench.analysis.tables.comparisons import Comparison, GridEffect, Kind, Result, Verdict
from cnnbench.analysis.tables.runs import TrainingDiagnosis
from cnnbench.reporting.format import points, points_estimate
from cnnbench.reporting.labels import verdict_words
from cnnbench.reporting.phrases import lead_finding, quoted, seeds_and_p
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
    experiment: StudyExperiment, leaderboard: Sequence[Result], comparisons: Sequence[Comparison], texts: Texts
) -> Finding:
    """Say what an experiment found.

    Args:
        experiment: a grid or a ladder.
        leaderboard: what each architecture and recipe reached.
        comparisons: all of the study.
        texts: the report's words.
    """
    from cnnbench.analysis.leaderboard import find_lead

    own, rows = _comparisons_of(experiment, comparisons), named_results(experiment, leaderboard)
    if experiment.kind == "ladder":
        return ladder_finding(rows[0].title, own, texts)
    return lead_finding(find_lead(rows), own, texts)


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
    if one_seed:
        details.append(
            texts(
                "Measured with one seed only: {effects}. Whether such a difference would show if trained again is"
                " unknown.",
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
    return Finding(_ladder_claim(architecture, better, worse, texts), " ".join(details))


def grid_note(effects: Sequence[GridEffect], texts: Texts) -> str | None:
    """Say which keys of a grid have an effect, or interact, by more than chance; None without keys that vary."""
    if not effects:
        return None
    clear = [effect for effect in effects if effect.verdict in ("better", "worse")]
    notes = []
    if main := [effect for effect in clear if not effect.with_factor]:
        notes.append(
            texts(
                "Averaged over all else, these differ by more than chance: {effects}.",
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
        notes.append(texts("Averaged over all else, no key has an effect that can be distinguished from chance."))
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
                "Overfitted (the validation loss ended more than {rise:.0%} above its minimum while the training loss"
                " kept falling): {rows}.",
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
                "Underfitted (still improving in every seed, and no better on the training images, as shown in"
                " training, than on the validation images): {rows}.",
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
        answer=answer(experiment, leaderboard, comparisons, texts),
        rows=_rows(experiment, leaderboard, comparisons, texts),
        grid_effects=[
            GridEffectRow(level_words(effect, texts), effect, verdict_words(effect.verdict, texts))
            for effect in effects
        ],
        grid_note=grid_note(effects, texts),
        training_note=training_note(diagnoses, texts),
        accuracy_figure=results.figure("accuracy", name),
        learning_curves_figure=results.figure("learning_curves", name),
        ladder_figure=results.figure("ladder", name) if experiment.kind == "ladder" else None,
        grid_effects_figure=results.figure("grid_effects", name) if effects else None,
    )


def _rows(
    experiment: StudyExperiment, leaderboard: Sequence[Result], comparisons: Sequence[Comparison], texts: Texts
) -> list[ExperimentRow]:
    found = named_results(experiment, leaderboard)
    effects: list[Comparison | None] = [None] * len(found)
    if experiment.kind == "ladder":
        effects[1:] = _comparisons_of(experiment, comparisons)
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


def _effects(steps: Sequence[Comparison], texts: Texts) -> str:
    return texts.listing(
        texts(
            "{name} {difference} points ({evidence})",
            name=quoted(step.first.name),
            difference=points_estimate(step.difference),
            evidence=seeds_and_p(step.difference, step.p_holm, texts),
        )
        if step.difference.half_width is not None
        else texts("{name} {difference} points", name=quoted(step.first.name), difference=points(step.difference.mean))
        for step in steps
    )


def _grid_effect(effect: GridEffect, texts: Texts) -> str:
    return texts(
        "{name} {difference} points ({evidence})",
        name=level_words(effect, texts),
        difference=points_estimate(effect.difference),
        evidence=seeds_and_p(effect.difference, effect.p_holm, texts),
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
