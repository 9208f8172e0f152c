"""From a study to its runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from cnnbench.errors import UserError
from cnnbench.files import canonical_json, short_hash
from cnnbench.study.dataset import Outline
from cnnbench.study.effective import effective
from cnnbench.study.experiment import Grid, Ladder, RecipeChange
from cnnbench.study.input_sizes import ArchitectureFacts, input_problem, input_sizes
from cnnbench.study.recipe import Recipe
from cnnbench.study.section import unknown
from cnnbench.study.study import Study
from cnnbench.study.study_file import (
    ExperimentText,
    Presentation,
    StudyExperiment,
    StudyFile,
    StudyRow,
    StudyRun,
)


@dataclass(frozen=True)
class Run:
    """One training: dataset split × architecture × recipe × seed."""

    dataset: str
    architecture: str
    recipe: Recipe
    seed: int

    @cached_property
    def recipe_hash(self) -> str:
        """Short hash of the canonical recipe."""
        return recipe_hash(self.recipe)

    @cached_property
    def id(self) -> str:
        """The run's identity within its study, as it is in the path of its folder."""
        return run_id(self.architecture, self.recipe_hash, self.seed)

    @cached_property
    def folder(self) -> str:
        """The run's folder, relative to the working directory."""
        return str(PurePosixPath("results/runs", self.dataset, self.id))


@dataclass(frozen=True)
class ExpandedRow:
    """One line of an experiment's table: the runs of one architecture and recipe over all seeds."""

    label: str
    architecture: str
    title: str
    """The architecture's name as a report shows it."""
    changes: dict[str, Any]
    recipe: Recipe


@dataclass(frozen=True)
class ExpandedExperiment:
    """An experiment with its rows in order."""

    experiment: Grid | Ladder
    rows: list[ExpandedRow]


def run_id(architecture: str, recipe_hash: str, seed: int) -> str:
    """Return the identity of a run within a study."""
    return f"{architecture}/{recipe_hash}/seed{seed}"


@cache
def recipe_hash(recipe: Recipe) -> str:
    """Return the short hash of the canonical recipe: sorted JSON of plain values, without keys that are neutral."""
    return short_hash(canonical_json(recipe.canonical()))


def expand(study: Study, architectures: Mapping[str, ArchitectureFacts], source: str) -> list[ExpandedExperiment]:
    """Return the study's experiments with every recipe resolved.

    Args:
        study: the validated study.
        architectures: what is known of each architecture, by registered name.
        source: where the study was read from, for messages.

    Raises:
        UserError: an unknown architecture, a step that changes nothing, or a recipe that an architecture cannot be
            trained with; the message names the key.
    """
    expanded = []
    for position, experiment in enumerate(study.experiments):
        key = f"{source}: experiments[{position}]"
        base = {**_changes(study.recipe), **_changes(experiment.recipe)}
        if isinstance(experiment, Grid):
            rows = list(_grid_rows(experiment, base, architectures, key))
        else:
            rows = list(_ladder_rows(experiment, base, architectures, key))
        _refuse_impossible_inputs(study, rows, architectures, key)
        expanded.append(ExpandedExperiment(experiment, rows))
    return expanded


def dataset_names(study: Study, outline: Outline | None = None) -> dict[int, str]:
    """Return the name of the folder of the prepared data of each seed.

    Args:
        study: the validated study.
        outline: what the source of the user's own images is; None for other data.
    """
    return {seed: study.dataset.for_seed(seed, outline).key for seed in study.seeds}


def runs_of(
    study: Study, experiments: list[ExpandedExperiment], datasets: Mapping[int, str] | None = None
) -> dict[str, Run]:
    """Return the study's runs by id, in the order of the experiments; one that they share is there once.

    Args:
        study: the validated study.
        experiments: its experiments.
        datasets: name of the folder of the prepared data of each seed; None for data that is not the user's own.
    """
    runs = (
        Run(dataset, row.architecture, row.recipe, seed)
        for expanded in experiments
        for row in expanded.rows
        for seed, dataset in (datasets or dataset_names(study)).items()
    )
    return {run.id: run for run in runs}


def study_file(
    study: Study, experiments: list[ExpandedExperiment], datasets: Mapping[int, str] | None = None
) -> StudyFile:
    """Return what is computed with: all runs of the study, and the rows of its experiments.

    Args:
        study: the validated study.
        experiments: its experiments.
        datasets: name of the folder of the prepared data of each seed; None for data that is not the user's own.
    """
    datasets = datasets or dataset_names(study)
    titles = {row.architecture: row.title for expanded in experiments for row in expanded.rows}
    runs = [
        StudyRun(
            run.id,
            run.architecture,
            titles[run.architecture],
            run.recipe_hash,
            run.seed,
            run.recipe.model_dump(mode="json"),
            run.dataset,
            run.folder,
            study.dataset.for_seed(run.seed).fold or 0,
        )
        for run in runs_of(study, experiments, datasets).values()
    ]
    return StudyFile(
        datasets[study.seeds[0]],
        runs,
        [
            StudyExperiment(
                expanded.experiment.name, expanded.experiment.kind, [_study_row(study, row) for row in expanded.rows]
            )
            for expanded in experiments
        ],
        study.dataset.division,
        study.dataset.folds,
    )


