"""What the workflow must know of a study before it plans a job."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cnnbench.data.source_identity import archive_locations, data_identity, data_outline
from cnnbench.files import canonical_json
from cnnbench.models.registry import architectures
from cnnbench.reporting.figures.figure import Figure, Subject
from cnnbench.reporting.figures.registry import figures
from cnnbench.reporting.languages import find_catalogue, words_of
from cnnbench.study.augmentation import distinct_augmentations
from cnnbench.study.dataset import PreparedDataset
from cnnbench.study.expansion import (
    ExpandedExperiment,
    Run,
    dataset_names,
    expand,
    presentation,
    runs_of,
    study_file,
)
from cnnbench.study.experiment import Grid
from cnnbench.study.load import load_study, load_survey
from cnnbench.study.networks import network_of
from cnnbench.study.study import Study
from cnnbench.study.survey_settings import Survey
from cnnbench.study.survey_table import read_survey_rows


@dataclass(frozen=True)
class PlannedFigure:
    """A figure that is drawn at least once."""

    name: str
    figure: Figure
    subjects: list[str]
    """The experiments that it is drawn for; of a study as a whole, one empty name."""
    module: str
    """Where it is written."""
    words: str
    """A short hash of what the figure says in the report's language; empty in English."""

    @property
    def paths(self) -> list[str]:
        """Its files in the study's folder."""
        return [self.figure.path(self.name, subject).as_posix() for subject in self.subjects]

    @property
    def pattern(self) -> str:
        """Its files, with `{experiment}` for the name of an experiment."""
        return self.figure.path(self.name, "{experiment}" if self.figure.drawn_for.is_experiment else "").as_posix()


@dataclass(frozen=True)
class Plan:
    """A validated study, expanded into runs."""

    study: Study
    experiments: list[ExpandedExperiment]
    runs: dict[str, Run]
    """The study's runs by id."""
    datasets: dict[str, PreparedDataset]
    """What is prepared, by the name of its folder; the data of the first seed comes first."""
    dataset_names: dict[int, str]
    """Name of the folder of the prepared data of each seed."""
    data_identity: str
    """What the dataset's source holds, wherever it lies."""
    archives: list[str]
    """Paths and URLs of the archive that the dataset is prepared from; none for the user's own images."""
    survey: Survey | None
    """How known architectures are ranked; None without a survey."""
    catalogue: Path | None
    """The report's messages in its language, relative to the working directory; None in English."""
    figures: list[PlannedFigure]
    """The figures that the study has."""

    @property
    def dataset(self) -> str:
        """Name of the folder of the prepared dataset; of the first seed, where seeds differ in it."""
        return next(iter(self.datasets))

    @cached_property
    def latency_runs(self) -> list[Run]:
        """One run of each distinct network, the first of the study: those whose latency is measured."""
        first: dict[str, Run] = {}
        for run in self.runs.values():
            first.setdefault(network_of(run.architecture, run.recipe.model_dump(mode="json")), run)
        return list(first.values())

    @property
    def augmentations(self) -> list[dict[str, Any]]:
        """The random changes to training images that the study's runs have, each once."""
        settings = distinct_augmentations(run.recipe for run in self.runs.values())
        return [setting.model_dump(mode="json") for setting in settings]

    @cached_property
    def study_json(self) -> str:
        """What is computed with, as one line of JSON."""
        return canonical_json(asdict(study_file(self.study, self.experiments, self.dataset_names)))

    def presentation_json(self, outdated: Mapping[str, int]) -> str:
        """Return what is said of the study, as one line of JSON; see `presentation`."""
        return canonical_json(asdict(presentation(self.study, outdated)))

    def run_json(self, run_id: str) -> str:
        """Return what decides the result of a run, as one line of JSON."""
        run = self.runs[run_id]
        return canonical_json({"architecture": run.architecture, "recipe": run.recipe.canonical(), "seed": run.seed})


def make_plan(config: Mapping[str, Any], source: str, environment: Mapping[str, str]) -> Plan:
    """Return the plan of the study that `config`, read from `source`, describes.

    Raises:
        UserError: the config, its survey, the report's language or the dataset's source is not valid; the message names
            the key.
    """
    study = load_study(config, source)
    experiments = expand(study, architectures(), source)
    archives = archive_locations(study.dataset, environment)
    identity = data_identity(study.dataset, archives)
    outline = data_outline(study.dataset)
    datasets = [study.dataset.for_seed(seed, outline) for seed in study.seeds]
    names = dataset_names(study, outline)
    survey = load_survey(study.survey) if study.survey else None
    if survey:
        # Only to have mistakes in it named before any job has run.
        read_survey_rows(survey.table)
    catalogue = find_catalogue(study.report.language)
    return Plan(
        study,
        experiments,
        runs_of(study, experiments, names),
        {dataset.key: dataset for dataset in datasets},
        names,
        identity,
        archives,
        survey,
        catalogue,
        list(_planned_figures(study, catalogue)),
    )


def subjects_of(study: Study) -> dict[Subject, list[str]]:
    """Return what figures of each kind are drawn for in a study: names of experiments, or one empty name for it all."""
    kinds = {experiment.name: experiment.kind for experiment in study.experiments}
    return {
        Subject.STUDY: [""],
        Subject.SURVEY: [""] if study.survey else [],
        Subject.EXPERIMENT: list(kinds),
        Subject.LADDER: [name for name, kind in kinds.items() if kind == "ladder"],
        Subject.VARIED_GRID: [
            experiment.name
            for experiment in study.experiments
            if isinstance(experiment, Grid) and _varies_a_key(experiment)
        ],
    }


def _varies_a_key(grid: Grid) -> bool:
    return any(len(values) > 1 for values in grid.values.model_dump(exclude_unset=True).values())


def _planned_figures(study: Study, catalogue: Path | None) -> Iterator[PlannedFigure]:
    subjects = subjects_of(study)
    for name, figure in figures().items():
        if chosen := subjects[figure.drawn_for]:
            module = f"cnnbench.reporting.figures.{name}"
            yield PlannedFigure(name, figure, chosen, module, words_of(catalogue, module))
