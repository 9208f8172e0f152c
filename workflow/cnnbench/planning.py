"""What the workflow must know of a study before it plans a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnbench.data.identity import archive_location, data_identity
from cnnbench.files import canonical_json
from cnnbench.models.registry import architectures
from cnnbench.reporting.languages import find_catalogue, words_of_figures
from cnnbench.study.expansion import ExpandedExperiment, Run, expand, runs_of
from cnnbench.study.load import load_study, load_survey
from cnnbench.study.networks import network_of
from cnnbench.study.study import Study
from cnnbench.study.survey import Survey
from cnnbench.study.survey_table import read_survey_rows


@dataclass(frozen=True)
class Plan:
    """A validated study, expanded into runs."""

    study: Study
    experiments: list[ExpandedExperiment]
    runs: dict[str, Run]
    """The study's runs by id."""
    data_identity: str
    """What the dataset's source holds, wherever it lies."""
    archive: str
    """Path or URL of the archive that the dataset is prepared from; empty for the user's own images."""
    survey: Survey | None
    """How known architectures are ranked; None without a survey."""
    catalogue: Path | None
    """The report's messages in its language, relative to the working directory; None in English."""
    words_of_figures: str
    """A short hash of what figures say in the report's language."""

    @property
    def dataset(self) -> str:
        """Name of the folder of the prepared dataset."""
        return self.study.dataset.key

    @property
    def latency_runs(self) -> list[Run]:
        """One run of each distinct network, the first of the study: those whose latency is measured."""
        first: dict[str, Run] = {}
        for run in self.runs.values():
            first.setdefault(network_of(run.architecture, run.recipe.model_dump(mode="json")), run)
        return list(first.values())

    def run_json(self, run_id: str) -> str:
        """Return what decides the result of a run, as one line of JSON."""
        run = self.runs[run_id]
        return canonical_json(
            {"architecture": run.architecture, "recipe": run.recipe.model_dump(mode="json"), "seed": run.seed}
        )


def make_plan(config: Mapping[str, Any], source: str, environment: Mapping[str, str]) -> Plan:
    """Return the plan of the study that `config`, read from `source`, describes.

    Raises:
        UserError: the config, its survey, the report's language or the dataset's source is not valid; the message names
            the key.
    """
    study = load_study(config, source)
    experiments = expand(study, architectures(), source)
    archive = archive_location(study.dataset, environment)
    identity = data_identity(study.dataset, archive)
    survey = load_survey(study.survey) if study.survey else None
    if survey:
        # Only to have mistakes in it named before any job has run.
        read_survey_rows(survey.table)
    catalogue = find_catalogue(study.report.language)
    return Plan(
        study,
        experiments,
        runs_of(study, experiments),
        identity,
        archive,
        survey,
        catalogue,
        words_of_figures(catalogue),
    )
