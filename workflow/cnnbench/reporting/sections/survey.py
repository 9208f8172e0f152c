"""The section about the survey: which architecture is first, by which weights, and how much depends on them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnbench.analysis.tables.survey import (
    Exclusion,
    SurveyCorrelation,
    SurveyedArchitecture,
    SurveyOutcome,
    SurveyWeight,
)
from cnnbench.reporting.format import decimal, percent
from cnnbench.reporting.labels import criterion_words
from cnnbench.reporting.sections.section import Finding, Section
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    import pandas as pd

    from cnnbench.reporting.results import Results


@dataclass(frozen=True)
class RankedRow:
    """A line of the table of ranked architectures."""

    rank: float
    architecture: str
    selected: bool
    missing: str
    """Criteria without a figure, in words."""
    figures: list[float]
    """The published figure of each criterion."""
    score: float
    first_share: float
    mean_rank: float
    pareto: bool


@dataclass(frozen=True)
class LeftOut:
    """Architectures that are left out for one reason."""

    reason: str
    architectures: list[str]


@dataclass(frozen=True)
class SurveyContent:
    """What the section shows."""

    surveyed: int
    """All architectures of the survey."""
    finding: Finding
    weights: str
    """The criteria with their weights, in words."""
    columns: list[str]
    """Heading of each criterion."""
    rows: list[RankedRow]
    left_out: list[LeftOut]
    trained: list[SurveyOutcome]
    outcome: str
    """Whether the survey predicted the accuracies, in words."""
    machines: str
    """Hardware that the latencies were measured on."""
    profiles_figure: str
    weights_figure: str


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section; none in a study without a survey."""
    if not results.presentation.survey:
        return []
    ranking, weights = results.frame(SurveyedArchitecture), results.rows(SurveyWeight)
    ranked, trained = ranking[ranking["exclusion"] == ""], results.rows(SurveyOutcome)
    criteria = [row.criterion for row in weights]
    content = SurveyContent(
        surveyed=len(ranking),
        finding=survey_finding(ranked, weights, texts),
        weights=texts.listing(f"{criterion_words(row.criterion, texts)} {percent(row.weight, 0)}%" for row in weights),
        columns=[_heading(column, texts) for column in criteria],
        rows=[_ranked_row(row, criteria, texts) for row in ranked.to_dict("records")],
        left_out=list(_left_out(ranking[ranking["exclusion"] != ""], texts)),
        trained=trained,
        outcome=outcome_sentence(results.row(SurveyCorrelation), texts),
        machines=texts.listing(sorted({row.machine for row in trained} - {""})),
        profiles_figure=results.figure("survey_profiles"),
        weights_figure=results.figure("survey_weights"),
    )
    return [Section("survey", "survey", texts("Which architectures to try"), content)]


def survey_finding(ranked: "pd.DataFrame", weights: Sequence[SurveyWeight], texts: Texts) -> Finding:
    """Say which architectures are chosen, and how much of that depends on the weights.

    Args:
        ranked: the rows of `SurveyedArchitecture` that are not left out, the best first.
        weights: how far each weight can move.
        texts: the report's words.
    """
    first, often = ranked.iloc[0], ranked.nlargest(1, "first_share").iloc[0]
    name, share = str(first["architecture"]), percent(first["first_share"], 1)
    details = [
        texts("Selected: {architectures}.", architectures=texts.listing(ranked["architecture"][ranked["selected"]]))
    ]
    if often["architecture"] == name:
        details.append(
            texts(
                "Over all weightings of these criteria, it is first in {share}%, more often than any other.",
                share=share,
            )
        )
    else:
        details.append(
            texts(
                "Over all weightings of these criteria, it is first in {share}%; most often first is {architecture}, in"
                " {most}%.",
                share=share,
                architecture=often["architecture"],
                most=percent(often["first_share"], 1),
            )
        )
    details.append(_firmness(name, weights, texts))
    return Finding(texts("By published figures, {architecture} ranks first.", architecture=name), " ".join(details))