def presentation(study: Study, outdated: Mapping[str, int]) -> Presentation:
    """Return what documents say of the study.

    Args:
        study: the validated study.
        outdated: number of runs that another version of the code trained, by the title of their architecture.
    """
    texts = {
        experiment.name: ExperimentText(experiment.heading, experiment.question) for experiment in study.experiments
    }
    config = study.model_dump(mode="json", exclude_unset=True)
    return Presentation(study.title, study.report.authors, texts, study.survey is not None, config, dict(outdated))


def _study_row(study: Study, row: ExpandedRow) -> StudyRow:
    hashed = recipe_hash(row.recipe)
    runs = [run_id(row.architecture, hashed, seed) for seed in study.seeds]
    return StudyRow(row.label, row.architecture, row.changes, hashed, runs)


def _changes(change: RecipeChange) -> dict[str, Any]:
    return change.model_dump(mode="json", exclude_unset=True)


def _resolve(changes: dict[str, Any], architecture: ArchitectureFacts, key: str) -> Recipe:
    try:
        recipe = Recipe.model_validate(changes)
    except ValidationError as error:
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UserError(f"{key}: these settings cannot be combined: {reason}") from None
    return effective(recipe, architecture, input_sizes(architecture, recipe, key))


def _known(name: str, architectures: Mapping[str, ArchitectureFacts], key: str) -> ArchitectureFacts:
    if name not in architectures:
        raise UserError(f"{key}: {unknown(name, sorted(architectures), 'architecture')}")
    return architectures[name]


def _grid_rows(
    grid: Grid, base: dict[str, Any], architectures: Mapping[str, ArchitectureFacts], key: str
) -> Iterator[ExpandedRow]:
    values = _changes(grid.values)
    for position, name in enumerate(grid.architectures):
        architecture = _known(name, architectures, f"{key}.architectures[{position}]")
        for combination in product(*values.values()):
            changes = dict(zip(values, combination, strict=True))
            label = ", ".join(
                [architecture.title, *(f"{k.replace('_', ' ')} {describe(v)}" for k, v in changes.items())]
            )
            yield ExpandedRow(
                label, name, architecture.title, changes, _resolve({**base, **changes}, architecture, key)
            )


def _ladder_rows(
    ladder: Ladder, base: dict[str, Any], architectures: Mapping[str, ArchitectureFacts], key: str
) -> Iterator[ExpandedRow]:
    architecture = _known(ladder.architecture, architectures, f"{key}.architecture")
    recipe = _resolve(base, architecture, key)
    yield ExpandedRow(ladder.baseline, ladder.architecture, architecture.title, {}, recipe)
    so_far = base
    for position, step in enumerate(ladder.steps):
        changes = _changes(step.change)
        written, so_far = Recipe.model_validate(so_far), {**so_far, **changes}
        before, recipe = recipe, _resolve(so_far, architecture, f"{key}.steps[{position}].change")
        if recipe == before:
            raise UserError(
                f"{key}.steps[{position}].change: the step '{step.name}' changes nothing:"
                f" {', '.join(_why_nothing_changes(written, step.change))}"
            )
        yield ExpandedRow(step.name, ladder.architecture, architecture.title, changes, recipe)


def _why_nothing_changes(before: Recipe, change: RecipeChange) -> Iterator[str]:
    whole = change.model_dump(mode="json")
    for key, value in _changes(change).items():
        if getattr(change, key) == getattr(before, key):
            yield f"{key} is already {describe(whole[key])}"
        else:
            yield f"{key} {describe(value)} has no effect in this recipe"


def describe(value: Any) -> str:
    """Write a recipe value for a reader: `{'mode': 'pad', 'size': 32}` as `pad size 32`."""
    if isinstance(value, dict):
        settings = [(k.replace("_", " "), v) for k, v in value.items() if v is not None]
        return " ".join(v if isinstance(v, str) else f"{k} {describe(v)}" for k, v in settings)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _refuse_impossible_inputs(
    study: Study, rows: list[ExpandedRow], architectures: Mapping[str, ArchitectureFacts], key: str
) -> None:
    for row in rows:
        architecture, settings = architectures[row.architecture], row.recipe.input
        sizes = input_sizes(architecture, row.recipe, key)
        # Of arrays, the size is known when they are prepared; here, one that any setting suits stands for it.
        side = study.dataset.known_image_size or sizes.minimum_size
        if problem := input_problem(architecture, sizes, settings, side, side):
            raise UserError(f"{key}: {problem}")
