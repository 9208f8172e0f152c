"""Files that a document carries with it: the config and the tables, for readers who want to go on from there."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from cnnbench.analysis.tables.comparisons import Result, Standing
from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.provenance import verified
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results


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


def attached_files(results: "Results", texts: Texts) -> list[AttachedFile]:
    """Return the study's config, with which it can be run again, and its main tables."""
    config = yaml_of(results.presentation.config).encode()
    descriptions = {
        RunRecord.file: texts("All runs, one per row: recipe, results, times, hardware, versions"),
        Result.file: texts("The leaderboard, one architecture and recipe per row: means over seeds with 95% intervals"),
        Standing.file: texts("How each result of the leaderboard compares with the best one"),
    }
    return [
        AttachedFile("study.yaml", texts("The study's config"), config, "application/yaml"),
        *(
            AttachedFile(name, description, verified(results.folder / name).read_bytes(), "text/csv")
            for name, description in descriptions.items()
        ),
    ]


def yaml_of(config: Mapping[str, Any]) -> str:
    """Write a config as YAML, in its own order."""
    return yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, width=88)
