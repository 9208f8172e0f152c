"""What the section about errors says and shows is what the networks answered."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cnnbench.analysis.errors.tables import ErrorTables
from cnnbench.reporting.errors import error_finding
from cnnbench.reporting.figures.agreement import draw_agreement
from cnnbench.reporting.figures.canvas import MAXIMUM_HEIGHT, WIDTH
from cnnbench.reporting.figures.class_accuracy import draw_class_accuracy
from cnnbench.reporting.figures.gallery import CELL, COLUMNS, PICTURE, draw_hardest_images, draw_mistakes
from PIL import Image
from reporting.conftest import MadeReport, make_report
from reporting.factory import BYCLASS, ENGLISH, ENGLISH_FIGURES, STYLE
from reporting.scenarios import ONE_SEED, TWO_SEEDS
from sklearn.metrics import confusion_matrix

DOTS_AN_INCH = 300


def _predictions(made: MadeReport) -> dict[str, tuple[Any, Any]]:
    """Return what each finished run read the test images as, and their labels, from the runs' own files."""
    found = {}
    for run in made.sources.study.runs:
        with np.load(made.root / run["folder"] / "predictions.npz") as file:
            if len(file["labels"]):
                found[run["id"]] = file["probabilities"].argmax(axis=1), file["labels"]
    return found


def _leading(made: MadeReport) -> list[str]:
    done = made.sources.runs[made.sources.runs["status"] == "done"]
    means = done.groupby(["architecture", "recipe_hash"])["accuracy"].mean()
    same = (done["architecture"] == means.idxmax()[0]) & (done["recipe_hash"] == means.idxmax()[1])
    return list(done.loc[same, "run"])


def test_the_most_confused_pair_is_named_with_its_counts_both_ways(full: MadeReport) -> None:
    predictions, classes = _predictions(full), full.sources.dataset["classes"]
    counts = sum(confusion_matrix(labels, read) for read, labels in (predictions[run] for run in _leading(full)))
    both = np.triu(np.asarray(counts) + np.asarray(counts).T, k=1)
    first, second = np.unravel_index(both.argmax(), both.shape)
    images = 3 * 400
    there, back = counts[first, second], counts[second, first]
    assert (
        f"confuses “{classes[first]}” and “{classes[second]}” most: over its finished seeds, it takes"
        f" {100 * there / images:.1f}% of the images of “{classes[first]}” for “{classes[second]}” ({there} in number)"
        f" and {100 * back / images:.1f}% of those of “{classes[second]}” for “{classes[first]}” ({back})."
    ) in full.text
    assert f"{classes[first]} and {classes[second]} {there} {100 * there / images:.1f} {back}" in full.text


def test_the_images_that_all_miss_are_counted_and_shown_with_their_answers(full: MadeReport) -> None:
    predictions = _predictions(full)
    read = np.stack([answers for answers, _ in predictions.values()])
    labels = next(iter(predictions.values()))[1]
    missed = np.flatnonzero((read != labels).all(axis=0))
    assert (
        f"Of 18,800 test images, {len(missed)} are misread by every one of the {len(read)} finished networks."
        in full.text
    )
    hardest, classes = full.sources.errors.hardest_images, full.sources.dataset["classes"]
    assert len(hardest) == 48
    assert set(hardest["image"]) <= set(missed)
    for row in hardest.to_dict("records"):
        names, counts = np.unique([classes[answer] for answer in read[:, row["image"]]], return_counts=True)
        assert json.loads(row["answers"]) == dict(zip(names.tolist(), counts.tolist(), strict=True))
        assert (row["agreeing"], row["true"]) == (counts.max(), classes[labels[row["image"]]])


def _tables(vote_only: int, best_only: int, p: float) -> ErrorTables:
    counts = pd.DataFrame({"images": [1000], "networks": [3], "missed_by_all": [1]})
    pairs = pd.DataFrame(columns=["networks_of", "first", "second"])
    votes = pd.DataFrame(
        {
            "vote": ["all"], "name": [""], "networks": [3], "accuracy": [0.912], "best_name": ["LeNet-5"],
            "best_seed": [2], "best_accuracy": [0.9], "vote_only": [vote_only], "best_only": [best_only],
            "p_adjusted": [p],
        }
    )  # fmt: skip
    return ErrorTables(counts, pairs, *[pd.DataFrame()] * 4, votes)


