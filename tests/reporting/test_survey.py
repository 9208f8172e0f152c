"""What the report says of the survey is what the survey found."""

import re

import pandas as pd
import pytest
from cnnbench.analysis.latency import latencies_of
from cnnbench.analysis.survey.outcome import RankCorrelation, survey_outcome
from cnnbench.reporting.survey import SurveyTables, outcome_finding, survey_finding
from reporting.conftest import MadeReport
from reporting.factory import ENGLISH


def test_the_section_holds_ranking_reasons_and_candidates(full: MadeReport) -> None:
    tables = full.sources.survey
    assert tables is not None
    section = full.text.partition("what these networks do here.")[2]
    for row in tables.ranked.itertuples():
        share = f"{100 * row.first_share:.1f}%"
        assert re.search(rf"{row.architecture}\b[^%]* {row.score:.3f} {re.escape(share)} ", section), row.architecture
    assert re.search(r"not published: top-5 accuracy, GPU time: [\w, ]+ and LeNet-5", section)
    assert full.text.count("candidate ") >= len(tables.candidates)


def test_a_study_without_a_survey_does_not_speak_of_one(two_seeds: MadeReport) -> None:
    assert two_seeds.sources.survey is None
    assert "survey" not in two_seeds.text.lower()


def _tables(shares: list[float], low: float, high: float, above: str) -> SurveyTables:
    ranking = pd.DataFrame(
        {"architecture": ["A", "B"], "excluded": ["", ""], "selected": [True, False], "first_share": shares}
    )
    weights = pd.DataFrame(
        {
            "criterion": ["year", "gpu_ms"],
            "weight": [0.25, 0.75],
            "low": [0.0, low],
            "high": [1.0, high],
            "first_below": ["", ""],
            "first_above": ["", above],
        }
    )
    return SurveyTables(ranking, weights, pd.DataFrame())


def test_a_choice_that_another_would_often_replace_is_said_to_be_one() -> None:
    finding = survey_finding(_tables([0.2, 0.8], 0.0, 0.8, "B"), ENGLISH)
    assert finding.headline == "By published figures, A ranks first."
    assert "first in 20.0%; B is most often, in 80.0%." in finding.detail
    assert "weight of GPU time, 75.0%, stays between 0.0 and 80.0%" in finding.detail


def test_a_choice_that_holds_is_said_to_hold() -> None:
    finding = survey_finding(_tables([0.9, 0.1], 0.0, 1.0, ""), ENGLISH)
    assert "more often than any other" in finding.detail
    assert "No weight, moved by itself, changes who is first." in finding.detail


def test_what_was_trained_stands_beside_what_was_published(full: MadeReport) -> None:
    """Of the widest experiment, each architecture with its best recipe by validation."""
    assert full.sources.survey is not None
    outcome, runs = full.sources.survey.outcome, full.sources.runs
    assert list(outcome["key"]) == ["mobilenet_v2", "resnet50", "lenet5"]
    experiment = full.sources.study.experiment("architectures")
    for item in outcome.itertuples():
        (row,) = (row for row in experiment.rows if row.architecture == item.key)
        mine = runs[runs["run"].isin(row.runs)]
        assert item.accuracy == pytest.approx(mine["accuracy"].mean())
        assert item.images_per_second == mine["images_per_second"].median()
        assert (item.latency_1_ms, item.latency_256_ms) == (4.2, 321.0)
    assert "measured for a batch of 1 and of 256. Measured on Made-up processor." in full.text
    assert "2 ranked architectures of it were trained, and a rank correlation needs 4" in full.text


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [(0.1, 0.9, "is also, by tendency,"), (-0.9, -0.1, "the reverse"), (-0.1, 0.9, "stays open")],
)
def test_a_claim_goes_as_far_as_its_interval(low: float, high: float, says: str) -> None:
    assert says in outcome_finding(RankCorrelation(7, (low + high) / 2, low, high), ENGLISH)


def test_an_architecture_without_a_latency_has_none(full: MadeReport) -> None:
    assert full.sources.survey is not None
    study = full.sources.study
    failed = {study.runs[0]["folder"]: {"hardware": {"name": "a machine"}, "milliseconds": {}}}
    latencies = latencies_of(study, failed)
    outcome = survey_outcome(full.sources.survey.ranking, study, full.sources.runs, latencies)
    assert outcome[["latency_1_ms", "latency_256_ms"]].isna().all(axis=None)
