"""From published figures to scores, ranks and candidates."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.analysis.pareto import dominated_by
from cnnbench.analysis.tables.survey import Exclusion
from cnnbench.errors import UserError
from cnnbench.study.survey_settings import Criterion, Survey

Values = npt.NDArray[np.float64]


def rank_architectures(table: pd.DataFrame, settings: Survey) -> pd.DataFrame:
    """Return the survey's table with what the settings make of it.

    Figures are normalised over the architectures that are not left out, so that one which nobody considers does not
    stretch the scale.

    Args:
        table: as `read_survey_table` returns it.
        settings: criteria, weights and rules.

    Returns:
        The columns of `SurveyedArchitecture` except those over all weightings. The best is first, those left out are
        last.

    Raises:
        UserError: nothing is left to rank, or a criterion on a log scale has a zero.
    """
    columns = [criterion.column for criterion in settings.criteria]
    excluded = exclusions(table, settings)
    kept = excluded["exclusion"] == ""
    if not kept.any():
        raise UserError("the survey leaves out every architecture; see its `exclude` and `missing`")
    values = normalise(directed(table[kept], settings.criteria), settings.normalisation)
    weights = np.array([criterion.weight for criterion in settings.criteria])
    result = table.assign(
        missing=_lacking(table[columns]),
        exclusion=excluded["exclusion"],
        excluded_by=excluded["excluded_by"],
        **{f"normalised_{column}": np.nan for column in columns},
        score=np.nan,
    )
    result.loc[kept, [f"normalised_{column}" for column in columns]] = values
    result.loc[kept, "score"] = scores(values, weights[None])[0]
    result["rank"] = result["score"].rank(ascending=False, method="min")
    result = result.sort_values(["rank", "architecture"], ignore_index=True)
    return result.assign(selected=_selected(result, settings))


def directed(table: pd.DataFrame, criteria: list[Criterion]) -> Values:
    """Return the figures (architectures, criteria) on their scales, with the sign that makes more the better.

    Raises:
        UserError: a zero on a log scale.
    """
    columns = []
    for criterion in criteria:
        figures = table[criterion.column].to_numpy(np.float64)
        if criterion.scale == "log":
            if (figures == 0).any():
                name = table["architecture"].to_numpy()[figures == 0][0]
                raise UserError(f"survey: {criterion.column} of {name} is 0, which a log scale cannot show")
            figures = np.log(figures)
        columns.append(figures if criterion.better == "more" else -figures)
    return np.stack(columns, axis=1)


def normalise(values: Values, how: str) -> Values:
    """Return `values` (architectures, criteria) made comparable over criteria; NaN stays, and does not count.

    Args:
        values: more is better.
        how: `min_max` (0 the worst, 1 the best), `z_score` (standard deviations from the mean) or `rank` (0 the worst,
            1 the best, ties in their middle). A criterion in which all are alike is 0 for all.
    """
    if how == "rank":
        values = pd.DataFrame(values).rank().to_numpy()
    centre = np.nanmean(values, axis=0) if how == "z_score" else np.nanmin(values, axis=0)
    spread = np.nanstd(values, axis=0) if how == "z_score" else np.nanmax(values, axis=0) - centre
    normalised: Values = (values - centre) / np.where(spread == 0, 1.0, spread)
    return normalised


def scores(values: Values, weightings: Values) -> Values:
    """Return weighted means over the criteria that an architecture has a figure for.

    Args:
        values: normalised (architectures, criteria), NaN where a figure is missing.
        weightings: (weightings, criteria).

    Returns:
        Scores (weightings, architectures); NaN where an architecture has no criterion of any weight.
    """
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        result: Values = weightings @ np.where(known, values, 0.0).T / (weightings @ known.T.astype(np.float64))
    return result


def exclusions(table: pd.DataFrame, settings: Survey) -> pd.DataFrame:
    """Return the columns `exclusion` and `excluded_by` of `SurveyedArchitecture`, with the index of `table`."""
    excluded = pd.DataFrame("", index=table.index, columns=["exclusion", "excluded_by"])
    for rule in settings.exclude:
        figures = table[rule.column]
        hit = figures > rule.above if rule.above is not None else figures < rule.below
        _exclude(excluded, hit, "rule", rule.reason)
    criteria = table[[criterion.column for criterion in settings.criteria]]
    lacking = criteria.isna()
    left_out = lacking.any(axis=1) if settings.missing == "exclude" else lacking.all(axis=1)
    _exclude(excluded, left_out, "not_published", _lacking(criteria))
    if settings.exclude_dominated:
        kept = table[excluded["exclusion"] == ""]
        better = dominated_by(directed(kept, settings.criteria))
        names = pd.Series(["" if row is None else kept["architecture"].iloc[row] for row in better], kept.index)
        names = names.reindex(table.index, fill_value="")
        _exclude(excluded, names != "", "dominated", names)
    return excluded


def _exclude(
    excluded: pd.DataFrame, chosen: "pd.Series[bool]", exclusion: Exclusion, excluded_by: "str | pd.Series[str]"
) -> None:
    """Note why the `chosen` architectures are left out, except for those that are left out already."""
    new = chosen & (excluded["exclusion"] == "")
    excluded.loc[new, "exclusion"] = exclusion
    excluded.loc[new, "excluded_by"] = excluded_by if isinstance(excluded_by, str) else excluded_by[new]


def _lacking(figures: pd.DataFrame) -> "pd.Series[str]":
    """Return the names of the columns without a figure, with commas."""
    names = [", ".join(figures.columns[lacking]) for lacking in figures.isna().to_numpy()]
    return pd.Series(names, figures.index, dtype=object)


def _selected(ranked: pd.DataFrame, settings: Survey) -> "pd.Series[bool]":
    eligible = ranked["exclusion"] == ""
    if settings.one_per_family:
        eligible &= ~ranked["family"].duplicated()
    return eligible & (eligible.cumsum() <= settings.candidates)
