"""Figures are drawn from exactly what they declare, legible on a page, and say so where there is nothing to show."""

import math
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cnnbench.analysis.experiment_results import results_of
from cnnbench.analysis.tables.comparisons import Comparison, GridStanding, Result, SeedDifference
from cnnbench.analysis.tables.costs import Cost
from cnnbench.analysis.tables.errors import Agreement, ClassAccuracy, HardestImage, Mistake
from cnnbench.analysis.tables.runs import Epoch, RunRecord
from cnnbench.analysis.tables.table import write_rows
from cnnbench.analysis.tables.values import NO_ESTIMATE, Estimate
from cnnbench.data.ink import Ink
from cnnbench.errors import UserError
from cnnbench.planning import subjects_of
from cnnbench.reporting.figures import palette
from cnnbench.reporting.figures.accuracy import draw_accuracy
from cnnbench.reporting.figures.agreement import draw_agreement
from cnnbench.reporting.figures.calibration import draw_calibration
from cnnbench.reporting.figures.canvas import MAXIMUM_HEIGHT, WIDTH, Canvas, percent_limits
from cnnbench.reporting.figures.class_accuracy import draw_class_accuracy
from cnnbench.reporting.figures.confusion_matrix import draw_confusion_matrix
from cnnbench.reporting.figures.costs import draw_costs
from cnnbench.reporting.figures.gallery import CELL, COLUMNS, PICTURE
from cnnbench.reporting.figures.grid_effects import draw_grid_effects
from cnnbench.reporting.figures.hardest_images import draw_hardest_images
from cnnbench.reporting.figures.ladder import draw_ladder
from cnnbench.reporting.figures.learning_curves import draw_learning_curves
from cnnbench.reporting.figures.mistakes import draw_mistakes
from cnnbench.reporting.figures.registry import figures
from cnnbench.reporting.results import Results
from cnnbench.reporting.translation import Texts
from cnnbench.study.load import load_study
from matplotlib import rc_params_from_file
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.lines import Line2D
from matplotlib.markers import CARETLEFT, CARETRIGHT
from matplotlib.text import Text
from PIL import Image
from reporting.conftest import MadeReport
from reporting.factory import BYCLASS, DIGITS, ENGLISH_FIGURES, STYLE, Scenario, make_tables, write_results

DOTS_PER_INCH = 300
TEST_IMAGES = ("test_images.npy", "test_labels.npy", "dataset.json", "source.json")
each_figure = pytest.mark.parametrize("name", list(figures()))
EXTREME = Scenario(
    config={
        "name": "extreme",
        "title": "All or nothing",
        "survey": "config/survey.yaml",
        "seeds": [0, 1],
        "recipe": {"epochs": 3},
        "experiments": [
            {
                "name": "grid",
                "kind": "grid",
                "question": "Which is best?",
                "architectures": ["lenet5", "resnet50", "mobilenet_v2"],
                "values": {"batch_size": [64, 256], "learning_rate": [0.0005, 0.002]},
            },
            {
                "name": "ladder",
                "kind": "ladder",
                "question": "What does each change?",
                "architecture": "lenet5",
                "steps": [
                    {"name": "Batch of 512", "change": {"batch_size": 512}},
                    {"name": "Batch of 2048", "change": {"batch_size": 2048}},
                ],
            },
        ],
    },
    classes=DIGITS,
    test_images_per_class=12,
    title="Handwritten digits",
    official=None,
    accuracy=lambda architecture, recipe: {64: 1.0, 256: 0.99, 512: 0.0, 2048: 0.1}.get(recipe["batch_size"], 1.0),
    spread=0.0,
    fails=lambda architecture, recipe, seed: "diverged" if architecture == "resnet50" and seed == 1 else None,
)
"""All images read, or none; of one network, one seed failed."""


def _drawn(made: MadeReport, name: str) -> Iterator[tuple[str, Path]]:
    """Yield what a figure was drawn for in a report, and the picture."""
    figure = figures()[name]
    of_experiments = figure.drawn_for.is_experiment
    for path in sorted(made.folder.glob(str(figure.path(name, "*" if of_experiments else "")))):
        yield path.stem if of_experiments else "", path


