"""What the analysis left of a study: typed tables and figures, each read when it is asked for."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnbench.analysis.tables.table import Row, Table, read_frame, read_rows
from cnnbench.data.arrays import load_part, read_dataset, read_source
from cnnbench.errors import UserError
from cnnbench.provenance import verified
from cnnbench.reporting.figures.registry import figures
from cnnbench.study.study_file import Presentation, StudyFile, read_presentation, read_study_file

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd


class Results:
    """The results of a study, in its folder, and the prepared data that they are about."""

    def __init__(self, folder: Path, data: Path) -> None:
        """Read nothing yet.

        Args:
            folder: the study's folder, `results/studies/<study>`.
            data: the prepared dataset's folder, `results/data/<dataset>`.
        """
        self.folder = folder
        self.data = data

    @cached_property
    def study(self) -> StudyFile:
        """The runs of the study, and the experiments that name them."""
        return read_study_file(self.folder)

    @cached_property
    def presentation(self) -> Presentation:
        """What documents say of the study."""
        return read_presentation(self.folder)

    @cached_property
    def dataset(self) -> dict[str, Any]:
        """Content of the dataset's `dataset.json`; of the first seed's, where seeds differ in it."""
        return read_dataset(self.data)

    @cached_property
    def source(self) -> dict[str, Any]:
        """Content of the dataset's `source.json`: how its source was understood."""
        return read_source(self.data)

    @cached_property
    def datasets(self) -> dict[str, dict[str, Any]]:
        """Content of `dataset.json` of every seed's dataset, by the name of its folder."""
        names = dict.fromkeys(run.dataset for run in self.study.runs)
        return {
            name: self.dataset if name == self.study.dataset else read_dataset(self.data.parent / name)
            for name in names
        }

    @cached_property
    def test_images(self) -> "npt.NDArray[np.uint8]":
        """The test images (n, height, width, channels); with folds, those of one fold after the other."""
        import numpy as np

        names = self.study.test_parts
        if len(names) == 1:
            return load_part(self.data, "test").images
        return np.concatenate([load_part(self.data.parent / name, "test").images for name in names])

    def rows(self, table: type[Row]) -> list[Row]:
        """Return the rows of a table."""
        return read_rows(self.folder, table)

    def row(self, table: type[Row]) -> Row:
        """Return the row of a table that has one."""
        (row,) = self.rows(table)
        return row

    def frame(self, table: type[Table]) -> "pd.DataFrame":
        """Return a table as a data frame."""
        return read_frame(self.folder, table)

    def figure(self, name: str, subject: str = "") -> str:
        """Return the address of a figure.

        Args:
            name: the figure's name in the registry.
            subject: what it is drawn for: an experiment's name, or nothing for the study as a whole.

        Raises:
            UserError: it is missing.
        """
        return address(self.folder / figures()[name].path(name, subject))


def address(picture: Path) -> str:
    """Return the address of a picture.

    Raises:
        UserError: it is missing or damaged.
    """
    if not picture.is_file():
        raise UserError(f"{picture}: this figure is missing; run the workflow to make it")
    return verified(picture).resolve().as_uri()
