"""The statements of the analysis hold as often as they promise, in simulated studies and in the documentation."""

import math
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cnnbench.analysis.inference.simulation.calibration import BEGIN, END, REPETITIONS, between_markers, calibrate
from cnnbench.analysis.inference.simulation.scenarios import GAPS, SCENARIOS, WIDE, Scenario, spread_out
from cnnbench.analysis.inference.simulation.statements import Statements, examine, grid_weights, ladder_weights
from cnnbench.analysis.inference.simulation.studies import draw_answers, draw_study
from cnnbench.analysis.inference.simulation.tables import TABLES, Column, Row, Table
from cnnbench.errors import UserError
from threadpoolctl import threadpool_limits

PAGE = Path(__file__).parents[2] / "docs/statistics.md"
# Seeds and images matter about as much, so that a variance that lacks either is far too small.
SMALL = Scenario("small", results=12, per_architecture=3, images=800, deviations=(0.01, 0.01))
FOLDS = replace(SMALL, seeds=5, images=2500, deviations=(0.04, 0.04), folds=5, overlap=1 / 5)
PROMISES = ("best", "ranks", "ladders", "grid", "differences", "accuracies")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Tests that run at the same time would wait for each other's threads at each small product of matrices."""
    with threadpool_limits(1):
        yield


@pytest.mark.parametrize(
    "scenario",
    [replace(SMALL, seeds=2), replace(SMALL, seeds=3, correlation=0.0), replace(SMALL, seeds=5), FOLDS],
    ids=["2 seeds", "3 seeds, results apart", "5 seeds", "folds"],
)
def test_statements_hold(scenario: Scenario) -> None:
    """In 93 % of the studies at least; the error of this small simulation is allowed for."""
    random = np.random.default_rng(7)
    found = [examine(scenario, random) for _ in range(100)]
    for promise in PROMISES:
        held = np.array([getattr(one, promise) for one in found])
        assert held.mean() >= 0.93 - 2 * held.std() / math.sqrt(len(held)), promise


def test_large_differences_are_detected() -> None:
    random = np.random.default_rng(8)
    scenario = spread_out(replace(SMALL, images=6000, seeds=5, deviations=(0.002, 0.002)))
    found = [examine(scenario, random) for _ in range(30)]
    assert np.mean([one.best for one in found]) >= 0.9
    assert np.mean([one.left_out[-1] for one in found]) >= 0.9
    assert np.mean([one.beaten[-1] for one in found]) >= 0.8
    assert np.mean([one.in_set for one in found]) < 8


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_drawn_studies_have_the_accuracies_that_were_asked_for(scenario: Scenario) -> None:
    scenario = replace(scenario, images=4000, seeds=40)
    found = draw_answers(scenario, scenario.accuracies, np.random.default_rng(9)).mean(axis=(1, 2))
    assert found == pytest.approx(scenario.accuracies, abs=0.02)


def test_scenarios_range_as_widely_as_they_say() -> None:
    assert WIDE.accuracies.max() == pytest.approx(0.97)
    assert WIDE.accuracies.min() == pytest.approx(0.67)


def test_results_of_an_architecture_share_what_a_seed_does() -> None:
    scenario = replace(SMALL, images=20_000, seeds=60, deviations=(0.02, 0.02))
    table = np.corrcoef(draw_study(scenario, np.random.default_rng(10)).counts.accuracies)
    assert table[0, 1] == pytest.approx(0.93, abs=0.06)
    assert abs(table[0, 3]) < 0.45


def test_spread_out_results_are_dealt_anew_in_each_study() -> None:
    scenario, random = spread_out(replace(SMALL, images=100)), np.random.default_rng(11)
    first, second = (draw_study(scenario, random).accuracies for _ in range(2))
    assert sorted(first) == sorted(second)
    assert first.tolist() != second.tolist()
    assert np.isclose(first.max() - np.array(GAPS)[:, None], first).any(axis=1).all()


def test_each_image_is_in_one_fold() -> None:
    counts = draw_study(replace(SMALL, seeds=6, images=203, folds=4), np.random.default_rng(12)).counts
    assert counts.images_of_seed.tolist() == [51, 51, 51, 50, 51, 51]
    both = counts.both[0, :, 0]
    fold = np.arange(6) % 4
    assert ((both > 0) == (fold[:, None] == fold)).all()


def test_networks_of_two_folds_are_alike() -> None:
    """Over many studies, the accuracies of two seeds of one result correlate as much as was asked for."""
    scenario = Scenario("", results=1, per_architecture=1, images=20_000, seeds=2, deviations=(0.02, 0.02), overlap=0.5)
    random = np.random.default_rng(13)
    by_study = np.array([draw_study(scenario, random).counts.accuracies[0] for _ in range(300)])
    assert np.corrcoef(by_study.T)[0, 1] == pytest.approx(0.5, abs=0.12)


