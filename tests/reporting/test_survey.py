"""What the report says of the survey is what the survey found."""

import math
import re

import pandas as pd
import pytest
from cnnbench.analysis.latency import latencies_of
from cnnbench.analysis.survey.outcome import survey_outcome
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import Epoch, RunRecord
from cnnbench.analysis.tables.survey import (
    Exclusion,
    OrderVerdict,
    SurveyCorrelation,
    SurveyedArchitecture,
    SurveyOutcome,
    SurveyWeight,
)
from cnnbench.reporting.sections import survey
from cnnbench.reporting.sections.survey import outcome_sentence, reason_words, survey_finding
from reporting.conftest import MadeReport
from reporting.factory import ENGLISH


def test_the_section_holds_ranking_reasons_and_candidates(full: MadeReport) -> None:
    ranking = full.results.frame(SurveyedArchitecture)
    section = full.text.partition("what these networks do here.")[2]
    for row in ranking[ranking["exclusion"] == ""].itertuples():
        share = f"{100 * row.first_share:.1f}%"
        assert re.search(rf"{row.architecture}\b[^%]* {row.score:.3f} {re.escape(share)} ", section), row.architecture
    assert re.search(r"no figure published for top-5 accuracy and GPU time: [\w, ]+ and LeNet-5", section)
    assert full.text.count("candidate ") >= ranking["selected"].sum() > 0


def test_a_study_without_a_survey_does_not_speak_of_one(two_seeds: MadeReport) -> None:
    assert not two_seeds.results.presentation.survey
    assert survey.sections(two_seeds.results, ENGLISH) == []
    assert "survey" not in two_seeds.text.lower()


def _ranked(*shares: float) -> pd.DataFrame:
    """Return the architectures A, B, …, the first of them selected, with their shares of all weightings."""
    names = [chr(ord("A") + place) for place in range(len(shares))]
    return pd.DataFrame({"architecture": names, "selected": [name == "A" for name in names], "first_share": shares})


def _weights(low: float, high: float, above: str) -> list[SurveyWeight]:
    """Return the weight of a criterion that does not matter, and that of one that stays in a range."""
    return [SurveyWeight("year", 0.25, 0.0, 1.0, "", ""), SurveyWeight("gpu_ms", 0.75, low, high, "", above)]


def test_a_choice_that_another_would_often_replace_is_said_to_be_one() -> None:
    finding = survey_finding(_ranked(0.2, 0.8), _weights(0.0, 0.8, "B"), ENGLISH)
    assert finding.headline == "By published figures, A ranks first."
    assert "first in 20.0%; most often first is B, in 80.0%." in finding.detail
    assert "A stays first as long as the weight of GPU time, 75.0%, stays between 0.0 and 80.0%" in finding.detail


def test_a_choice_that_holds_is_said_to_hold() -> None:
    finding = survey_finding(_ranked(0.9, 0.1), _weights(0.0, 1.0, ""), ENGLISH)
    assert "more often than any other" in finding.detail
    assert "No weight, moved by itself, changes which architecture is first." in finding.detail


def test_what_was_trained_stands_beside_what_was_published(full: MadeReport) -> None:
    """Of the widest experiment, each architecture with its best recipe by validation."""
    outcome, runs = full.results.rows(SurveyOutcome), full.results.frame(RunRecord)
    assert [row.key for row in outcome] == ["mobilenet_v2", "resnet50", "lenet5"]
    experiment = full.results.study.experiment("architectures")
    for item in outcome:
        (row,) = (row for row in experiment.rows if row.architecture == item.key)
        mine = runs[runs["run"].isin(row.runs)]
        assert item.accuracy.mean == pytest.approx(mine["accuracy"].mean())
        assert item.images_per_second == mine["images_per_second"].median()
        assert (item.latency_1_ms, item.latency_256_ms) == (4.2, 321.0)
    assert "measured per batch of 1 and of 256. Measured on Made-up processor." in full.text
    assert "2 ranked architectures were trained, too few for a rank correlation." in full.text


@pytest.mark.parametrize(
    ("verdict", "low", "high", "says"),
    [
        ("same", 0.1, 0.9, "tends to rank the architectures as their test accuracies do"),
        ("reverse", -0.9, -0.1, "in the reverse order of their test accuracies"),
        ("open", -0.1, 0.9, "remains open"),
    ],
)
def test_a_claim_goes_as_far_as_its_interval(verdict: OrderVerdict, low: float, high: float, says: str) -> None:
    sentence = outcome_sentence(SurveyCorrelation(7, (low + high) / 2, low, high, verdict), ENGLISH)
    assert says in sentence
    assert "7 architectures" in sentence


@pytest.mark.parametrize(
    ("exclusion", "excluded_by", "says"),
    [
        ("rule", "too large for this study", "too large for this study"),
        ("not_published", "top5_percent, gpu_ms", "no figure published for top-5 accuracy and GPU time"),
        ("dominated", "ResNet50", "ResNet50 is at least as good in everything"),
    ],
)
def test_why_an_architecture_is_left_out_is_said_in_words(exclusion: Exclusion, excluded_by: str, says: str) -> None:
    assert reason_words(exclusion, excluded_by, ENGLISH) == says


def test_an_architecture_without_a_latency_has_none(full: MadeReport) -> None:
    results, study = full.results, full.results.study
    failed = {study.runs[0].folder: {"hardware": {"name": "a machine"}, "milliseconds": {}}}
    outcome = survey_outcome(
        results.frame(SurveyedArchitecture),
        study,
        results.rows(Result),
        results.frame(RunRecord),
        results.frame(Epoch),
        latencies_of(study, failed),
    )
    assert outcome
    assert all(math.isnan(row.latency_1_ms) and math.isnan(row.latency_256_ms) for row in outcome)