def outcome_sentence(correlation: SurveyCorrelation, texts: Texts) -> str:
    """Say whether the survey's order is that of the accuracies, as far as the interval shows it."""
    if correlation.verdict == "too_few":
        return texts.plural(
            "Whether the survey predicted the test accuracies cannot be said: {n} ranked architecture was trained,"
            " too few for a rank correlation.",
            "Whether the survey predicted the test accuracies cannot be said: {n} ranked architectures were trained,"
            " too few for a rank correlation.",
            correlation.n,
        )
    evidence = texts.plural(
        "rank correlation {rho}, 95% interval {low} to {high}, {n} architecture",
        "rank correlation {rho}, 95% interval {low} to {high}, {n} architectures",
        correlation.n,
        rho=decimal(correlation.rho, 2),
        low=decimal(correlation.low, 2),
        high=decimal(correlation.high, 2),
    )
    match correlation.verdict:
        case "same":
            return texts(
                "The survey tends to rank the architectures as their test accuracies do ({evidence}).",
                evidence=evidence,
            )
        case "reverse":
            return texts(
                "The survey tends to rank the architectures in the reverse order of their test accuracies"
                " ({evidence}).",
                evidence=evidence,
            )
        case "open":
            return texts(
                "Whether the survey predicted the test accuracies remains open ({evidence}).", evidence=evidence
            )


def reason_words(exclusion: Exclusion, excluded_by: str, texts: Texts) -> str:
    """Say why an architecture is left out.

    Args:
        exclusion: the kind of reason.
        excluded_by: the columns without a figure, the better architecture, or the reason that the config states.
        texts: the report's words.
    """
    if exclusion == "not_published":
        criteria = texts.listing(criterion_words(column, texts) for column in excluded_by.split(", "))
        return texts("no figure published for {criteria}", criteria=criteria)
    if exclusion == "dominated":
        return texts("{architecture} is at least as good in everything", architecture=excluded_by)
    return excluded_by


def _left_out(rows: "pd.DataFrame", texts: Texts) -> Iterator[LeftOut]:
    for _, group in rows.groupby(["exclusion", "excluded_by"], sort=False):
        first = group.iloc[0]
        yield LeftOut(reason_words(first["exclusion"], first["excluded_by"], texts), list(group["architecture"]))


def _firmness(first: str, weights: Sequence[SurveyWeight], texts: Texts) -> str:
    """Say which weight is the first to matter, moved by itself.

    Args:
        first: the architecture that ranks first.
        weights: how far each weight can move.
        texts: the report's words.
    """
    limited = [row for row in weights if row.first_below or row.first_above]
    if not limited:
        return texts("No weight, moved by itself, changes which architecture is first.")
    row = min(limited, key=lambda row: row.high - row.low)
    return texts(
        "{architecture} stays first as long as the weight of {criterion}, {weight}%, stays between {low} and {high}%;"
        " no other weight has a narrower range.",
        architecture=first,
        criterion=criterion_words(row.criterion, texts),
        weight=percent(row.weight, 1),
        low=percent(row.low, 1),
        high=percent(row.high, 1),
    )


def _ranked_row(row: dict[Any, Any], criteria: Sequence[str], texts: Texts) -> RankedRow:
    return RankedRow(
        rank=row["rank"],
        architecture=row["architecture"],
        selected=row["selected"],
        missing=_criteria(row["missing"], texts),
        figures=[row[column] for column in criteria],
        score=row["score"],
        first_share=row["first_share"],
        mean_rank=row["mean_rank"],
        pareto=row["pareto"],
    )


def _criteria(columns: str, texts: Texts) -> str:
    """Return the words for columns that are listed with commas."""
    return ", ".join(criterion_words(column, texts) for column in columns.split(", ") if column)


def _heading(column: str, texts: Texts) -> str:
    """Return the heading of a column of published figures."""
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
