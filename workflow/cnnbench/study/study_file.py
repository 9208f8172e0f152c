"""The expanded study in two files: one for what is computed, one for what is said about it.

Analyses and figures depend on the first alone, so that a new title, question or author changes only the documents.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

from cnnbench.errors import UserError
from cnnbench.files import read_json, write_sealed_json
from cnnbench.provenance import noted


@dataclass(frozen=True)
class StudyRun:
    """One run, as `study.json` names it."""

    id: str
    architecture: str
    title: str
    """The architecture's name as a report shows it."""
    recipe_hash: str
    seed: int
    recipe: dict[str, Any]
    """Every hyper-parameter."""
    dataset: str
    """Name of the folder of the prepared data."""
    folder: str
    """The run's folder, relative to the working directory."""
    fold: int = 0
    """Which fold it is tested on; 0 without folds."""


@dataclass(frozen=True)
class StudyRow:
    """One line of an experiment: one architecture and recipe, over all seeds."""

    label: str
    architecture: str
    changes: dict[str, Any]
    """In a grid the values of its keys, in a ladder what the step changes."""
    recipe_hash: str
    runs: list[str]
    """Ids of the runs, one per seed."""


@dataclass(frozen=True)
class StudyExperiment:
    """An experiment with its rows in order; a ladder's rows are its baseline and its steps."""

    name: str
    kind: Literal["grid", "ladder"]
    rows: list[StudyRow]


@dataclass(frozen=True)
class StudyFile:
    """Content of `study.json`: the runs that a config leads to, and the experiments that name them."""

    file: ClassVar[str] = "study.json"
    """Name of the file in the study's folder."""
    dataset: str
    """Name of the folder of the prepared data; of the first seed, where seeds differ in it."""
    runs: list[StudyRun]
    experiments: list[StudyExperiment]
    division: Literal["fixed", "per_seed"] = "fixed"
    """Whether all seeds have the same validation images or each its own."""
    folds: int | None = None
    """Number of test parts of which each seed has one; None if all seeds were tested on the same images."""

    @property
    def seeds(self) -> list[int]:
        """The seeds that every architecture and recipe is trained with."""
        return sorted({run.seed for run in self.runs})

    @property
    def test_parts(self) -> list[str]:
        """Folders of the prepared data whose test parts, one after the other, are the study's test images.

        There is one for each fold that a seed is tested on, in the order of the folds; without folds, one.
        """
        datasets: dict[int, str] = {}
        for run in sorted(self.runs, key=lambda run: run.fold):
            datasets.setdefault(run.fold, run.dataset)
        return list(datasets.values())

    @property
    def augmented(self) -> bool:
        """Whether some run changes its training images."""
        return any(run.recipe["augmentation"]["policy"] != "none" for run in self.runs)

    @property
    def widest(self) -> StudyExperiment:
        """The experiment with the most architectures, the first of several."""
        return max(self.experiments, key=lambda experiment: len({row.architecture for row in experiment.rows}))

    def experiment(self, name: str) -> StudyExperiment:
        """Return the experiment called `name`.

        Raises:
            UserError: there is none.
        """
        for experiment in self.experiments:
            if experiment.name == name:
                return experiment
        allowed = ", ".join(experiment.name for experiment in self.experiments)
        raise UserError(f"the study has no experiment '{name}' (allowed: {allowed})")


@dataclass(frozen=True)
class ExperimentText:
    """What documents say about an experiment."""

    heading: str
    question: str


@dataclass(frozen=True)
class Presentation:
    """Content of `presentation.json`: what documents say about a study; no number depends on it."""

    file: ClassVar[str] = "presentation.json"
    """Name of the file in the study's folder."""
    title: str
    authors: list[str]
    experiments: dict[str, ExperimentText]
    """By the experiment's name."""
    survey: bool
    """Whether the study has a survey of known architectures."""
    config: dict[str, Any]
    """The config, with which the study can be run again."""
    outdated: dict[str, int] = field(default_factory=dict)
    """Number of runs that another version of the code trained, by the title of their architecture."""


def write_study_file(folder: Path, study: StudyFile) -> None:
    """Write `study.json` into the study's folder, atomically."""
    write_sealed_json(folder / study.file, asdict(study))


def read_study_file(folder: Path) -> StudyFile:
    """Return the content of `study.json` in the study's folder."""
    content: Mapping[str, Any] = read_json(noted(folder / StudyFile.file))
    experiments = [
        StudyExperiment(**{**experiment, "rows": [StudyRow(**row) for row in experiment["rows"]]})
        for experiment in content["experiments"]
    ]
    runs = [StudyRun(**run) for run in content["runs"]]
    return StudyFile(**{**content, "runs": runs, "experiments": experiments})


def write_presentation(folder: Path, presentation: Presentation) -> None:
    """Write `presentation.json` into the study's folder, atomically."""
    write_sealed_json(folder / presentation.file, asdict(presentation))


def read_presentation(folder: Path) -> Presentation:
    """Return the content of `presentation.json` in the study's folder."""
    content: dict[str, Any] = read_json(noted(folder / Presentation.file))
    experiments = {name: ExperimentText(**text) for name, text in content["experiments"].items()}
    return Presentation(**{**content, "experiments": experiments})
