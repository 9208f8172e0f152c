"""The survey's table of published figures, as numbers."""

from pathlib import Path

import pandas as pd

from cnnbench.study.survey_table import FIGURES, read_survey_rows


def read_survey_table(path: Path) -> pd.DataFrame:
    """Return the published figures, one row per architecture; NaN where one is unknown.

    Raises:
        UserError: naming every bad cell by row and column, with what was found.
    """
    table = pd.DataFrame(read_survey_rows(path))
    return table.assign(**{name: pd.to_numeric(table[name].str.strip().replace("", None)) for name in FIGURES})
