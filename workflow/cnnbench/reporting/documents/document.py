"""What the project knows of a document."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts


@dataclass(frozen=True)
class Document:
    """A registered document; its module, its template `report/<name>.html` and its style sheet have the same name."""

    output: str
    """Name of the file in the study's folder."""

    description: str | None
    """The docstring of its module: what it is. It is the caption in Snakemake's own report; docstrings are no part of a
    fingerprint, so that another wording writes nothing again."""

    write: "Callable[[Results, Texts, Path, Path], None]"
    """From the results, the report's words and the folder of templates to the file."""