def test_ladders_and_grids_compare_recipes_within_architectures() -> None:
    four = Scenario("", results=8, per_architecture=4)
    assert [steps.tolist() for steps in ladder_weights(replace(four, results=4, per_architecture=2))] == [
        [[-1, 1, 0, 0]],
        [[0, 0, -1, 1]],
    ]
    (effects,) = grid_weights(four)
    assert effects.shape == (3, 8)
    by_recipe = np.array([0.0, 0.01, 0.02, 0.06])  # of two keys: 0.01 and 0.02 alone, 0.03 more together
    assert effects @ np.tile(by_recipe, 2) == pytest.approx([0.035, 0.025, 0.03])
    assert effects @ np.repeat([1.0, 5.0], 4) == pytest.approx([0, 0, 0])
    assert ladder_weights(replace(four, per_architecture=1)) == grid_weights(replace(four, results=4)) == []


def statements(**values: float) -> Statements:
    three = np.full(3, np.nan)
    fields: dict[str, Any] = dict.fromkeys(PROMISES, 1.0) | {"half_width": 0.01, "in_set": 2} | values
    return Statements(accuracies_by_architecture=three, left_out=three, beaten=three, **fields)


def test_a_table_names_what_falls_short_and_what_it_does_not_know() -> None:
    (columns,) = {table.columns[:4] for table in TABLES if table.title == "Small studies"}
    rows = tuple(Row((name, "2"), SMALL) for name in ("good", "bad"))
    found = [[statements(grid=math.nan)] * 4, [statements(ranks=0.0), *[statements()] * 3]]
    text = Table("Some", ("study", "seeds"), rows, columns).markdown(found)
    assert "| good | 2 | 100.0 | 100.0 | 100.0 | — |" in text
    assert "| bad | 2 | 100.0 | 75.0 | 100.0 | 100.0 |" in text
    assert text.endswith("Below 93 %: ranks (study bad, seeds 2) 75.0.\n")


def test_a_calibration_is_the_same_for_any_number_of_processes() -> None:
    columns = (Column("mean", lambda found: f"{np.mean([one.half_width for one in found]):.6f}"),)
    rows = tuple(Row((str(seeds),), replace(SMALL, images=200, seeds=seeds)) for seeds in (2, 3))
    tables = [Table("First", ("seeds",), rows, columns), Table("Second", ("seeds",), rows, columns, share=0.5)]
    # `follow` sees each batch, and here puts other work between two.
    one, two = (calibrate(25, 3, processes, tables, lambda found, _: list(found)) for processes in (1, 2))
    assert one == two
    assert "Per cent of 25 studies" in one and "Per cent of 12 studies" in one
    numbers = [line.split("|")[2] for line in one.splitlines() if line.startswith(("| 2", "| 3"))]
    assert len(set(numbers)) == 4, "each row has draws of its own"


def test_only_what_stands_between_the_markers_is_replaced() -> None:
    page = f"# Title\n\n{BEGIN}\nold\n{END}\n\nEnd\n"
    once = between_markers(page, "new")
    assert "old" not in once and "new" in once
    assert once.startswith("# Title\n\n") and once.endswith("\n\nEnd\n")
    assert between_markers(once, "new") == once
    for broken in ("nothing", BEGIN, f"{END}\n{BEGIN}\n"):
        with pytest.raises(UserError, match="lacks a marker"):
            between_markers(broken, "new")


def test_a_page_without_markers_is_refused_at_once_and_kept(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("words")
    command = [sys.executable, "-m", "cnnbench.commands.calibrate_statistics", "--page", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1
    assert done.stderr.startswith("error: the page lacks a marker") and done.stderr.count("\n") == 1
    assert page.read_text() == "words"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_the_page_has_every_row_of_a_whole_calibration(table: Table) -> None:
    """Otherwise: `make calibrate-statistics`."""
    _, _, rest = PAGE.read_text().partition(BEGIN)
    written, _, _ = rest.partition(END)
    assert f"### {table.title}\n" in written
    section = written.split(f"### {table.title}\n")[1].split("### ")[0]
    assert f"Per cent of {table.studies(REPETITIONS):,} studies" in section
    heads, _, *rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    assert heads == [*table.label_heads, *(column.head for column in table.columns)]
    assert [tuple(row[: len(table.label_heads)]) for row in rows] == [row.labels for row in table.rows]


def test_the_page_has_no_table_that_is_not_computed() -> None:
    written = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    assert [line[4:] for line in written.splitlines() if line.startswith("### ")] == [table.title for table in TABLES]


def test_the_page_describes_every_scenario() -> None:
    before = PAGE.read_text().partition(BEGIN)[0]
    described = before.split("\n| scenario |")[1].split("\n\n")[0]
    assert re.findall(r"^\| (\w+) \|", described, re.MULTILINE) == [scenario.name for scenario in SCENARIOS]