@pytest.mark.parametrize(
    ("vote_only", "best_only", "p", "evidence", "says"),
    [
        (
            30,
            10,
            0.0004,
            "<\N{NO-BREAK SPACE}0.001",
            "vote reads 91.20% rightly, more than the best single one, LeNet-5, seed 2, with 90.00%",
        ),
        (
            10,
            30,
            0.0311,
            "= 0.031",
            "vote reads 91.20% rightly, less than the best single one, LeNet-5, seed 2, with 90.00%",
        ),
        (
            30,
            20,
            0.2,
            "= 0.20",
            "Whether their majority vote (91.20%) reads better than the best single one, LeNet-5, seed 2",
        ),
    ],
)
def test_a_vote_is_better_only_if_the_exact_test_says_so(
    vote_only: int, best_only: int, p: float, evidence: str, says: str
) -> None:
    finding = error_finding("LeNet-5", _tables(vote_only, best_only, p), ENGLISH)
    assert says in finding.detail
    counts = f"{vote_only} images only the vote reads rightly, {best_only} only that network"
    assert f"({counts}; exact test, p {evidence})" in finding.detail
    assert "Of 1,000 test images, 1 is misread by every one of the 3 finished networks." in finding.detail
    assert finding.headline == "LeNet-5 misreads no test image."


def test_who_votes_is_said_without_a_choice_by_test_accuracy(two_seeds: MadeReport) -> None:
    votes = two_seeds.sources.errors.votes
    assert list(votes["vote"]) == ["all", "experiment", "seeds", "seeds"]
    assert "No vote picks its networks by their test accuracy." in two_seeds.text
    assert re.search(r"All finished networks 4 \d+\.\d\d ", two_seeds.text)
    assert "One network of each row of A small and a large network 2" in two_seeds.text


def test_a_study_of_one_network_says_what_it_cannot_show(tmp_path: Path) -> None:
    (grid,) = TWO_SEEDS.config["experiments"]
    config = {**TWO_SEEDS.config, "seeds": [0], "experiments": [{**grid, "architectures": ["lenet5"]}]}
    made = make_report(replace(TWO_SEEDS, config=config), tmp_path)
    for sentence in (
        "Whether other networks misread the same images, a study of one finished network cannot say.",
        "Images that every network misreads are not shown: there is one finished network only.",
        "There is one finished network only: none to compare its answers with.",
        "With one finished network there is no vote.",
    ):
        assert sentence in made.text
    assert "Who votes" not in made.text
    assert "Agreement of each two" not in made.text


def test_a_study_without_a_finished_run_has_no_section_about_errors(tmp_path: Path) -> None:
    made = make_report(replace(ONE_SEED, fails=lambda architecture, recipe, seed: "diverged"), tmp_path)
    assert "Errors" not in made.pages[1]
    assert "Which characters are confused" not in made.text
    with Image.open(made.sources.figures / "mistakes.png") as note:
        assert note.height < 1.5 * DOTS_AN_INCH


def _cells(path: Path, pitch: float, count: int) -> list[Any]:
    """Return the pixels of each picture of a gallery, without their frames."""
    sheet = np.asarray(Image.open(path).convert("RGB")).astype(float)
    margin = (CELL - PICTURE) / 2
    cells = []
    for place in range(count):
        row, column = divmod(place, COLUMNS)
        top, left = (0.02 + row * pitch), (column * CELL + margin)
        rows = slice(round(top * DOTS_AN_INCH) + 3, round((top + PICTURE) * DOTS_AN_INCH) - 3)
        columns = slice(round(left * DOTS_AN_INCH) + 3, round((left + PICTURE) * DOTS_AN_INCH) - 3)
        cells.append(sheet[rows, columns])
    return cells


