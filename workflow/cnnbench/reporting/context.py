"""What the report's templates are filled with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from cnnbench.analysis.course import row_courses
from cnnbench.analysis.effects import StepEffect, step_effects
from cnnbench.analysis.evidence import (
    Comparison,
    GridEffect,
    comparisons_of,
    grid_effects_of,
    leaderboard_comparisons,
    smallest_differences,
    standings,
)
from cnnbench.analysis.findings import Lead, find_lead, find_saving
from cnnbench.analysis.leaderboard import Entry, experiment_entries, leaderboard
from cnnbench.analysis.resolved import Experiment
from cnnbench.errors import UserError
from cnnbench.reporting import appendix
from cnnbench.reporting.attachments import yaml_of
from cnnbench.reporting.calibration import calibration_section
from cnnbench.reporting.costs import costs_section
from cnnbench.reporting.course import course_note
from cnnbench.reporting.errors import error_section
from cnnbench.reporting.sources import Sources
from cnnbench.reporting.survey import survey_section
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.wording import (
    Finding,
    failure_finding,
    grid_note,
    ladder_finding,
    lead_finding,
    level_words,
    saving_finding,
    seeds_warning,
    smallest_difference_note,
)
from cnnbench.reporting.words import verdict_words
from cnnbench.study.expansion import describe


@dataclass(frozen=True)
class TableRow:
    """A line of an experiment's table."""

    entry: Entry
    changes: str
    effect: StepEffect | None
    """Against the step before; None in a grid and for a ladder's baseline."""
    reading: str
    """What the effect bears, in words."""


@dataclass(frozen=True)
class GridEffectRow:
    """A line of the table of a grid's effects."""

    levels: str
    """What is compared, in words."""
    effect: GridEffect
    reading: str


@dataclass(frozen=True)
class ExperimentSection:
    """All that the section about one experiment shows."""

    experiment: Experiment
    rows: list[TableRow]
    answer: Finding
    grid_effects: list[GridEffectRow]
    """Empty but for a grid with values."""
    grid_note: str | None
    course: str | None
    figures: dict[str, str]
    """Address of each kind of figure."""


def report_context(sources: Sources, texts: Texts, today: date) -> dict[str, Any]:
    """Return the values for the templates.

    Raises:
        UserError: a figure is missing.
    """
    study, runs = sources.study, sources.runs
    ranking = leaderboard(study, runs)
    lead = find_lead(ranking)
    compared = leaderboard_comparisons(sources.comparisons)
    standing = standings(sources.results, sources.comparisons)
    sections = [_section(experiment, sources, texts) for experiment in study.experiments]
    return {
        "study": study,
        "today": today,
        "dataset": sources.dataset,
        "contact_sheet": _address(sources.contact_sheet),
        "augmentation": _address(sources.augmentation) if sources.augmentation else None,
        "survey": survey_section(sources.survey, texts) if sources.survey else None,
        "survey_figures": _survey_figures(sources),
        "runs": runs,
        "titles": list(runs["title"].unique()),
        "finished": int((runs["status"] == "done").sum()),
        "seeds_warning": seeds_warning(study.seeds, texts),
        "findings": list(_key_findings(lead, compared, ranking, sections, runs, texts)),
        "leaderboard": ranking,
        "standings": standing,
        "smallest_difference": smallest_difference_note(
            smallest_differences(sources.smallest_differences), lead.best.result.test_images, texts
        )
        if lead and lead.second
        else None,
        "lead": lead,
        "sections": sections,
        "failures": appendix.list_failures(runs, texts),
        "errors": error_section(lead, sources.errors, texts),
        "error_figures": _error_figures(sources),
        "costs": costs_section(sources.costs, _first_group(sources.results), texts),
        "costs_figure": _address(sources.figures / "costs.svg"),
        "calibration": calibration_section(sources.calibration, texts),
        "calibration_figure": _address(sources.figures / "calibration.svg"),
        "config": yaml_of(study.config),
        "recipes": appendix.list_recipes(study, runs),
        "environments": appendix.list_environments(runs),
        "code": appendix.list_code(runs),
    }


