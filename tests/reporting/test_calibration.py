"""What the report says of calibration is what the table holds."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from cnnbench.analysis.tables.calibration import Calibration, Reading
from cnnbench.reporting.format import percent_estimate, points, points_interval
from cnnbench.reporting.sections import calibration
from cnnbench.reporting.sections.calibration import calibration_count, calibration_finding
from reporting.altered import with_rows
from reporting.conftest import MadeReport
from reporting.factory import ENGLISH


def test_calibration_is_told_of_the_most_accurate(full: MadeReport) -> None:
    table = full.results.rows(Calibration)
    leader = table[0]
    text = calibration_finding(table, ENGLISH).detail
    confidence, accuracy = 100 * leader.confidence.mean, 100 * leader.accuracy.mean
    assert f"mean confidence is {confidence:.2f}%, its accuracy {accuracy:.2f}%" in text
    closest = min(table, key=lambda row: row.calibration_error.mean)
    assert f"{closest.name} has the lowest" in text
    assert f"lowest expected calibration error: {percent_estimate(closest.calibration_error)} points." in text
    gap = f"a difference of {points(leader.gap.mean)} points (95% interval {points_interval(leader.gap)})."
    assert gap in text
    in_report = full.text.partition("Confidence against accuracy")[2].partition("Failed runs")[0]
    for row in table:
        assert f"{row.log_loss.mean:.3f}" in in_report, row.name
        assert percent_estimate(row.calibration_error) in in_report, row.name


def test_one_seed_has_a_gap_without_an_interval(one_seed: MadeReport) -> None:
    leader = one_seed.results.rows(Calibration)[0]
    text = calibration_finding([leader], ENGLISH).detail
    assert f"a difference of {points(leader.gap.mean)} points. Its expected" in text


def test_an_error_of_one_combination_is_not_called_the_lowest(full: MadeReport) -> None:
    detail = calibration_finding(full.results.rows(Calibration)[:1], ENGLISH).detail
    assert "Its expected calibration error is" in detail
    assert "lowest" not in detail


@pytest.mark.parametrize(
    ("reading", "says"),
    [
        ("over_confident", "is over-confident in every seed: right less often than its confidence implies"),
        ("under_confident", "is under-confident in every seed: right more often than its confidence implies"),
        ("mixed", "is over-confident or under-confident differs by seed"),
        ("one_seed", "One seed cannot show whether"),
    ],
)
def test_a_reading_is_put_in_words(full: MadeReport, reading: Reading, says: str) -> None:
    table = [replace(row, reading=reading) for row in full.results.rows(Calibration)]
    assert says in calibration_finding(table, ENGLISH).headline


@pytest.mark.parametrize(
    ("readings", "says"),
    [
        (
            ["over_confident", *["under_confident"] * 4],
            "Of the five combinations with at least two seeds, one is over-confident in every seed and four are"
            " under-confident in every seed.",
        ),
        (
            ["over_confident", "under_confident", "mixed", "mixed", "one_seed"],
            "Of the four combinations with at least two seeds, one is over-confident in every seed, one is"
            " under-confident in every seed and two differ by seed.",
        ),
        (
            ["under_confident", "under_confident", "one_seed"],
            "Each of the two combinations with at least two seeds is under-confident in every seed.",
        ),
        (
            ["over_confident"] * 3,
            "Each of the three combinations with at least two seeds is over-confident in every seed.",
        ),
        (
            ["mixed", "mixed"],
            "Each of the two combinations with at least two seeds is over-confident in some seeds and under-confident"
            " in others.",
        ),
        (["over_confident", "one_seed"], None),
        (["one_seed", "one_seed"], None),
    ],
)
def test_only_what_there_is_is_counted(full: MadeReport, readings: Sequence[Reading], says: str | None) -> None:
    row = full.results.rows(Calibration)[0]
    assert calibration_count([replace(row, reading=reading) for reading in readings], ENGLISH) == says


def test_without_a_finished_run_there_is_no_section(full: MadeReport, tmp_path: Path) -> None:
    results = with_rows(full.results, Calibration, [], tmp_path / "study")
    assert calibration.sections(results, ENGLISH) == []


def test_the_report_of_one_seed_claims_no_calibration(one_seed: MadeReport) -> None:
    assert "One seed cannot show whether" in one_seed.text
    assert "one seed: open" in one_seed.text.partition("Confidence against accuracy")[2]
