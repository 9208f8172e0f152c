"""What a report is made from: the files that the analysis left in the study's folder."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from cnnbench.analysis.calibration import CalibrationTables
from cnnbench.analysis.errors.tables import ErrorTables
from cnnbench.analysis.resolved import ResolvedStudy, read_resolved_study
from cnnbench.analysis.tables import read_table
from cnnbench.files import read_json
from cnnbench.reporting.survey import SurveyTables

_TABLES = ["runs", "histories", "results", "comparisons", "smallest_differences", "grid_effects"]


@dataclass(frozen=True)
class Sources:
    """What a report is made from."""

    study: ResolvedStudy
    runs: pd.DataFrame
    histories: pd.DataFrame
    errors: ErrorTables
    results: pd.DataFrame
    comparisons: pd.DataFrame
    smallest_differences: pd.DataFrame
    grid_effects: pd.DataFrame
    dataset: dict[str, Any]
    """Content of the dataset's `dataset.json`."""
    contact_sheet: Path
    augmentation: Path | None
    """Picture of training images as the networks saw them; None if no run changed them."""
    costs: pd.DataFrame
    calibration: CalibrationTables
    survey: SurveyTables | None
    """What the survey found; None in a study without one."""
    figures: Path
    """Folder of the figures."""
    tables: tuple[Path, ...]
    """Tables that the documents carry with them."""


def read_sources(folder: Path, dataset: Path) -> Sources:
    """Return what the report of a study is made from.

    What a study has no use for (a survey, augmentation) is not read, even if an earlier config left its files there.

    Args:
        folder: the study's folder, `results/studies/<study>`.
        dataset: the prepared dataset's folder, `results/data/<dataset>`.
    """
    study = read_resolved_study(folder / "study.json")
    tables = {name: read_table(folder / f"{name}.csv") for name in _TABLES}
    survey = [read_table(folder / f"survey{part}.csv") for part in ("", "_weights", "_outcome")] if study.survey else []
    return Sources(
        study=study,
        **tables,
        errors=ErrorTables(**{field.name: read_table(folder / f"{field.name}.csv") for field in fields(ErrorTables)}),
        dataset=read_json(dataset / "dataset.json"),
        contact_sheet=dataset / "contact_sheet.png",
        augmentation=folder / "figures" / "augmentation.png" if study.augmented else None,
        costs=read_table(folder / "costs.csv"),
        calibration=CalibrationTables(*(read_table(folder / f"{name}.csv") for name in ("calibration", "reliability"))),
        survey=SurveyTables(*survey) if survey else None,
        figures=folder / "figures",
        tables=(folder / "runs.csv", folder / "results.csv"),
    )
