"""The resolved study as the analysis reads it from `study.json`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnbench.errors import UserError
from cnnbench.files import read_json


@dataclass(frozen=True)
class Row:
    """One line of an experiment: one architecture and recipe, over all seeds."""

    label: str
    architecture: str
    changes: dict[str, Any]
    recipe_hash: str
    runs: list[str]
    """Ids of the runs, one a seed."""

    @property
    def combination(self) -> tuple[str, str]:
        """Architecture and recipe hash: what the leaderboard ranks."""
        return self.architecture, self.recipe_hash


@dataclass(frozen=True)
class Experiment:
    """An experiment with its rows in order; a ladder's rows are its baseline and its steps."""

    name: str
    heading: str
    kind: str
    question: str
    rows: list[Row]


@dataclass(frozen=True)
class ResolvedStudy:
    """The config, the runs that it leads to, and the experiments that name them."""

    config: dict[str, Any]
    dataset: str
    """Name of the folder of the prepared data."""
    runs: list[dict[str, Any]]
    experiments: list[Experiment]

    @property
    def title(self) -> str:
        """Title of the report."""
        return str(self.config["title"])

    @property
    def authors(self) -> list[str]:
        """Names on the report's title page."""
        return list(self.config.get("report", {}).get("authors", []))

    @property
    def language(self) -> str:
        """The report's language."""
        return str(self.config.get("report", {}).get("language", "en"))

    @property
    def survey(self) -> bool:
        """Whether the study has a survey of known architectures."""
        return self.config.get("survey") is not None

    @property
    def augmented(self) -> bool:
        """Whether some run changes its training images."""
        return any(run["recipe"]["augmentation"]["policy"] != "none" for run in self.runs)

    @property
    def seeds(self) -> list[int]:
        """The seeds that every architecture and recipe is trained with."""
        return sorted({run["seed"] for run in self.runs})

    @property
    def widest(self) -> Experiment:
        """The experiment with the most architectures, the first of several."""
        return max(self.experiments, key=lambda experiment: len({row.architecture for row in experiment.rows}))

    def experiment(self, name: str) -> Experiment:
        """Return the experiment called `name`.

        Raises:
            UserError: there is none.
        """
        for experiment in self.experiments:
            if experiment.name == name:
                return experiment
        allowed = ", ".join(experiment.name for experiment in self.experiments)
        raise UserError(f"the study has no experiment '{name}' (allowed: {allowed})")


def read_resolved_study(path: Path) -> ResolvedStudy:
    """Return the content of `study.json`."""
    content = read_json(path)
    experiments = [
        Experiment(**{**experiment, "rows": [Row(**row) for row in experiment["rows"]]})
        for experiment in content["experiments"]
    ]
    return ResolvedStudy(content["study"], content["dataset"], content["runs"], experiments)
