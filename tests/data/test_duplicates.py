"""Images that are in two parts are counted, with those that have another label there."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from cnnbench.data.duplicates import Duplicates, find_duplicates
from cnnbench.data.labelled import LabelledImages
from cnnbench.data.prepare import prepare
from cnnbench.files import canonical_json, read_json
from cnnbench.study.dataset import DatasetSettings


def _part(*images: tuple[int, int]) -> LabelledImages:
    """Images given by the value of their pixels, and their labels."""
    values, labels = zip(*images, strict=True)
    return LabelledImages(
        np.full((len(values), 2, 3, 1), np.array(values).reshape(-1, 1, 1, 1), np.uint8), np.array(labels, np.int32)
    )


def test_duplicates_are_counted_between_each_two_parts() -> None:
    parts = {
        "train": _part((1, 0), (2, 0), (3, 1), (3, 1)),
        "validation": _part((1, 0), (9, 1)),
        "test": _part((2, 1), (3, 1), (3, 1), (9, 0), (1, 0), (4, 0)),
    }
    assert find_duplicates(parts) == [
        Duplicates("validation", "train", images=1, other_label=0),
        Duplicates("test", "train", images=4, other_label=1),
        Duplicates("test", "validation", images=2, other_label=1),
    ]


def test_an_image_with_several_labels_elsewhere_has_another_label_at_least_once() -> None:
    parts = {"train": _part((1, 0), (1, 1), (1, 2)), "test": _part((1, 1))}
    assert find_duplicates(parts) == [Duplicates("test", "train", images=1, other_label=1)]


def test_images_that_differ_in_one_pixel_are_different() -> None:
    images = np.zeros((5, 28, 28, 1), np.uint8)
    for number in range(5):
        images[number, 5 * number, 27 - number] = 1
    everything = LabelledImages(images, np.zeros(5, np.int32))
    parts = {"train": everything.chosen(slice(0, 4)), "test": everything.chosen(slice(4, 5))}
    assert find_duplicates(parts) == [Duplicates("test", "train", images=0, other_label=0)]


def test_counts_are_those_of_a_plain_comparison() -> None:
    random = np.random.default_rng(0)
    parts = {
        name: LabelledImages(
            random.integers(0, 3, (count, 2, 2, 1), dtype=np.uint8), random.integers(0, 3, count).astype(np.int32)
        )
        for name, count in (("train", 90), ("validation", 20), ("test", 40))
    }
    for found in find_duplicates(parts):
        images, others = parts[found.part], parts[found.other_part]
        same = (images.images[:, None] == others.images[None]).all(axis=(2, 3, 4))
        other_label = same & (images.labels[:, None] != others.labels[None])
        assert (found.images, found.other_label) == (same.any(axis=1).sum(), other_label.any(axis=1).sum())


@pytest.mark.parametrize(
    ("copied", "says"),
    [
        (
            True,
            "that also occur, pixel for pixel, in the train part: 2; with another label there: 1",
        ),
        (False, "No image occurs in two parts"),
    ],
)
def test_preparing_says_what_it_found(copied: bool, says: str, tmp_path: Path) -> None:
    images = np.stack([np.arange(40, dtype=np.uint8), np.full(40, 200, np.uint8)], axis=1)[..., np.newaxis]
    labels = np.arange(40) % 2
    test, test_labels = images[:4] + np.uint8(50), labels[:4].copy()
    if copied:
        # Many times, so that no draw of validation images takes all of them out of the training part.
        images[0:38:2], images[1:38:2] = images[0], images[1]
        test[0], test[1], test_labels[1] = images[0], images[1], 0
    path = tmp_path / "mine.npz"
    np.savez(path, x_train=images, y_train=labels, x_test=test, y_test=test_labels)
    settings = DatasetSettings(name="npz", path=path, validation_fraction=0.05).for_seed(0)
    arguments = [
        "--dataset",
        canonical_json(settings.preparation()),
        "--path",
        str(path),
        "--folder",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "cnnbench.commands.prepare", *arguments], capture_output=True, text=True, check=False
    )
    assert says in done.stdout, done.stderr
    found = {(row["part"], row["other_part"]): row for row in read_json(tmp_path / "out/dataset.json")["duplicates"]}
    assert found["test", "train"]["images"] == 2 * copied
    assert prepare(settings, None, tmp_path / "again") == read_json(tmp_path / "out/dataset.json")
