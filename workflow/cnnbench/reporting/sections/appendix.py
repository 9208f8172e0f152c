"""The appendix: every run and recipe, code, environments, data, attached files, and the config."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.files import flattened
from cnnbench.reporting.attachments import AttachedFile, attached_files, yaml_of
from cnnbench.reporting.format import MISSING
from cnnbench.reporting.labels import status_words
from cnnbench.reporting.sections.section import Section
from cnnbench.reporting.translation import Texts
from cnnbench.study.expansion import describe
from cnnbench.study.status import DONE
from cnnbench.study.study_file import StudyRun

if TYPE_CHECKING:
    import pandas as pd

    from cnnbench.reporting.results import Results


@dataclass(frozen=True)
class RunRow:
    """A line of the table of all runs."""

    record: dict[Any, Any]
    """The run's line of `runs.csv`."""
    failure: str | None
    """How the run ended, in words; None if it is done."""


@dataclass(frozen=True)
class RecipeRow:
    """A line of the table of recipes."""

    recipe_hash: str
    values: dict[str, str]
    """What the recipe has beyond the shared values."""
    architectures: list[str]
    """Titles of the architectures that it is used with."""


@dataclass(frozen=True)
class Environment:
    """Hardware and versions that a number of runs have in common."""

    runs: int
    device: str
    hardware: str
    cores: int
    threads: int
    memory_bytes: int
    versions: dict[str, str]


@dataclass(frozen=True)
class AppendixContent:
    """What the appendix shows."""

    runs: list[RunRow]
    shared_values: dict[str, str]
    """Values that all recipes have in common."""
    recipes: list[RecipeRow]
    code: dict[str, list[str]]
    """Fingerprints of the code that trained each architecture, by title."""
    environments: list[Environment]
    dataset: dict[str, Any]
    """Content of `dataset.json`."""
    source_files: dict[str, Any]
    """The files of an archive by name, each with its `sha256`; or the number of `files`, and their common `sha256`."""
    attachments: list[AttachedFile]
    config: str
    """The study's config as YAML."""


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the appendix."""
    study, runs = results.study, results.frame(RunRecord)
    shared, recipes = list_recipes(study.runs)
    content = AppendixContent(
        runs=[
            RunRow(run, None if run["status"] == DONE else status_words(run["status"], texts))
            for run in runs.to_dict("records")
        ],
        shared_values=shared,
        recipes=recipes,
        code=list_code(runs),
        environments=list_environments(runs),
        dataset=results.dataset,
        source_files=results.source["files"],
        attachments=attached_files(results, texts),
        config=yaml_of(results.presentation.config),
    )
    return [Section("appendix", "appendix", texts("Appendix"), content)]


def list_recipes(runs: Sequence[StudyRun]) -> tuple[dict[str, str], list[RecipeRow]]:
    """Return the values that all recipes have in common, by their keys, and each recipe in the order of the runs."""
    recipes = {run.recipe_hash: _described(run.recipe) for run in runs}
    titles = {name: dict.fromkeys(run.title for run in runs if run.recipe_hash == name) for name in recipes}
    first = next(iter(recipes.values()))
    shared = {key: value for key, value in first.items() if all(other.get(key) == value for other in recipes.values())}
    rows = [
        RecipeRow(name, {key: value for key, value in recipe.items() if key not in shared}, list(titles[name]))
        for name, recipe in recipes.items()
    ]
    return shared, rows


def list_code(runs: "pd.DataFrame") -> dict[str, list[str]]:
    """Return the fingerprints of the code that trained each architecture, by title."""
    fingerprints = runs.groupby("title", sort=False)["code"].unique()
    return {str(title): sorted(map(str, code)) for title, code in fingerprints.items()}


def list_environments(runs: "pd.DataFrame") -> list[Environment]:
    """Return each combination of hardware and versions once, with its number of runs."""
    versions = sorted(name for name in runs.columns if name.startswith("version."))
    columns = ["device", "hardware", "cores", "threads", "memory_bytes"]
    found = []
    for _, group in runs.groupby([*columns, *versions], sort=False, dropna=False):
        machine = group.iloc[0]
        found.append(
            Environment(
                runs=len(group),
                device=str(machine["device"]),
                hardware=str(machine["hardware"]),
                cores=int(machine["cores"]),
                threads=int(machine["threads"]),
                memory_bytes=int(machine["memory_bytes"]),
                versions={name.removeprefix("version."): str(machine[name]) for name in versions if machine[name]},
            )
        )
    return found


def _described(recipe: dict[str, Any]) -> dict[str, str]:
    """Return a recipe's values in words, by their keys with dots."""
    return {key: MISSING if value is None else describe(value) for key, value in flattened(recipe).items()}
