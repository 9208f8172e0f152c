"""What the project knows of a figure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.table import Table
from cnnbench.study.study_file import StudyFile

if TYPE_CHECKING:
    from cnnbench.reporting.figures.canvas import Canvas
    from cnnbench.reporting.results import Results
    from cnnbench.reporting.translation import Texts


class Subject(StrEnum):
    """What a figure is drawn for: once for a study, or for each of its experiments of a kind."""

    STUDY = "study"
    SURVEY = "survey"
    """The study, if it has a survey."""
    EXPERIMENT = "experiment"
    LADDER = "ladder"
    VARIED_GRID = "varied_grid"
    """A grid in which at least one key of the recipe has several values."""

    @property
    def is_experiment(self) -> bool:
        """Whether the figure is drawn for single experiments."""
        return self in (Subject.EXPERIMENT, Subject.LADDER, Subject.VARIED_GRID)


@dataclass(frozen=True)
class Figure:
    """A registered figure; its file in `cnnbench.reporting.figures` has the same name."""

    category: str
    """Where Snakemake's own report lists it."""

    description: str | None
    """The docstring of its module: what it shows, in the first line, and what a reader must know, in the others.

    It is the caption in Snakemake's own report. Docstrings are no part of a fingerprint, so that another wording draws
    nothing again.
    """

    drawn_for: Subject

    reads: tuple[type[Table] | type[StudyFile], ...]
    """The files of the study's folder that it is drawn from."""

    draw: "Callable[[Results, str, Texts, Canvas], None]"
    """From the results, the name of the experiment (empty for the study) and the figure's words to a picture."""

    reads_test_images: bool = False
    """Whether it is drawn from the test images as well, and from what `source.json` says of their ink."""

    suffix: str = ".svg"
    """`.svg` for lines and text, `.png` for pixels."""

    def path(self, name: str, subject: str = "") -> Path:
        """Return where the figure called `name` lies in the study's folder."""
        file = f"{subject or name}{self.suffix}"
        return Path("figures", name, file) if subject else Path("figures", file)
