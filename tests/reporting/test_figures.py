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
from cnnbench.analysis.tables.comparisons import Comparison, Result
from cnnbench.analysis.tables.costs import Cost
from cnnbench.analysis.tables.errors import Agreement, ClassAccuracy, HardestImage, Mistake
from cnnbench.analysis.tables.runs import Epoch, RunRecord
from cnnbench.analysis.tables.table import write_rows
from cnnbench.analysis.tables.values import Estimate
from cnnbench.errors import UserError
from cnnbench.reporting.figures import palette
from cnnbench.reporting.figures.accuracy import draw_accuracy
from cnnbench.reporting.figures.agreement import draw_agreement
from cnnbench.reporting.figures.calibration import draw_calibration
from cnnbench.reporting.figures.canvas import MAXIMUM_HEIGHT, WIDTH, Canvas
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
from matplotlib import rc_params_from_file
from PIL import Image
from reporting.conftest import MadeReport
from reporting.factory import BYCLASS, DIGITS, ENGLISH_FIGURES, STYLE

DOTS_PER_INCH = 300
TEST_ARRAYS = ("test_images.npy", "test_labels.npy")
each_figure = pytest.mark.parametrize("name", list(figures()))


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
    for array in TEST_ARRAYS if figure.reads_test_images else ():
        shutil.copy(full.data / array, results.data)
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
    declared += [("data", array) for array in TEST_ARRAYS if figure.reads_test_images]
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
    nothing = Estimate(0, math.nan, None)
    drawn = {}
    for name, rows in {
        "as it is": [first, second, *others],
        "another leads": [second, first, *others],
        "first failed": [replace(first, accuracy=nothing), second, *others],
        "all failed": [replace(row, accuracy=nothing) for row in (first, second, *others)],
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
    results = results_of(many, full.results.rows(Result))
    draw_accuracy(many, results, runs, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "accuracy.svg"))
    histories = full.results.frame(Epoch)
    draw_learning_curves(many, runs, histories, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "curves.svg"))
    for figure in ("accuracy.svg", "curves.svg"):
        assert _fits_on_a_page(tmp_path / figure)


def test_an_experiment_without_a_finished_run_has_figures_that_say_so(full: MadeReport, tmp_path: Path) -> None:
    results, runs = full.results, full.results.frame(RunRecord)
    runs[["status", "accuracy"]] = ["diverged", None]
    nothing, canvas = Estimate(0, math.nan, None), Canvas(STYLE, tmp_path / "figure.svg")
    experiment, grid = results.study.experiment("ladder"), results.study.experiment("batch_and_rate")
    failed = [replace(row, accuracy=nothing) for row in results_of(experiment, results.rows(Result))]
    steps = [row for row in results.rows(Comparison) if row.family == "ladder"]
    not_measured = [replace(step, difference=nothing, verdict="not_measured") for step in steps]
    texts = Heard()
    draw_accuracy(experiment, failed, runs, texts, canvas)
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
    draw_mistakes([], images, texts, canvas)
    draw_hardest_images([], images, texts, canvas)
    assert texts.messages == [
        "No run was finished.",
        "No run was finished.",
        "No run was finished.",
        "There are no two architectures or recipes with finished runs to compare.",
        "There is no misread image to show.",
        "There is no image that every network misreads.",
    ]


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
            accuracy=replace(row.accuracy, mean=0.8 + n / 400),
        )
        for n in range(many)
    ]
    draw_costs(rows, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "costs.svg"))
    assert _fits_on_a_page(tmp_path / "costs.svg")


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


@pytest.mark.parametrize("channels", [1, 3])
def test_a_gallery_shows_the_images_of_its_table_in_order(channels: int, tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(256, size=(40, 28, 28, channels)).astype(np.uint8)
    places = list(range(30, 10, -2))
    hardest = [HardestImage(image, "a", "b", 0.9, 3, 4, "{}") for image in places]
    draw_mistakes([_mistake(i) for i in places], images, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "mistakes.png"))
    draw_hardest_images(hardest, images, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "hardest.png"))
    for name in ("mistakes.png", "hardest.png"):
        with Image.open(tmp_path / name) as sheet:
            assert sheet.width == WIDTH * DOTS_PER_INCH
            pitch = (sheet.height / DOTS_PER_INCH - 0.02) / 2
        for cell, image in zip(_cells(tmp_path / name, pitch, len(places)), places, strict=True):
            # Ink is white as it is stored and dark as it is shown; colours are as they are.
            shown = np.repeat(255 - images[image], 3, axis=2) if channels == 1 else images[image]
            assert _likeness(cell, shown) > 0.9
            assert _likeness(cell, np.roll(shown, 1, axis=1)) < 0.5


def test_a_gallery_of_most_images_with_long_names_fits_on_a_page(tmp_path: Path) -> None:
    images = np.zeros((48, 20, 50, 3), np.uint8)
    mistakes = [_mistake(image, "a long name of a class", "and $another$ one") for image in range(48)]
    draw_mistakes(mistakes, images, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "mistakes.png"))
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
        ClassAccuracy(name, 100, 0.9, 0.85, 0.94, mean=0.8, best=0.92, best_name="A", worst=0.0, worst_name="B",
                      combinations=combinations)
        for name in BYCLASS
    ]  # fmt: skip
    draw_class_accuracy(classes, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "classes.svg"))
    assert _fits_on_a_page(tmp_path / "classes.svg")


def test_a_class_without_test_images_has_no_line(tmp_path: Path) -> None:
    known = ClassAccuracy("a", 100, 0.9, 0.85, 0.94, 0.8, 0.92, "A", 0.7, "B", 2)
    unknown = ClassAccuracy("b", 0, *[math.nan] * 5, "A", math.nan, "B", 2)
    drawn = []
    for classes in ([known], [known, unknown]):
        draw_class_accuracy(classes, ENGLISH_FIGURES, Canvas(STYLE, tmp_path / "classes.svg"))
        drawn.append((tmp_path / "classes.svg").read_bytes())
    assert drawn[0] == drawn[1]