def _likeness(cell: Any, image: Any) -> float:
    """Return how an image and a picture of it go together: 1 if they are the same."""
    rows, columns = ((np.arange(side) + 3) * 28 // (side + 6) for side in cell.shape[:2])
    return float(np.corrcoef(cell.ravel(), image[rows][:, columns].astype(float).ravel())[0, 1])


@pytest.mark.parametrize("channels", [1, 3])
def test_the_gallery_shows_the_images_of_its_table_in_order(channels: int, tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(256, size=(40, 28, 28, channels)).astype(np.uint8)
    table = pd.DataFrame(
        {"image": np.arange(30, 10, -2), "true": "a", "predicted": "b", "confidence": 0.9, "agreeing": 3, "networks": 4}
    )
    draw_mistakes(table, images, ENGLISH_FIGURES, STYLE, tmp_path / "mistakes.png")
    draw_hardest_images(table, images, ENGLISH_FIGURES, STYLE, tmp_path / "hardest.png")
    for name in ("mistakes.png", "hardest.png"):
        with Image.open(tmp_path / name) as sheet:
            assert sheet.width == WIDTH * DOTS_AN_INCH
            pitch = (sheet.height / DOTS_AN_INCH - 0.02) / 2
        for cell, image in zip(_cells(tmp_path / name, pitch, len(table)), table["image"], strict=True):
            # Ink is white as it is stored and dark as it is shown; colours are as they are.
            shown = np.repeat(255 - images[image], 3, axis=2) if channels == 1 else images[image]
            assert _likeness(cell, shown) > 0.9
            assert _likeness(cell, np.roll(shown, 1, axis=1)) < 0.5


def test_a_gallery_of_most_images_with_long_names_fits_on_a_page(tmp_path: Path) -> None:
    images = np.zeros((48, 20, 50, 3), np.uint8)
    table = pd.DataFrame(
        {"image": range(48), "true": "a long name of a class", "predicted": "and $another$ one", "confidence": 0.5}
    )
    draw_mistakes(table, images, ENGLISH_FIGURES, STYLE, tmp_path / "mistakes.png")
    with Image.open(tmp_path / "mistakes.png") as sheet:
        assert sheet.height <= MAXIMUM_HEIGHT * DOTS_AN_INCH


def _height(svg: Path) -> float:
    found = re.search(r'<svg[^>]* height="([0-9.]+)pt"', svg.read_text())
    assert found is not None
    return float(found[1]) / 72


def _agreement(combinations: int) -> pd.DataFrame:
    names = [f"Architecture {n}, batch size 128, learning rate 0.0003" for n in range(combinations)]
    rows = [
        (i + 1, names[i], j + 1, names[j], 1, 0.99 - 0.001 * (j - i), 0.5)
        for i in range(combinations)
        for j in range(i + 1, combinations)
    ]
    columns = ["first_rank", "first_name", "second_rank", "second_name", "network_pairs", "same", "overlap"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize("combinations", [0, 2, 60])
def test_agreement_of_any_number_of_combinations_fits_on_a_page(combinations: int, tmp_path: Path) -> None:
    draw_agreement(_agreement(combinations), ENGLISH_FIGURES, STYLE, tmp_path / "agreement.svg")
    assert _height(tmp_path / "agreement.svg") <= MAXIMUM_HEIGHT
    assert (tmp_path / "agreement.svg").stat().st_size < 1_000_000


def test_networks_without_a_mistake_have_no_overlap_and_are_drawn(tmp_path: Path) -> None:
    table = _agreement(2).assign(same=1.0, overlap=np.nan)
    draw_agreement(table, ENGLISH_FIGURES, STYLE, tmp_path / "agreement.svg")
    assert _height(tmp_path / "agreement.svg") > 1


@pytest.mark.parametrize("combinations", [1, 60])
def test_the_accuracy_of_62_classes_fits_on_a_page(combinations: int, tmp_path: Path) -> None:
    table = pd.DataFrame(
        {
            "class": BYCLASS, "support": 100, "accuracy": 0.9, "low": 0.85, "high": 0.94, "mean": 0.8, "best": 0.92,
            "worst": 0.0, "combinations": combinations,
        }
    )  # fmt: skip
    draw_class_accuracy(table, ENGLISH_FIGURES, STYLE, tmp_path / "classes.svg")
    assert _height(tmp_path / "classes.svg") <= MAXIMUM_HEIGHT + 0.01