def _declared(name: str, full: Results, folder: Path) -> Results:
    """Return results that hold only what a figure declares, as copies."""
    results, figure = Results(folder / "study", folder / "data"), figures()[name]
    results.folder.mkdir()
    results.data.mkdir()
    for content in figure.reads:
        shutil.copy(full.folder / content.file, results.folder)
    shutil.copytree(full.folder / ".records", results.folder / ".records")
    for file in TEST_IMAGES if figure.reads_test_images else ():
        shutil.copy(full.data / file, results.data)
    return results


@each_figure
def test_a_figure_is_drawn_from_what_it_declares_alone(name: str, full: MadeReport, tmp_path: Path) -> None:
    figure, results = figures()[name], _declared(name, full.results, tmp_path)
    drawn = list(_drawn(full, name))
    assert drawn
    for subject, path in drawn:
        figure.draw(results, subject, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / path.name))
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()


@each_figure
def test_a_figure_needs_all_that_it_declares(name: str, full: MadeReport, tmp_path: Path) -> None:
    figure, subject = figures()[name], next(_drawn(full, name))[0]
    declared = [("study", content.file) for content in figure.reads]
    declared += [("data", file) for file in TEST_IMAGES if figure.reads_test_images]
    for place, (folder, file) in enumerate(declared):
        root = tmp_path / str(place)
        root.mkdir()
        results = _declared(name, full.results, root)
        (root / folder / file).unlink()
        with pytest.raises((UserError, FileNotFoundError), match=re.escape(file)):
            figure.draw(results, subject, ENGLISH_FIGURES, Canvas(STYLE, root / f"figure{figure.suffix}"))


@each_figure
def test_a_figure_says_what_it_is_in_short(name: str) -> None:
    figure = figures()[name]
    assert figure.category
    assert figure.description is not None
    assert figure.description.strip().endswith(".")
    assert len(figure.description.split()) <= 40
    assert "\n" not in figure.description.partition(".")[0], "the first line is shown while it is drawn"


