"""The survey's two tables: the ranking with how robust it is, and how far each weight can move."""

import numpy as np
import pandas as pd

from cnnbench.analysis.pareto import pareto_front
from cnnbench.analysis.survey.ranking import directed, rank_architectures
from cnnbench.analysis.survey.weightings import draw_weightings, sensitivity, weight_ranges
from cnnbench.study.survey import Survey


def survey_ranking(table: pd.DataFrame, settings: Survey) -> pd.DataFrame:
    """Return `rank_architectures`, and what becomes of each architecture over all weightings.

    Added are `first_share` (of the weightings in which it ranks first), `mean_rank`, and `pareto` (no other one is as
    good or better in everything); they are empty for architectures that are left out.
    """
    ranked = rank_architectures(table, settings)
    kept = ranked["excluded"] == ""
    weightings = draw_weightings(len(settings.criteria), settings.draws, settings.seed)
    robustness = sensitivity(_normalised(ranked[kept], settings), weightings)
    result = ranked.assign(first_share=np.nan, mean_rank=np.nan, pareto=False)
    result.loc[kept, "first_share"] = robustness.first
    result.loc[kept, "mean_rank"] = robustness.mean_rank
    result.loc[kept, "pareto"] = pareto_front(directed(ranked[kept], settings.criteria))
    return result


def survey_weights(ranked: pd.DataFrame, settings: Survey) -> pd.DataFrame:
    """Return how far each weight can move before another architecture is first, a row a criterion.

    Args:
        ranked: as `survey_ranking` returns it.
        settings: those that it was ranked by.

    Returns:
        Columns `criterion`, `weight` (share of all), `low`, `high`, and who is first beyond these: `first_below`,
        `first_above`.
    """
    kept = ranked[ranked["excluded"] == ""]
    names = kept["architecture"].tolist()
    weights = np.array([criterion.weight for criterion in settings.criteria])
    ranges = weight_ranges(_normalised(kept, settings), weights)
    return pd.DataFrame(
        {
            "criterion": criterion.column,
            "weight": range_.weight,
            "low": range_.low,
            "high": range_.high,
            "first_below": "" if range_.below is None else names[range_.below],
            "first_above": "" if range_.above is None else names[range_.above],
        }
        for criterion, range_ in zip(settings.criteria, ranges, strict=True)
    )


def _normalised(ranked: pd.DataFrame, settings: Survey) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return ranked[[f"normalised_{criterion.column}" for criterion in settings.criteria]].to_numpy(np.float64)
