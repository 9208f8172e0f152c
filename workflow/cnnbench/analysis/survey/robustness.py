"""How robust the survey's ranking is: over all weightings, and as each weight moves."""

import numpy as np
import pandas as pd

from cnnbench.analysis.pareto import pareto_front
from cnnbench.analysis.survey.ranking import directed, rank_architectures
from cnnbench.analysis.survey.weightings import draw_weightings, sensitivity, weight_ranges
from cnnbench.analysis.tables.survey import SurveyedArchitecture, SurveyWeight
from cnnbench.analysis.tables.table import columns
from cnnbench.study.survey_settings import Survey


def survey_ranking(table: pd.DataFrame, settings: Survey) -> pd.DataFrame:
    """Return the ranking, with what becomes of each architecture over all weightings: `SurveyedArchitecture`.

    Args:
        table: as `read_survey_table` returns it.
        settings: criteria, weights and rules.
    """
    ranked = rank_architectures(table, settings)
    kept = ranked["exclusion"] == ""
    weightings = draw_weightings(len(settings.criteria), settings.draws, settings.seed)
    robustness = sensitivity(_normalised(ranked[kept], settings), weightings)
    result = ranked.assign(first_share=np.nan, mean_rank=np.nan, pareto=False)
    result.loc[kept, "first_share"] = robustness.first
    result.loc[kept, "mean_rank"] = robustness.mean_rank
    result.loc[kept, "pareto"] = pareto_front(directed(ranked[kept], settings.criteria))
    return result[[*(column.name for column in columns(SurveyedArchitecture)), *_normalised_columns(settings)]]


def survey_weights(ranked: pd.DataFrame, settings: Survey) -> list[SurveyWeight]:
    """Return how far the weight of each criterion can move before another architecture is first.

    Args:
        ranked: as `survey_ranking` returns it.
        settings: those that it was ranked by.
    """
    kept = ranked[ranked["exclusion"] == ""]
    names = kept["architecture"].tolist()
    weights = np.array([criterion.weight for criterion in settings.criteria])
    ranges = weight_ranges(_normalised(kept, settings), weights)
    return [
        SurveyWeight(
            criterion=criterion.column,
            weight=range_.weight,
            low=range_.low,
            high=range_.high,
            first_below="" if range_.below is None else names[range_.below],
            first_above="" if range_.above is None else names[range_.above],
        )
        for criterion, range_ in zip(settings.criteria, ranges, strict=True)
    ]


def _normalised_columns(settings: Survey) -> list[str]:
    return [f"normalised_{criterion.column}" for criterion in settings.criteria]


def _normalised(ranked: pd.DataFrame, settings: Survey) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return ranked[_normalised_columns(settings)].to_numpy(np.float64)
