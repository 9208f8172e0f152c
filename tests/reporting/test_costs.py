"""What the report says of costs is what the table holds."""

import math
import re
from dataclasses import replace
from pathlib import Path

from cnnbench.analysis.tables.costs import Cost
from cnnbench.analysis.tables.values import NO_ESTIMATE
from cnnbench.reporting.phrases import number_words
from cnnbench.reporting.results import Results
from cnnbench.reporting.sections import costs
from cnnbench.reporting.sections.costs import CostsContent, cheapest_finding, front_finding, machine_notes
from reporting.altered import with_rows
from reporting.conftest import MadeReport
from reporting.factory import ENGLISH


def _finished(made: MadeReport) -> list[Cost]:
    return [row for row in made.results.rows(Cost) if row.done]


def _content(rows: list[Cost], results: Results, folder: Path) -> CostsContent | None:
    """Return what the section shows of a study whose table of costs has these rows."""
    found = costs.sections(with_rows(results, Cost, rows, folder), ENGLISH)
    return found[0].content if found else None


def test_the_section_holds_every_combination_with_its_costs(full: MadeReport) -> None:
    section = full.text.partition("What each architecture and recipe costs")[2].partition("Which characters")[0]
    assert len(_finished(full)) == 13
    for row in _finished(full):
        assert f"{100 * row.accuracy.mean:.2f}" in section, row.name
    assert "Inference was timed on Made-up processor." in section
    assert "Energy is that of the processor package (RAPL)" in section


def test_the_front_is_named_from_the_fewest_operations_up(full: MadeReport) -> None:
    finding = front_finding(_finished(full), ENGLISH)
    edge = sorted((row for row in full.results.rows(Cost) if row.pareto_flops), key=lambda row: row.flops)
    places = [finding.detail.index(row.name) for row in edge]
    assert places == sorted(places)
    assert 1 < len(edge) < 13
    number = number_words(len(edge), ENGLISH)
    assert finding.headline.startswith(f"The front of accuracy against operations has {number} of 13 combinations:")


def test_a_front_of_all_is_not_counted(two_seeds: MadeReport) -> None:
    rows = _finished(two_seeds)
    assert len(rows) == 2
    assert all(row.pareto_flops for row in rows)
    assert front_finding(rows, ENGLISH).headline.startswith("Every combination is on the front")


def test_the_cheapest_of_those_that_may_be_the_best_is_found_among_these_only(full: MadeReport) -> None:
    rows = _finished(full)
    best, other = rows[0], next(row for row in rows if row.architecture == "mobilenet_v2")
    finding = cheapest_finding(rows, {best.combination, other.combination}, ENGLISH)
    assert finding is not None
    assert finding.headline.startswith(f"{other.name} needs the fewest operations")
    alone = cheapest_finding(rows, {best.combination}, ENGLISH)
    assert alone is not None
    assert alone.headline == f"Nothing that needs fewer operations than {best.name} may be the best."
    fewer = number_words(sum(row.flops < best.flops for row in rows), ENGLISH)
    assert alone.detail == f"All {fewer} combinations with fewer are ruled out (95% confidence)."
    assert cheapest_finding(rows, (), ENGLISH) is None


def test_one_seed_rules_nothing_out_by_its_costs(one_seed: MadeReport) -> None:
    (section,) = costs.sections(one_seed.results, ENGLISH)
    assert len(section.content.findings) == 1
    assert "best" not in section.content.findings[0].headline


def test_where_nothing_needs_fewer_operations_nothing_is_said_to_be_ruled_out(full: MadeReport) -> None:
    best, *others = _finished(full)
    costly = [replace(row, flops=best.flops + 1) for row in others]
    assert cheapest_finding([best, *costly], {best.combination}, ENGLISH) is None


def test_costs_of_different_machines_are_not_compared_silently(full: MadeReport) -> None:
    first, *others = _finished(full)
    assert not any("only between" in note for note in machine_notes([first, *others], ENGLISH))
    moved = replace(first, hardware="Another CPU", machine="Another CPU")
    notes = machine_notes([moved, *others], ENGLISH)
    assert sum("Another CPU" in note and "only between" in note for note in notes) == 2
    notes = machine_notes([replace(moved, meters="gpu"), *others], ENGLISH)
    assert any("by the same meters" in note for note in notes)


def test_a_missing_inference_time_is_explained(full: MadeReport) -> None:
    first, *others = _finished(full)
    assert not any("missing" in note for note in machine_notes([first, *others], ENGLISH))
    notes = machine_notes([replace(first, latency_1_ms=math.nan), *others], ENGLISH)
    assert any(note.startswith("Where the inference time is missing") for note in notes)


def test_unknown_energy_is_called_unknown_and_has_no_column(full: MadeReport, tmp_path: Path) -> None:
    rows = [replace(row, joules=math.nan, meters="", pareto_joules=False) for row in full.results.rows(Cost)]
    content = _content(rows, full.results, tmp_path / "study")
    assert content is not None
    assert content.energy is False
    assert any("Energy is unknown" in note for note in content.notes)
    (section,) = costs.sections(full.results, ENGLISH)
    assert section.content.energy is True


def test_combinations_without_a_finished_run_have_no_costs_to_show(full: MadeReport, tmp_path: Path) -> None:
    first, *others = full.results.rows(Cost)
    failed = replace(others[-1], accuracy=NO_ESTIMATE)
    content = _content([first, failed], full.results, tmp_path / "one")
    assert content is not None
    assert [row.name for row in content.rows] == [first.name]
    assert _content([replace(first, accuracy=NO_ESTIMATE), failed], full.results, tmp_path / "none") is None


def test_the_only_finished_combination_is_said_to_be_alone(full: MadeReport) -> None:
    only = _finished(full)[0]
    assert front_finding([only], ENGLISH).headline == f"{only.name} is the only finished combination."


def test_a_study_of_one_number_of_operations_has_no_front(one_seed: MadeReport) -> None:
    assert re.search(
        r"All combinations need the same number of operations\. LeNet-5 .* on average, with", one_seed.text
    )
