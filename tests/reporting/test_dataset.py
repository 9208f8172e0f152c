"""What the section about the data says of the division of the images, and of images that are in two parts."""

from dataclasses import replace
from typing import Any, Literal

import pytest
from cnnbench.reporting.sections.dataset import duplicate_sentences, seeds_sentence
from cnnbench.study.study_file import StudyFile, StudyRun
from reporting.factory import ENGLISH


def _study(division: Literal["fixed", "per_seed"], folds: int | None, seeds: int = 3) -> StudyFile:
    runs = [StudyRun(f"lenet5/a/seed{seed}", "lenet5", "LeNet-5", "a", seed, {}, "data", "") for seed in range(seeds)]
    return replace(StudyFile("data", runs, []), division=division, folds=folds)


def _found(part: str, other_part: str, images: int, other_label: int) -> dict[str, Any]:
    return {"part": part, "other_part": other_part, "images": images, "other_label": other_label}


@pytest.mark.parametrize(
    ("division", "folds", "ending"),
    [
        ("fixed", None, "All seeds have the same training, validation and test images."),
        ("per_seed", None, "The validation part is drawn anew for each seed; all seeds have the same test images."),
        (
            "fixed",
            5,
            "divided into 5 parts, class by class: each seed is tested on one of them and trained on the others.",
        ),
        ("per_seed", 5, "trained on the others. The validation part is drawn anew for each seed."),
    ],
)
def test_the_sources_that_vary_are_named(
    division: Literal["fixed", "per_seed"], folds: int | None, ending: str
) -> None:
    said = seeds_sentence(_study(division, folds), ENGLISH)
    assert said is not None
    assert said.startswith("From seed to seed, the initial weights, the order of the training images")
    assert said.endswith(ending)


def test_one_seed_of_a_fixed_division_varies_nothing() -> None:
    assert seeds_sentence(_study("fixed", None, seeds=1), ENGLISH) is None


def test_duplicates_are_said_and_zeros_are_not() -> None:
    found = [_found("validation", "train", 1, 1), _found("test", "train", 1200, 2), _found("test", "validation", 0, 0)]
    assert duplicate_sentences(found, ENGLISH) == [
        "1 validation image also occurs, pixel for pixel, among the training images. It has another label there.",
        "1,200 test images also occur, pixel for pixel, among the training images. 2 of them have another label there.",
    ]
    assert duplicate_sentences([_found("test", "validation", 3, 0)], ENGLISH) == [
        "3 test images also occur, pixel for pixel, among the validation images."
    ]
    assert duplicate_sentences([_found("test", "train", 0, 0)], ENGLISH) == []
