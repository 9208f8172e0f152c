"""The tables about errors of a study."""

from dataclasses import dataclass

import pandas as pd

LEADING, EVERY = "leading", "all"
"""Values of `networks_of` in the table of pairs: networks of the leading combination, or all."""
ALL, EXPERIMENT, SEEDS = "all", "experiment", "seeds"
"""Values of `vote` in the table of votes: who votes."""


@dataclass(frozen=True)
class ErrorTables:
    """What is misread; each field is the table of that name in the study's folder."""

    error_counts: pd.DataFrame
    confused_pairs: pd.DataFrame
    class_accuracy: pd.DataFrame
    mistakes: pd.DataFrame
    hardest_images: pd.DataFrame
    agreement: pd.DataFrame
    votes: pd.DataFrame
