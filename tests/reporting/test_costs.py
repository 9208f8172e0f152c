"""What the report says of costs, calibration and the course of training is what the tables hold."""

import re
from pathlib import Path

import pandas as pd
import pytest
from cnnbench.analysis.calibration import CalibrationTables
from cnnbench.analysis.course import Course, RowCourse
from cnnbench.reporting.calibration import calibration_finding, calibration_section
from cnnbench.reporting.costs import cheapest_finding, costs_section, front_finding, machine_notes
from cnnbench.reporting.course import course_note
from cnnbench.reporting.figures.canvas import MAXIMUM_HEIGHT
from cnnbench.reporting.figures.costs import draw_costs
from reporting.conftest import MadeReport
from reporting.factory import ENGLISH, ENGLISH_FIGURES, STYLE


def _finished(made: MadeReport) -> pd.DataFrame:
    return made.sources.costs[made.sources.costs["seeds"] > 0].reset_index(drop=True)


def test_the_section_holds_every_combination_with_its_costs(full: MadeReport) -> None:
    section = full.text.partition("What each architecture and recipe costs")[2].partition("Confusions Which")[0]
    assert len(_finished(full)) == 13
    for row in _finished(full).to_dict("records"):
        assert f"{100 * row['accuracy']:.2f}" in section, row["name"]
    assert "The time to read images was measured on Made-up processor." in section
    assert "Energy is that of the processor package (RAPL)" in section


def test_the_front_is_named_from_the_fewest_operations_up(full: MadeReport) -> None:
    finding = front_finding(_finished(full), ENGLISH)
    edge = full.sources.costs[full.sources.costs["pareto_flops"]].sort_values("flops")
    places = [finding.detail.index(name) for name in edge["name"]]
    assert places == sorted(places)
    assert finding.headline.startswith(f"{len(edge)} of 13 combinations")


def test_the_cheapest_of_those_that_are_alike_is_found_among_these_only(full: MadeReport) -> None:
    costs = _finished(full)
    best, other = costs.iloc[0], costs[costs["architecture"] == "mobilenet_v2"].iloc[0]
    both = {(row["architecture"], row["recipe_hash"]) for row in (best, other)}
    finding = cheapest_finding(costs, both, ENGLISH)
    assert finding is not None
    assert finding.headline.startswith(f"{other['name']} needs the fewest operations")
    alone = cheapest_finding(costs, {(best["architecture"], best["recipe_hash"])}, ENGLISH)
    assert alone is not None
    assert alone.headline == f"Nothing with fewer operations than {best['name']} keeps up with it."
    assert cheapest_finding(costs, (), ENGLISH) is None


def test_costs_of_different_machines_are_not_compared_silently(full: MadeReport) -> None:
    costs = _finished(full)
    assert not any("only between" in note for note in machine_notes(costs, ENGLISH))
    costs.loc[0, ["hardware", "machine"]] = ["Another CPU", "Another CPU"]
    notes = machine_notes(costs, ENGLISH)
    assert sum("Another CPU" in note and "only between" in note for note in notes) == 2
    costs.loc[0, "meters"] = "gpu"
    assert any("by the same meters" in note for note in machine_notes(costs, ENGLISH))


def test_unknown_energy_is_called_unknown_and_has_no_column(full: MadeReport) -> None:
    costs = full.sources.costs.assign(joules=float("nan"), meters="", pareto_joules=False)
    section = costs_section(costs, (), ENGLISH)
    assert section is not None
    assert section["energy"] is False
    assert any("Energy is unknown" in note for note in section["notes"])


def test_without_a_finished_run_there_is_no_section(full: MadeReport) -> None:
    assert costs_section(full.sources.costs.assign(seeds=0), (), ENGLISH) is None
    empty = CalibrationTables(full.sources.calibration.calibration.head(0), pd.DataFrame())
    assert calibration_section(empty, ENGLISH) is None


@pytest.mark.parametrize("many", [1, 60])
def test_a_figure_of_any_number_of_combinations_fits_on_a_page(full: MadeReport, many: int, tmp_path: Path) -> None:
    row = full.sources.costs.iloc[0].to_dict()
    rows = [
        row
        | {"architecture": f"net{n % 12}", "title": f"Network {n % 12}"}
        | {"flops": 1000 * (n + 1), "accuracy": 0.8 + n / 400}
        for n in range(many)
    ]
    draw_costs(pd.DataFrame(rows), ENGLISH_FIGURES, STYLE, tmp_path / "costs.svg")
    height = re.search(r'<svg[^>]* height="([0-9.]+)pt"', (tmp_path / "costs.svg").read_text())
    assert height is not None
    assert float(height[1]) <= 72 * MAXIMUM_HEIGHT + 0.1


def test_calibration_is_told_of_the_most_accurate(full: MadeReport) -> None:
    table = full.sources.calibration.calibration
    leader = table.iloc[0]
    text = calibration_finding(table, ENGLISH).detail
    assert f"mean confidence is {100 * leader['confidence']:.2f}%, its accuracy {100 * leader['accuracy']:.2f}%" in text
    assert f"{100 * table['calibration_error'].min():.2f}" in text
    in_report = full.text.partition("Confidence against accuracy")[2].partition("Failed runs")[0]
    for row in table.to_dict("records"):
        assert f"{row['log_loss']:.3f}" in in_report, row["name"]


@pytest.mark.parametrize(
    ("reading", "says"),
    [
        ("over-confident", "is surer than it is right, in every seed"),
        ("under-confident", "is right more often than it is sure, in every seed"),
        ("mixed", "too sure in some seeds"),
        ("one seed", "cannot be told from one seed"),
    ],
)
def test_a_reading_is_put_in_words(full: MadeReport, reading: str, says: str) -> None:
    table = full.sources.calibration.calibration.assign(reading=reading)
    assert says in calibration_finding(table, ENGLISH).headline


def _course(label: str, still_improving: int, overfitted: int, underfitted: bool = False) -> RowCourse:
    return RowCourse(label, Course(3, still_improving, overfitted), underfitted)


def test_the_course_of_training_names_its_rows() -> None:
    rows = [_course("Long", 0, 3), _course("Short", 3, 0, underfitted=True), _course("Fine", 0, 0)]
    note = course_note(rows, ENGLISH) or ""
    assert re.search(r"Overfitted, .* more than 5% above .*: Long \(3 of 3\)\. Still improving", note)
    assert re.search(r"Still improving, .*: Short \(3 of 3\)\. Underfitted", note)
    assert note.endswith("no better than the validation images: Short.")
    assert "Fine" not in note
    assert course_note([_course("Fine", 0, 0)], ENGLISH) is None


def test_of_many_rows_the_first_are_named_and_the_others_counted() -> None:
    note = course_note([_course(f"Row {n}", 0, 1) for n in range(60)], ENGLISH) or ""
    assert "Row 7 (1 of 3) and 52 more rows." in note
    assert "Row 8" not in note


def test_the_report_of_one_seed_claims_no_calibration(one_seed: MadeReport) -> None:
    assert "cannot be told from one seed" in one_seed.text
    assert "one seed: open" in one_seed.text.partition("Confidence against accuracy")[2]