@pytest.fixture(scope="session")
def extreme(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Tables of the study `EXTREME`, in which intervals of accuracies are as long as they can be."""
    root = tmp_path_factory.mktemp("extreme")
    folder = write_results(EXTREME, root)
    results = Results(folder, root / "results/data" / Results(folder, root).study.dataset)
    make_tables(results, root)
    for table in (Result, Cost):
        widest = [
            replace(row, accuracy=replace(row.accuracy, low=0.0, high=1.0)) if row.done else row
            for row in results.rows(table)
        ]
        write_rows(results.folder, table, widest)
    return results


@pytest.fixture
def painted(
    full: MadeReport, two_seeds: MadeReport, one_seed: MadeReport, monkeypatch: pytest.MonkeyPatch
) -> list[MatplotlibFigure]:
    """Every figure as matplotlib knows it, in place of its file, which would take longer.

    The reports that all tests share are made before: their figures have to be in their files.
    """
    figures: list[MatplotlibFigure] = []

    def keep(figure: MatplotlibFigure, file: Path, **options: Any) -> None:
        figures.append(figure)
        file.touch()

    monkeypatch.setattr(MatplotlibFigure, "savefig", keep)
    return figures


def _percent_axes(figure: MatplotlibFigure) -> Iterator[tuple[float, float]]:
    """Yield the ends of each axis whose label, or that of its figure, its panel or one that shares it, has a `%`."""
    for axes in figure.axes:
        shared_x, shared_y = axes.get_shared_x_axes(), axes.get_shared_y_axes()
        across = [figure.get_supxlabel(), axes.get_title("left")]
        across += [other.get_xlabel() for other in shared_x.get_siblings(axes)]
        up = [figure.get_supylabel(), *(other.get_ylabel() for other in shared_y.get_siblings(axes))]
        if "%" in "".join(across):
            yield axes.get_xlim()
        if "%" in "".join(up):
            yield axes.get_ylim()


@each_figure
@pytest.mark.parametrize("scenario", ["full", "two_seeds", "one_seed", "extreme"])
def test_no_axis_in_percent_leaves_0_to_100(
    name: str, scenario: str, painted: list[MatplotlibFigure], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    made, figure = request.getfixturevalue(scenario), figures()[name]
    results = made if isinstance(made, Results) else made.results
    painted.clear()
    for subject in subjects_of(load_study(results.presentation.config, "test"))[figure.drawn_for]:
        figure.draw(results, subject, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / f"figure{figure.suffix}"))
    for ends in (ends for one in painted for ends in _percent_axes(one)):
        assert 0 <= ends[0] < ends[1] <= 100
    if painted and name in ("accuracy", "calibration", "class_accuracy", "costs", "grid_effects", "survey_weights"):
        assert all(list(_percent_axes(one)) for one in painted), "the axes in percent are found"


@pytest.mark.parametrize(
    ("fractions", "ends"),
    [
        ([0.9, 0.96], (89.7, 96.3)),
        ([0.9, math.nan, 0.96], (89.7, 96.3)),
        ([0.5], (49.9, 50.1)),
        ([1.0, 1.0], (99.9, 100)),
        ([0.0, 1.0], (0, 100)),
    ],
)
def test_an_axis_in_percent_has_room_at_both_ends_within_0_to_100(
    fractions: list[float], ends: tuple[float, float]
) -> None:
    assert percent_limits(fractions) == pytest.approx(ends)


def test_planning_a_study_knows_the_figures_without_loading_what_draws_them() -> None:
    heavy = ["matplotlib", "pandas", "numpy", "scipy", "keras", "PIL"]
    program = (
        "import sys; from cnnbench.reporting.figures.registry import figures; assert figures();"
        f" print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_style_sheet_has_the_colours_of_the_palette() -> None:
    style: Any = rc_params_from_file(STYLE, use_default_template=False)
    colours = style["axes.prop_cycle"].by_key()["color"]
    assert colours[:4] == [palette.BLUE, palette.ORANGE, palette.GREEN, palette.VERMILION]
    assert {palette.PINK, palette.SKY, palette.BLACK} <= set(colours)
    assert style["text.color"] == palette.INK


def test_figures_are_vectors_with_text_as_paths(full: MadeReport) -> None:
    drawn = list((full.folder / "figures").rglob("*.svg"))
    assert len(drawn) == 2 * 3 + 1 + 1 + 3 + 2 + 2
    for figure in drawn:
        svg = figure.read_text()
        assert "<image" not in svg
        assert "<text" not in svg


def _height(figure: Path) -> float:
    """Return the height of an SVG file in inches."""
    height = re.search(r'<svg[^>]* height="([0-9.]+)pt"', figure.read_text())
    assert height is not None
    return float(height[1]) / 72


def _fits_on_a_page(figure: Path) -> bool:
    return _height(figure) <= MAXIMUM_HEIGHT + 0.002


class Heard(Texts):
    """English messages, with all that were asked for."""

    def __init__(self) -> None:
        super().__init__(ENGLISH_FIGURES.language, ENGLISH_FIGURES._translations)
        self.messages: list[str] = []

    def find(self, message: str) -> str:
        self.messages.append(message)
        return super().find(message)


@pytest.mark.parametrize(
    "classes", [DIGITS, [f"{letter}/{letter.lower()}" for letter in "ABC"], BYCLASS, ["a long name"] * 2]
)
def test_a_confusion_matrix_of_any_size_is_drawn(classes: list[str], tmp_path: Path) -> None:
    matrix = pd.DataFrame([[9] * len(classes)] * len(classes), index=classes, columns=classes)
    draw_confusion_matrix(matrix, "Title", ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "matrix.svg"))
    assert (tmp_path / "matrix.svg").stat().st_size < 1_000_000


def test_the_confusion_matrix_is_that_of_the_first_with_a_finished_run(full: MadeReport, tmp_path: Path) -> None:
    """The leaderboard alone says who leads, whatever the runs' accuracies are."""
    figure, results = figures()["confusion_matrix"], _declared("confusion_matrix", full.results, tmp_path)
    first, second, *others = full.results.rows(Result)
    drawn = {}
    for name, rows in {
        "as it is": [first, second, *others],
        "another leads": [second, first, *others],
        "first failed": [replace(first, accuracy=NO_ESTIMATE), second, *others],
        "all failed": [replace(row, accuracy=NO_ESTIMATE) for row in (first, second, *others)],
    }.items():
        write_rows(results.folder, Result, rows)
        texts = Heard()
        figure.draw(results, "", texts, Canvas(STYLE, tmp_path / "matrix.svg"))
        drawn[name] = (tmp_path / "matrix.svg").read_bytes()
        assert ("No run was finished." in texts.messages) == (name == "all failed")
    assert drawn["as it is"] == (full.folder / "figures/confusion_matrix.svg").read_bytes()
    assert drawn["another leads"] == drawn["first failed"] != drawn["as it is"]


def test_an_experiment_of_many_rows_is_drawn_on_one_page(full: MadeReport, tmp_path: Path) -> None:
    experiment, runs = full.results.study.experiment("architectures"), full.results.frame(RunRecord)
    many = replace(experiment, rows=[replace(row, label=f"$ row {n}") for n in range(20) for row in experiment.rows])
    results, standings = results_of(many, full.results.rows(Result)), full.results.rows(GridStanding)
    draw_accuracy(many, results, standings, runs, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "accuracy.svg"))
    histories = full.results.frame(Epoch)
    draw_learning_curves(many, runs, histories, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "curves.svg"))
    for figure in ("accuracy.svg", "curves.svg"):
        assert _fits_on_a_page(tmp_path / figure)


