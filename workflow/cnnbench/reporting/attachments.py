"""Files that a document carries with it: the config and the tables, for readers who want to go on from there."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from cnnbench.reporting.sources import Sources
from cnnbench.reporting.texts import Texts


@dataclass(frozen=True)
class AttachedFile:
    """A file inside a document."""

    name: str
    description: str
    content: bytes
    media_type: str

    @property
    def address(self) -> str:
        """The file as an address that holds its content."""
        return f"data:{self.media_type};base64,{base64.b64encode(self.content).decode()}"


def attached_files(sources: Sources, texts: Texts) -> list[AttachedFile]:
    """Return the study's config, with which it can be run again, and its tables."""
    descriptions = {
        "runs.csv": texts("All runs, one a row: recipe, results, times, hardware, versions"),
        "results.csv": texts("All combinations of architecture and recipe, one a row: means and intervals"),
    }
    config = yaml_of(sources.study.config).encode()
    tables = [
        AttachedFile(path.name, descriptions[path.name], path.read_bytes(), "text/csv") for path in sources.tables
    ]
    return [AttachedFile("study.yaml", texts("The study's config"), config, "application/yaml"), *tables]


def yaml_of(config: Mapping[str, Any]) -> str:
    """Write a config as YAML, in its own order."""
    return yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, width=88)