def _first_group(results: pd.DataFrame) -> set[tuple[str, str]]:
    """Return architecture and recipe hash of the best result and of all that cannot be told apart from it."""
    first = results[results["group"] == 1]
    return set(zip(first["architecture"], first["recipe_hash"], strict=True))


def _survey_figures(sources: Sources) -> dict[str, str]:
    kinds = ("profiles", "weights") if sources.survey else ()
    return {kind: _address(sources.figures / "survey" / f"{kind}.svg") for kind in kinds}


def _error_figures(sources: Sources) -> dict[str, str]:
    files = ("confusion_matrix.svg", "class_accuracy.svg", "mistakes.png", "hardest_images.png", "agreement.svg")
    return {Path(file).stem: _address(sources.figures / file) for file in files}


def _section(experiment: Experiment, sources: Sources, texts: Texts) -> ExperimentSection:
    entries = experiment_entries(experiment, sources.runs)
    compared = comparisons_of(sources.comparisons, experiment)
    grid_effects = grid_effects_of(sources.grid_effects, experiment)
    kinds, effects = ["accuracy", "learning_curves"], list[StepEffect]()
    if experiment.kind == "ladder":
        kinds.append("ladder")
        effects = step_effects(experiment, sources.runs, compared)
        answer = ladder_finding(entries[0].result.title, effects, texts)
    else:
        answer = lead_finding(find_lead(entries), compared, texts)
    if grid_effects:
        kinds.append("effects")
    aligned = [None, *effects] if effects else [None] * len(entries)
    rows = [
        TableRow(
            entry,
            _describe(row.changes),
            effect,
            verdict_words(effect.comparison.verdict, texts) if effect else "",
        )
        for row, entry, effect in zip(experiment.rows, entries, aligned, strict=True)
    ]
    course = course_note(row_courses(experiment, sources.runs, sources.histories), texts)
    return ExperimentSection(
        experiment,
        rows,
        answer,
        [
            GridEffectRow(level_words(effect, texts), effect, verdict_words(effect.verdict, texts))
            for effect in grid_effects
        ],
        grid_note(grid_effects, texts),
        course,
        {kind: _address(sources.figures / kind / f"{experiment.name}.svg") for kind in kinds},
    )


def _key_findings(
    lead: Lead | None,
    compared: list[Comparison],
    ranking: list[Entry],
    sections: list[ExperimentSection],
    runs: pd.DataFrame,
    texts: Texts,
) -> Iterator[Finding]:
    """Yield the findings of the study as a whole, and each experiment's own where it says something else."""
    yield lead_finding(lead, compared, texts)
    saving = find_saving(ranking)
    if saving is not None:
        yield saving_finding(saving, compared, texts)
    for section in sections:
        own = find_lead([row.entry for row in section.rows])
        if own is None or (section.experiment.kind == "grid" and _same(own, lead)):
            continue
        yield Finding(f"{section.experiment.heading}. {section.answer.headline}", section.answer.detail)
    failures = failure_finding(runs, texts)
    if failures is not None:
        yield failures


def _same(own: Lead, overall: Lead | None) -> bool:
    """Say whether an experiment's first two are those of the whole study."""

    def places(lead: Lead) -> list[tuple[str, str]]:
        entries = [lead.best, lead.second] if lead.second else [lead.best]
        return [(entry.result.architecture, entry.result.recipe_hash) for entry in entries]

    return overall is not None and places(own) == places(overall)


def _describe(changes: dict[str, Any]) -> str:
    return ", ".join(f"{key} {describe(value)}" for key, value in changes.items()).replace("_", " ")


def _address(path: Path) -> str:
    if not path.is_file():
        raise UserError(f"{path}: this figure is missing; run the workflow to make it")
    return path.resolve().as_uri()