def test_an_experiment_without_a_finished_run_has_figures_that_say_so(full: MadeReport, tmp_path: Path) -> None:
    results, runs = full.results, full.results.frame(RunRecord)
    runs[["status", "accuracy"]] = ["diverged", None]
    canvas = Canvas(STYLE, tmp_path / "figure.svg")
    experiment, grid = results.study.experiment("ladder"), results.study.experiment("batch_and_rate")
    failed = [replace(row, accuracy=NO_ESTIMATE) for row in results_of(experiment, results.rows(Result))]
    steps = [row for row in results.rows(Comparison) if row.family == "ladder"]
    not_measured = [replace(step, difference=NO_ESTIMATE, verdict="not_measured") for step in steps]
    texts = Heard()
    draw_accuracy(experiment, failed, [], runs, texts, canvas)
    draw_ladder(not_measured, [], texts, canvas)
    draw_learning_curves(experiment, runs, pd.DataFrame(columns=["run", "epoch"]), texts, canvas)
    draw_grid_effects(grid, runs, texts, canvas)
    assert texts.messages == [
        "None of these runs was finished.",
        "No two neighbouring steps have a finished run with the same seed.",
        "None of these runs finished an epoch.",
        "None of these runs was finished.",
    ]


def test_a_study_without_a_finished_run_has_figures_that_say_so(tmp_path: Path) -> None:
    texts, canvas, images = Heard(), Canvas(STYLE, tmp_path / "figure.svg"), np.zeros((0, 28, 28, 1), np.uint8)
    draw_costs([], texts, canvas)
    draw_calibration([], [], texts, canvas)
    draw_class_accuracy([], texts, canvas)
    draw_agreement([], texts, canvas)
    draw_mistakes([], images, "light", texts, canvas)
    draw_hardest_images([], images, "light", texts, canvas)
    assert texts.messages == [
        "No run was finished.",
        "No run was finished.",
        "No run was finished.",
        "There are no two architectures or recipes with finished runs to compare.",
        "There is no misread image to show.",
        "There is no image that every network misreads.",
    ]


def _in_row(axes: Axes, position: int) -> list[Line2D]:
    """Return what is drawn in a row: lines and marks."""
    return [line for line in axes.lines if len(line.get_ydata()) and set(line.get_ydata()) == {position}]


def _whole_lines(drawn: list[Line2D]) -> list[list[float]]:
    return [list(line.get_xdata()) for line in drawn if line.get_linestyle() != "None" and line.get_marker() == "None"]


def _marks(drawn: list[Line2D], marker: object, *, filled: bool = True) -> list[float]:
    return [
        float(place)
        for line in drawn
        for place in line.get_xdata()
        if line.get_marker() == marker and (line.get_markerfacecolor() != "none") is filled
    ]


