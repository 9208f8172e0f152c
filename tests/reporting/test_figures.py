import math
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from cnnbench.reporting.figures.accuracy import draw_accuracy
from cnnbench.reporting.figures.canvas import MAXIMUM_HEIGHT
from cnnbench.reporting.figures.confusion_matrix import draw_confusion_matrix
from cnnbench.reporting.figures.grid_effects import draw_grid_effects
from cnnbench.reporting.figures.ladder import draw_ladder
from cnnbench.reporting.figures.learning_curves import draw_learning_curves
from reporting.conftest import MadeReport
from reporting.factory import BYCLASS, DIGITS, ENGLISH_FIGURES, STYLE


def test_figures_are_vectors_with_text_as_paths(full: MadeReport) -> None:
    figures = list(full.sources.figures.rglob("*.svg"))
    assert len(figures) == 2 * 3 + 1 + 1 + 3 + 2 + 2
    for figure in figures:
        svg = figure.read_text()
        assert "<image" not in svg
        assert "<text" not in svg


def test_the_same_figure_has_the_same_bytes(full: MadeReport, tmp_path: Path) -> None:
    experiment = full.sources.study.experiment("ladder")
    draw_ladder(
        experiment, full.sources.runs, full.sources.comparisons, ENGLISH_FIGURES, STYLE, tmp_path / "ladder.svg"
    )
    drawn = (full.sources.figures / "ladder" / "ladder.svg").read_bytes()
    assert (tmp_path / "ladder.svg").read_bytes() == drawn


@pytest.mark.parametrize(
    "classes", [DIGITS, [f"{letter}/{letter.lower()}" for letter in "ABC"], BYCLASS, ["a long name"] * 2]
)
def test_a_confusion_matrix_of_any_size_is_drawn(classes: list[str], tmp_path: Path) -> None:
    matrix = pd.DataFrame([[9] * len(classes)] * len(classes), index=classes, columns=classes)
    draw_confusion_matrix(matrix, "Title", ENGLISH_FIGURES, STYLE, tmp_path / "matrix.svg")
    assert (tmp_path / "matrix.svg").stat().st_size < 1_000_000


def test_an_experiment_of_many_rows_is_drawn_on_one_page(full: MadeReport, tmp_path: Path) -> None:
    experiment = full.sources.study.experiment("architectures")
    many = replace(experiment, rows=[replace(row, label=f"$ row {n}") for n in range(20) for row in experiment.rows])
    draw_accuracy(many, full.sources.runs, ENGLISH_FIGURES, STYLE, tmp_path / "accuracy.svg")
    draw_learning_curves(
        many, full.sources.runs, full.sources.histories, ENGLISH_FIGURES, STYLE, tmp_path / "curves.svg"
    )
    for figure in ("accuracy.svg", "curves.svg"):
        height = re.search(r'<svg[^>]* height="([0-9.]+)pt"', (tmp_path / figure).read_text())
        assert height is not None
        assert float(height[1]) <= 72 * MAXIMUM_HEIGHT + 0.1


def test_an_experiment_without_a_finished_run_has_figures_that_say_so(full: MadeReport, tmp_path: Path) -> None:
    experiment, runs = full.sources.study.experiment("ladder"), full.sources.runs.copy()
    runs[["status", "accuracy"]] = ["diverged", None]
    epochs = pd.DataFrame(columns=["run", "epoch"])
    draw_accuracy(experiment, runs, ENGLISH_FIGURES, STYLE, tmp_path / "accuracy.svg")
    nothing = full.sources.comparisons.assign(n=0, difference=math.nan, high=math.nan, verdict="not measured")
    draw_ladder(experiment, runs, nothing, ENGLISH_FIGURES, STYLE, tmp_path / "ladder.svg")
    draw_learning_curves(experiment, runs, epochs, ENGLISH_FIGURES, STYLE, tmp_path / "curves.svg")
    grid = full.sources.study.experiment("batch_and_rate")
    draw_grid_effects(grid, runs, ENGLISH_FIGURES, STYLE, tmp_path / "effects.svg")
    assert {path.name for path in tmp_path.iterdir()} == {"accuracy.svg", "ladder.svg", "curves.svg", "effects.svg"}


def _bands(svg: Path) -> int:
    return len(re.findall(r'id="FillBetweenPolyCollection_\d+"', svg.read_text()))


def test_learning_curves_have_a_band_only_where_several_seeds_are_finished(
    full: MadeReport, one_seed: MadeReport
) -> None:
    """Loss and accuracy, of training and of validation."""
    curves = full.sources.figures / "learning_curves"
    assert _bands(curves / "ladder.svg") == 4 * 5
    assert _bands(curves / "batch_and_rate.svg") == 4 * 5, "all seeds of one of the six rows failed"
    assert _bands(one_seed.sources.figures / "learning_curves" / "lenet5_ladder.svg") == 0


def test_a_mean_is_drawn_as_far_as_all_seeds_trained(full: MadeReport, tmp_path: Path) -> None:
    """What a seed does after the others stopped is its own curve: the mean does not jump where they end."""
    experiment = full.sources.study.experiment("ladder")
    row = experiment.rows[0]
    one_row, histories = replace(experiment, rows=[row]), full.sources.histories
    stopped = histories[(histories["run"] != row.runs[0]) | (histories["epoch"] <= 7)]
    drawn = {}
    for name, table in {"all": histories, "stopped": stopped}.items():
        path = tmp_path / f"{name}.svg"
        draw_learning_curves(one_row, full.sources.runs, table, ENGLISH_FIGURES, STYLE, path)
        drawn[name] = len(re.findall(r'id="line2d_\d+"', path.read_text()))
        assert _bands(path) == 4
    # The two seeds that went on, in four curves.
    assert drawn["stopped"] - drawn["all"] == 2 * 4


def test_the_keys_of_a_grid_are_drawn_for_many_architectures_and_levels_on_one_page(
    full: MadeReport, tmp_path: Path
) -> None:
    experiment = full.sources.study.experiment("batch_and_rate")
    first = experiment.rows[0]
    rows = [
        replace(first, architecture=name, changes={"batch_size": size, "learning_rate": rate, "epochs": epochs})
        for name in [f"a{place}" for place in range(12)]
        for size in (32, 64, 128, 256)
        for rate in (0.1, 0.01, 0.001, 0.0001, 0.00001)
        for epochs in (1, 2)
    ]
    runs = pd.concat([full.sources.runs, pd.DataFrame({"architecture": [f"a{n}" for n in range(12)], "title": "$ A"})])
    draw_grid_effects(replace(experiment, rows=rows), runs, ENGLISH_FIGURES, STYLE, tmp_path / "effects.svg")
    height = re.search(r'<svg[^>]* height="([0-9.]+)pt"', (tmp_path / "effects.svg").read_text())
    assert height is not None
    assert float(height[1]) <= 72 * MAXIMUM_HEIGHT + 0.1
    assert (tmp_path / "effects.svg").stat().st_size < 2_000_000
