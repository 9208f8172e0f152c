"""The section about the survey: who is first, by which weights, and how much hangs on them."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cnnbench.analysis.intervals import Estimate
from cnnbench.analysis.survey.outcome import FEWEST, RankCorrelation, score_and_accuracy
from cnnbench.analysis.survey.ranking import DOMINATES, NOT_PUBLISHED
from cnnbench.reporting.format import decimal, percent
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.wording import Finding
from cnnbench.reporting.words import criterion_words


@dataclass(frozen=True)
class SurveyTables:
    """What the survey found."""

    ranking: pd.DataFrame
    """As `analysis/survey/survey.py:survey_ranking` returns it."""
    weights: pd.DataFrame
    """As `survey_weights` returns it."""
    outcome: pd.DataFrame
    """As `analysis/survey/outcome.py:survey_outcome` returns it."""

    @property
    def ranked(self) -> pd.DataFrame:
        """The architectures that are not left out, the best first."""
        return self.ranking[self.ranking["excluded"] == ""]

    @property
    def candidates(self) -> list[str]:
        """Names of the selected architectures, the best first."""
        return list(self.ranking.loc[self.ranking["selected"], "architecture"])


def survey_section(tables: SurveyTables, texts: Texts) -> dict[str, Any]:
    """Return the values for the template of the section."""
    left_out = tables.ranking[tables.ranking["excluded"] != ""]
    reasons = left_out.groupby("excluded", sort=False)["architecture"].apply(list)
    return {
        "finding": survey_finding(tables, texts),
        "weights": texts.listing([_weight(row, texts) for row in tables.weights.to_dict("records")]),
        "columns": {column: _heading(column, texts) for column in tables.weights["criterion"]},
        "rows": [row | {"missing": _criteria(row["missing"], texts)} for row in tables.ranked.to_dict("records")],
        "left_out": [(_reason(str(reason), texts), names) for reason, names in reasons.items()],
        "all": len(tables.ranking),
        "trained": [_with_estimate(row) for row in tables.outcome.to_dict("records")],
        "outcome": outcome_finding(score_and_accuracy(tables.outcome), texts),
        "machines": texts.listing(sorted(set(tables.outcome["machine"]) - {""})),
    }


def survey_finding(tables: SurveyTables, texts: Texts) -> Finding:
    """Say who is chosen, and how much of that is the weights' doing."""
    first, often = tables.ranked.iloc[0], tables.ranked.nlargest(1, "first_share").iloc[0]
    details = [texts("Selected: {architectures}.", architectures=texts.listing(tables.candidates))]
    share = percent(first["first_share"], 1)
    if often["architecture"] == first["architecture"]:
        details.append(
            texts(
                "Over all weightings of these criteria it is first in {share}%, more often than any other.", share=share
            )
        )
    else:
        details.append(
            texts(
                "Over all weightings of these criteria it is first in {share}%; {architecture} is most often, in"
                " {most}%.",
                share=share,
                architecture=often["architecture"],
                most=percent(often["first_share"], 1),
            )
        )
    details.append(_firmness(tables.weights, texts))
    headline = texts("By published figures, {architecture} ranks first.", architecture=first["architecture"])
    return Finding(headline, " ".join(details))


def outcome_finding(correlation: RankCorrelation, texts: Texts) -> str:
    """Say whether the survey's order is that of the accuracies, as far as its interval bears it."""
    if math.isnan(correlation.rho):
        return texts.plural(
            "Whether the survey predicted the accuracies cannot be said: {n} ranked architecture of it was trained, and"
            " a rank correlation needs {fewest}.",
            "Whether the survey predicted the accuracies cannot be said: {n} ranked architectures of it were trained,"
            " and a rank correlation needs {fewest}.",
            correlation.n,
            fewest=FEWEST,
        )
    evidence = texts.plural(
        "rank correlation {rho}, 95% interval {low} to {high}, {n} architecture",
        "rank correlation {rho}, 95% interval {low} to {high}, {n} architectures",
        correlation.n,
        rho=decimal(correlation.rho, 2),
        low=decimal(correlation.low, 2),
        high=decimal(correlation.high, 2),
    )
    if correlation.low > 0:
        return texts(
            "The survey's order is also, by tendency, that of the test accuracies ({evidence}).", evidence=evidence
        )
    if correlation.high < 0:
        return texts(
            "The survey's order is, by tendency, the reverse of that of the test accuracies ({evidence}).",
            evidence=evidence,
        )
    return texts("Whether the survey predicted the test accuracies stays open ({evidence}).", evidence=evidence)


def _firmness(weights: pd.DataFrame, texts: Texts) -> str:
    """Say which weight is the first to matter, as it moves by itself."""
    limited = weights[(weights["first_below"] != "") | (weights["first_above"] != "")]
    if limited.empty:
        return texts("No weight, moved by itself, changes who is first.")
    row = limited.iloc[int((limited["high"] - limited["low"]).to_numpy().argmin())]
    return texts(
        "That holds as long as the weight of {criterion}, {weight}%, stays between {low} and {high}%; it is the"
        " narrowest of these ranges.",
        criterion=criterion_words(row["criterion"], texts),
        weight=percent(row["weight"], 1),
        low=percent(row["low"], 1),
        high=percent(row["high"], 1),
    )


def _heading(column: str, texts: Texts) -> str:
    """Return what stands above a column of the survey's table."""
    headings = {
        "year": texts("Year"),
        "parameters_millions": texts("Parameters (M)"),
        "depth": texts("Depth"),
        "top1_percent": texts("Top-1 (%)"),
        "top5_percent": texts("Top-5 (%)"),
        "cpu_ms": texts("CPU (ms)"),
        "gpu_ms": texts("GPU (ms)"),
        "input_size": texts("Input (pixels)"),
    }
    return headings[column]


def _with_estimate(row: dict[Any, Any]) -> dict[Any, Any]:
    half_width = None if math.isnan(row["accuracy_half_width"]) else row["accuracy_half_width"]
    return row | {"estimate": Estimate(row["seeds"], row["accuracy"], half_width)}


def _reason(reason: str, texts: Texts) -> str:
    """Return why an architecture is left out, in words; a reason of the config stands as it is."""
    if reason.startswith(NOT_PUBLISHED):
        return texts("not published: {criteria}", criteria=_criteria(reason.removeprefix(NOT_PUBLISHED), texts))
    if reason.endswith(DOMINATES):
        better = reason.removesuffix(DOMINATES)
        return texts("{architecture} is as good or better in everything", architecture=better)
    return reason


def _criteria(columns: str, texts: Texts) -> str:
    """Return the words for columns that are listed with commas."""
    return ", ".join(criterion_words(column, texts) for column in columns.split(", ") if column)


def _weight(row: dict[Any, Any], texts: Texts) -> str:
    return f"{criterion_words(row['criterion'], texts)} {percent(row['weight'], 0)}%"