@pytest.mark.parametrize("scenario", ["full", "two_seeds", "one_seed"])
def test_a_row_of_accuracies_shows_seeds_as_rings_their_mean_as_a_dot_and_the_interval_as_a_line(
    scenario: str, painted: list[MatplotlibFigure], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    results: Results = request.getfixturevalue(scenario).results
    runs = results.frame(RunRecord).set_index("run")["accuracy"]
    for experiment in results.study.experiments:
        painted.clear()
        figures()["accuracy"].draw(results, experiment.name, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "figure.svg"))
        for position, result in enumerate(results_of(experiment, results.rows(Result))):
            drawn = _in_row(painted[0].axes[0], position)
            seeds = runs[experiment.rows[position].runs].dropna()
            assert _marks(drawn, "o", filled=False) == pytest.approx(list(100 * seeds))
            if not result.done:
                assert not drawn
                continue
            assert _marks(drawn, "o") == pytest.approx([100 * seeds.mean()])
            (line,) = _whole_lines(drawn)
            assert line == pytest.approx([100 * result.accuracy.low, 100 * result.accuracy.high])


def _colours(axes: Axes, rows: int) -> list[str]:
    """Return the colour of the line in each row, empty without one."""
    lines = [[line for line in _in_row(axes, position) if line.get_marker() == "None"] for position in range(rows)]
    return [str(line[0].get_color()) if line else "" for line in lines]


def _legend_words(figure: MatplotlibFigure) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_what_is_not_the_best_of_its_grid_is_paler(
    full: MadeReport, painted: list[MatplotlibFigure], tmp_path: Path
) -> None:
    experiment, runs = full.results.study.experiment("architectures"), full.results.frame(RunRecord)
    results = results_of(experiment, full.results.rows(Result))
    standings = [row for row in full.results.rows(GridStanding) if row.experiment == "architectures"]
    pale = results[1].combination
    for beaten in ({pale}, {row.combination for row in results}, set()):
        stand = [replace(row, possibly_best=row.combination not in beaten) for row in standings]
        draw_accuracy(experiment, results, stand, runs, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "accuracy.svg"))
    some, all_beaten, none = painted
    assert _colours(some.axes[0], 3) == [palette.BLUE, palette.SKY, palette.BLUE]
    assert _colours(all_beaten.axes[0], 3) == [palette.SKY] * 3
    assert _colours(none.axes[0], 3) == [palette.BLUE] * 3
    words = ["possibly the best", "not the best (95% confidence)"]
    assert [_legend_words(figure) for figure in painted] == [words, words[1:], []]


@pytest.mark.parametrize("scenario", ["one_seed", "two_seeds"])
def test_a_study_that_tells_no_result_from_the_best_marks_none(
    scenario: str, painted: list[MatplotlibFigure], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    results: Results = request.getfixturevalue(scenario).results
    (experiment,) = results.study.experiments
    figures()["accuracy"].draw(results, experiment.name, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "figure.svg"))
    assert not _legend_words(painted[0])
    assert palette.SKY not in _colours(painted[0].axes[0], len(experiment.rows))


def _ladder_axes(steps: list[Comparison], full: MadeReport, painted: list[MatplotlibFigure], folder: Path) -> Axes:
    differences = [row for row in full.results.rows(SeedDifference) if row.experiment == "ladder"]
    draw_ladder(steps, differences, ENGLISH_FIGURES, Canvas(STYLE, folder / "ladder.svg"))
    return painted[-1].axes[0]


def test_a_ladder_shows_each_interval_whole_unless_it_is_very_long(
    full: MadeReport, painted: list[MatplotlibFigure], tmp_path: Path
) -> None:
    steps = [row for row in full.results.rows(Comparison) if row.family == "ladder"]
    axes = _ladder_axes(steps, full, painted, tmp_path)
    for position, step in enumerate(steps):
        drawn = _in_row(axes, position)
        (line,) = _whole_lines(drawn)
        assert line == pytest.approx([100 * step.difference.low, 100 * step.difference.high])
        assert not _marks(drawn, CARETLEFT)
        assert not _marks(drawn, CARETRIGHT)
    whole = axes.get_xlim()

    long = replace(steps[0], difference=replace(steps[0].difference, low=-0.9, high=1.0))
    axes = _ladder_axes([long, *steps[1:]], full, painted, tmp_path)
    left, right = axes.get_xlim()
    assert right - left < 5 * (whole[1] - whole[0]), "the others are no dots beside it"
    drawn = _in_row(axes, 0)
    assert _whole_lines(drawn) == [[left, right]]
    assert _marks(drawn, CARETLEFT) == [left]
    assert _marks(drawn, CARETRIGHT) == [right]
    (line,) = _whole_lines(_in_row(axes, 1))
    assert line == pytest.approx([100 * steps[1].difference.low, 100 * steps[1].difference.high])


