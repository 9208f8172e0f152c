"""The section about the survey: who is first, by which weights, and how much hangs on them."""

import math
import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cnnbench.analysis.intervals import Estimate
from cnnbench.analysis.survey.outcome import FEWEST, RankCorrelation, score_and_accuracy
from cnnbench.reporting.format import decimal, listing, percent, plural
from cnnbench.reporting.wording import Finding

COLUMN_WORDS = {
    "year": "year",
    "parameters_millions": "parameters",
    "depth": "depth",
    "top1_percent": "top-1 accuracy",
    "top5_percent": "top-5 accuracy",
    "cpu_ms": "CPU time",
    "gpu_ms": "GPU time",
    "input_size": "input size",
}
COLUMN_HEADS = {
    "year": "Year",
    "parameters_millions": "Parameters (M)",
    "depth": "Depth",
    "top1_percent": "Top-1 (%)",
    "top5_percent": "Top-5 (%)",
    "cpu_ms": "CPU (ms)",
    "gpu_ms": "GPU (ms)",
    "input_size": "Input (pixels)",
}


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


def survey_section(tables: SurveyTables) -> dict[str, Any]:
    """Return the values for the template of the section."""
    left_out = tables.ranking[tables.ranking["excluded"] != ""]
    reasons = left_out.groupby("excluded", sort=False)["architecture"].apply(list)
    return {
        "finding": survey_finding(tables),
        "weights": listing([_weight(row) for row in tables.weights.to_dict("records")]),
        "columns": tables.weights["criterion"].tolist(),
        "rows": [row | {"missing": _in_words(row["missing"])} for row in tables.ranked.to_dict("records")],
        "left_out": [(_in_words(str(reason)), names) for reason, names in reasons.items()],
        "all": len(tables.ranking),
        "trained": [_with_estimate(row) for row in tables.outcome.to_dict("records")],
        "outcome": outcome_finding(score_and_accuracy(tables.outcome)),
        "machines": listing(sorted(set(tables.outcome["machine"]) - {""})),
    }


def survey_finding(tables: SurveyTables) -> Finding:
    """Say who is chosen, and how much of that is the weights' doing."""
    first, often = tables.ranked.iloc[0], tables.ranked.nlargest(1, "first_share").iloc[0]
    details = [f"Selected: {listing(tables.candidates)}."]
    share = f"Over all weightings of these criteria it is first in {percent(first['first_share'], 1)}%"
    if often["architecture"] == first["architecture"]:
        details.append(f"{share}, more often than any other.")
    else:
        most = f"{often['architecture']} is most often, in {percent(often['first_share'], 1)}%"
        details.append(f"{share}; {most}.")
    details.append(_firmness(tables.weights))
    return Finding(f"By published figures, {first['architecture']} ranks first.", " ".join(details))


def outcome_finding(correlation: RankCorrelation) -> str:
    """Say whether the survey's order is that of the accuracies, as far as its interval bears it."""
    if math.isnan(correlation.rho):
        return (
            f"Whether the survey predicted the accuracies cannot be said:"
            f" {plural(correlation.n, 'ranked architecture')} of it {'was' if correlation.n == 1 else 'were'} trained,"
            f" and a rank correlation needs {FEWEST}."
        )
    evidence = (
        f"rank correlation {decimal(correlation.rho, 2)}, 95% interval {decimal(correlation.low, 2)} to"
        f" {decimal(correlation.high, 2)}, {plural(correlation.n, 'architecture')}"
    )
    if correlation.low > 0:
        return f"The survey's order is also, by tendency, that of the test accuracies ({evidence})."
    if correlation.high < 0:
        return f"The survey's order is, by tendency, the reverse of that of the test accuracies ({evidence})."
    return f"Whether the survey predicted the test accuracies stays open ({evidence})."


def _firmness(weights: pd.DataFrame) -> str:
    """Say which weight is the first to matter, as it moves by itself."""
    limited = weights[(weights["first_below"] != "") | (weights["first_above"] != "")]
    if limited.empty:
        return "No weight, moved by itself, changes who is first."
    row = limited.iloc[int((limited["high"] - limited["low"]).to_numpy().argmin())]
    return (
        f"That holds as long as the weight of {COLUMN_WORDS[row['criterion']]}, {percent(row['weight'], 1)}%, stays"
        f" between {percent(row['low'], 1)} and {percent(row['high'], 1)}%; it is the narrowest of these ranges."
    )


def _with_estimate(row: dict[Any, Any]) -> dict[Any, Any]:
    half_width = None if math.isnan(row["accuracy_half_width"]) else row["accuracy_half_width"]
    return row | {"estimate": Estimate(row["seeds"], row["accuracy"], half_width)}


def _in_words(text: str) -> str:
    for column, words in COLUMN_WORDS.items():
        text = re.sub(rf"\b{column}\b", words, text)
    return text


def _weight(row: dict[Any, Any]) -> str:
    return f"{COLUMN_WORDS[row['criterion']]} {percent(row['weight'], 0)}%"
