"""What the appendix lists: recipes, code, environments, failures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cnnbench.analysis.resolved import ResolvedStudy
from cnnbench.reporting.format import MISSING
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.words import status_words
from cnnbench.study.expansion import describe


@dataclass(frozen=True)
class RecipeListing:
    """All recipes of a study: what they share, and what is particular to each, by hash."""

    shared: dict[str, str]
    particular: dict[str, dict[str, str]]
    architectures: dict[str, list[str]]
    """Titles of the architectures that each recipe is used with."""


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
class Failure:
    """A run without a result."""

    title: str
    recipe_hash: str
    seed: int
    status: str
    reason: str


def list_recipes(study: ResolvedStudy, runs: pd.DataFrame) -> RecipeListing:
    """Return every recipe of the study by its hash, in the order of the runs."""
    recipes = {run["recipe_hash"]: _flat(run["recipe"]) for run in study.runs}
    keys = list(dict.fromkeys(key for recipe in recipes.values() for key in recipe))
    values = {key: [recipe.get(key) for recipe in recipes.values()] for key in keys}
    shared = {key: str(found[0]) for key, found in values.items() if found.count(found[0]) == len(found)}
    particular = {
        name: {key: value for key, value in recipe.items() if key not in shared} for name, recipe in recipes.items()
    }
    titles = runs.groupby("recipe_hash")["title"].unique()
    return RecipeListing(shared, particular, {name: [str(t) for t in titles[name]] for name in recipes})


def list_environments(runs: pd.DataFrame) -> list[Environment]:
    """Return each combination of hardware and versions once, with its number of runs."""
    versions = sorted(name for name in runs.columns if name.startswith("version."))
    columns = ["device", "hardware", "cores", "threads", "memory_bytes"]
    found = []
    for _, group in runs.groupby([*columns, *versions], sort=False, dropna=False):
        machine = group.iloc[0]
        packages = {name.removeprefix("version."): str(machine[name]) for name in versions if machine[name]}
        found.append(
            Environment(
                len(group),
                str(machine["device"]),
                str(machine["hardware"]),
                int(machine["cores"]),
                int(machine["threads"]),
                int(machine["memory_bytes"]),
                packages,
            )
        )
    return found


def list_code(runs: pd.DataFrame) -> dict[str, list[str]]:
    """Return the fingerprints of the code that trained each architecture, by title."""
    return {
        str(title): sorted(map(str, code)) for title, code in runs.groupby("title", sort=False)["code"].unique().items()
    }


def list_failures(runs: pd.DataFrame, texts: Texts) -> list[Failure]:
    """Return the runs that are not done."""
    failed = runs[runs["status"] != "done"]
    return [
        Failure(row["title"], row["recipe_hash"], row["seed"], status_words(row["status"], texts), row["reason"])
        for row in failed.to_dict("records")
    ]


def _flat(recipe: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in recipe.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = MISSING if value is None else describe(value)
    return flat