def test_two_seeds_that_changed_nothing_are_drawn(
    full: MadeReport, painted: list[MatplotlibFigure], tmp_path: Path
) -> None:
    step = next(row for row in full.results.rows(Comparison) if row.family == "ladder")
    same = replace(step, difference=Estimate(2, 0.0, math.nan, math.nan))
    draw_ladder([same], [], ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "ladder.svg"))
    left, right = painted[0].axes[0].get_xlim()
    assert left < 0 < right


def _bands(svg: Path) -> int:
    return len(re.findall(r'id="FillBetweenPolyCollection_\d+"', svg.read_text()))


def test_learning_curves_have_a_band_only_where_several_seeds_are_finished(
    full: MadeReport, one_seed: MadeReport
) -> None:
    """Loss and accuracy, of training and of validation."""
    curves = full.folder / "figures" / "learning_curves"
    assert _bands(curves / "ladder.svg") == 4 * 5
    assert _bands(curves / "batch_and_rate.svg") == 4 * 5, "all seeds of one of the six rows failed"
    assert _bands(one_seed.folder / "figures" / "learning_curves" / "lenet5_ladder.svg") == 0


def test_a_mean_is_drawn_as_far_as_all_seeds_trained(full: MadeReport, tmp_path: Path) -> None:
    """What a seed does after the others stopped is its own curve: the mean does not jump where they end."""
    experiment, runs = full.results.study.experiment("ladder"), full.results.frame(RunRecord)
    row = experiment.rows[0]
    one_row, histories = replace(experiment, rows=[row]), full.results.frame(Epoch)
    stopped = histories[(histories["run"] != row.runs[0]) | (histories["epoch"] <= 7)]
    drawn = {}
    for name, table in {"all": histories, "stopped": stopped}.items():
        path = tmp_path / f"{name}.svg"
        draw_learning_curves(one_row, runs, table, ENGLISH_FIGURES, Canvas(STYLE, path))
        drawn[name] = len(re.findall(r'id="line2d_\d+"', path.read_text()))
        assert _bands(path) == 4
    # The two seeds that went on, in four curves.
    assert drawn["stopped"] - drawn["all"] == 2 * 4


def test_the_keys_of_a_grid_are_drawn_for_many_architectures_and_levels_on_one_page(
    full: MadeReport, tmp_path: Path
) -> None:
    experiment = full.results.study.experiment("batch_and_rate")
    first = experiment.rows[0]
    rows = [
        replace(first, architecture=name, changes={"batch_size": size, "learning_rate": rate, "epochs": epochs})
        for name in [f"a{place}" for place in range(12)]
        for size in (32, 64, 128, 256)
        for rate in (0.1, 0.01, 0.001, 0.0001, 0.00001)
        for epochs in (1, 2)
    ]
    others = pd.DataFrame({"architecture": [f"a{n}" for n in range(12)], "title": "$ A"})
    runs = pd.concat([full.results.frame(RunRecord), others])
    path = tmp_path / "effects.svg"
    draw_grid_effects(replace(experiment, rows=rows), runs, ENGLISH_FIGURES, Canvas(STYLE, path))
    assert _fits_on_a_page(path)
    assert path.stat().st_size < 2_000_000


@pytest.mark.parametrize("many", [1, 60])
def test_costs_of_any_number_of_combinations_fit_on_a_page(full: MadeReport, many: int, tmp_path: Path) -> None:
    row = full.results.rows(Cost)[0]
    rows = [
        replace(
            row,
            architecture=f"net{n % 12}",
            title=f"Network {n % 12}",
            flops=1000 * (n + 1),
            accuracy=Estimate(2, 0.8 + n / 400, 0.79 + n / 400, 0.805 + n / 400),
        )
        for n in range(many)
    ]
    draw_costs(rows, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "costs.svg"))
    assert _fits_on_a_page(tmp_path / "costs.svg")


def _cost(full: MadeReport, flops: int, *accuracy: float) -> Cost:
    """Return a row on every front: its mean, and the ends of its interval."""
    fronts = {f"pareto_{cost}": True for cost in ("parameters", "flops", "latency_1_ms", "seconds", "joules")}
    row = replace(full.results.rows(Cost)[0], **fronts)
    return replace(row, architecture=f"net{flops}", title=f"Net {flops}", flops=flops, accuracy=Estimate(2, *accuracy))


def _intervals_over(axes: Axes) -> dict[float, list[float]]:
    """Return the ends of each vertical line by its place."""
    lines = [line for line in axes.lines if line.get_marker() == "None" and len(set(line.get_xdata())) == 1]
    return {float(line.get_xdata()[0]): list(map(float, line.get_ydata())) for line in lines}


def test_accuracies_against_costs_have_their_own_intervals(
    full: MadeReport, painted: list[MatplotlibFigure], tmp_path: Path
) -> None:
    rows = [_cost(full, 10, 0.95, 0.93, 0.96), _cost(full, 1000, 0.97, 0.95, 0.975), _cost(full, 99, 0.96, 0.0, 1.0)]
    draw_costs(rows, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "costs.svg"))
    panel = painted[0].axes[1]
    bottom, top = panel.get_ylim()
    drawn = _intervals_over(panel)
    assert drawn[10] == pytest.approx([93, 96])
    assert drawn[1000] == pytest.approx([95, 97.5])
    assert drawn[99] == pytest.approx([bottom, top]), "one that is very long is cut"
    assert bottom > 85


def test_names_on_a_front_at_100_percent_stand_between_the_axis_and_the_title(
    full: MadeReport, painted: list[MatplotlibFigure], tmp_path: Path
) -> None:
    draw_costs(
        [_cost(full, 10, 0.99, 0.96, 1.0), _cost(full, 1000, 1.0, 0.97, 1.0)],
        ENGLISH_FIGURES,
        Canvas(STYLE, tmp_path / "costs.svg"),
    )
    painted[0].draw_without_rendering()
    panel = painted[0].axes[1]
    assert panel.get_ylim()[1] == 100
    words = {text.get_text(): text for text in panel.findobj(Text)}
    title = words["Operations for one image"].get_window_extent()
    for name in ("Net 10", "Net 1000"):
        assert words[name].get_window_extent().y1 <= title.y0


def _cells(path: Path, pitch: float, count: int) -> list[Any]:
    """Return the pixels of each picture of a gallery whose lines are `pitch` inches apart, without their frames."""
    with Image.open(path) as file:
        sheet = np.asarray(file.convert("RGB")).astype(float)
    margin = (CELL - PICTURE) / 2
    cells = []
    for place in range(count):
        row, column = divmod(place, COLUMNS)
        top, left = (0.02 + row * pitch), (column * CELL + margin)
        rows = slice(round(top * DOTS_PER_INCH) + 3, round((top + PICTURE) * DOTS_PER_INCH) - 3)
        columns = slice(round(left * DOTS_PER_INCH) + 3, round((left + PICTURE) * DOTS_PER_INCH) - 3)
        cells.append(sheet[rows, columns])
    return cells


def _likeness(cell: Any, image: Any) -> float:
    """Return how an image and a picture of it go together: 1 if they are the same."""
    rows, columns = ((np.arange(side) + 3) * 28 // (side + 6) for side in cell.shape[:2])
    return float(np.corrcoef(cell.ravel(), image[rows][:, columns].astype(float).ravel())[0, 1])


def _mistake(image: int, true: str = "a", predicted: str = "b") -> Mistake:
    return Mistake(image, true, predicted, confidence=0.9, wrong_seeds=1, seeds=1, wrong_networks=3, networks=4)


@pytest.mark.parametrize(
    ("channels", "ink", "inverted"),
    [(1, "light", True), (1, "dark", False), (1, "mixed", False), (3, "light", False), (3, "dark", False)],
)
def test_a_gallery_shows_the_images_of_its_table_in_order(
    channels: int, ink: Ink, inverted: bool, tmp_path: Path
) -> None:
    images = np.random.default_rng(0).integers(256, size=(40, 28, 28, channels)).astype(np.uint8)
    places = list(range(30, 10, -2))
    hardest = [HardestImage(image, "a", "b", 0.9, 3, 4, "{}") for image in places]
    draw_mistakes([_mistake(i) for i in places], images, ink, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "mistakes.png"))
    draw_hardest_images(hardest, images, ink, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "hardest.png"))
    for name in ("mistakes.png", "hardest.png"):
        with Image.open(tmp_path / name) as sheet:
            assert sheet.width == WIDTH * DOTS_PER_INCH
            pitch = (sheet.height / DOTS_PER_INCH - 0.02) / 2
        for cell, image in zip(_cells(tmp_path / name, pitch, len(places)), places, strict=True):
            # Light ink is shown dark on light; dark ink and colours are as they are stored.
            stored = np.broadcast_to(images[image], (28, 28, 3))
            shown = 255 - stored if inverted else stored
            assert _likeness(cell, shown) > 0.9
            assert _likeness(cell, np.roll(shown, 1, axis=1)) < 0.5


def test_a_gallery_of_most_images_with_long_names_fits_on_a_page(tmp_path: Path) -> None:
    images = np.zeros((48, 20, 50, 3), np.uint8)
    mistakes = [_mistake(image, "a long name of a class", "and $another$ one") for image in range(48)]
    draw_mistakes(mistakes, images, "light", ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "mistakes.png"))
    with Image.open(tmp_path / "mistakes.png") as sheet:
        assert sheet.height <= MAXIMUM_HEIGHT * DOTS_PER_INCH


def _agreement(combinations: int) -> list[Agreement]:
    names = [f"Architecture {n}, batch size 128, learning rate 0.0003" for n in range(combinations)]
    return [
        Agreement(i + 1, names[i], j + 1, names[j], network_pairs=1, same=0.99 - 0.001 * (j - i), overlap=0.5)
        for i in range(combinations)
        for j in range(i + 1, combinations)
    ]


@pytest.mark.parametrize("combinations", [0, 2, 60])
def test_agreement_of_any_number_of_combinations_fits_on_a_page(combinations: int, tmp_path: Path) -> None:
    path = tmp_path / "agreement.svg"
    draw_agreement(_agreement(combinations), ENGLISH_FIGURES, Canvas(STYLE, path))
    assert _fits_on_a_page(path)
    assert path.stat().st_size < 1_000_000


def test_networks_without_a_mistake_have_no_overlap_and_are_drawn(tmp_path: Path) -> None:
    pairs = [replace(pair, same=1.0, overlap=math.nan) for pair in _agreement(2)]
    draw_agreement(pairs, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "agreement.svg"))
    assert _height(tmp_path / "agreement.svg") > 1


@pytest.mark.parametrize("combinations", [1, 60])
def test_the_accuracy_of_62_classes_fits_on_a_page(combinations: int, tmp_path: Path) -> None:
    classes = [
        ClassAccuracy(name, 100, 200, 0.9, 0.85, 0.94, mean=0.8, best=0.92, best_name="A", worst=0.0, worst_name="B",
                      combinations=combinations)
        for name in BYCLASS
    ]  # fmt: skip
    draw_class_accuracy(classes, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "classes.svg"))
    assert _fits_on_a_page(tmp_path / "classes.svg")


def test_a_class_without_test_images_has_no_line(tmp_path: Path) -> None:
    known = ClassAccuracy("a", 100, 200, 0.9, 0.85, 0.94, 0.8, 0.92, "A", 0.7, "B", 2)
    unknown = ClassAccuracy("b", 0, 0, *[math.nan] * 5, "A", math.nan, "B", 2)
    drawn = []
    for classes in ([known], [known, unknown]):
        draw_class_accuracy(classes, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "classes.svg"))
        drawn.append((tmp_path / "classes.svg").read_bytes())
    assert drawn[0] == drawn[1]
