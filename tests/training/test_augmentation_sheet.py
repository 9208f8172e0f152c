"""The picture of what augmentation does shows training images as they are stored, and as networks saw them."""

from pathlib import Path

import numpy as np
import pytest
from cnnbench.data.contact_sheet import GAP, SCALE
from cnnbench.study.augmentation import augmentation_label, distinct_augmentations
from cnnbench.study.recipe import Augmentation, Recipe
from cnnbench.training.augmentation_sheet import LABEL_HEIGHT, augmented, draw_augmentation
from data.prepared import write_prepared
from PIL import Image

SETTINGS = [Augmentation(policy="affine"), Augmentation(policy="mixup"), Augmentation(policy="erase", strength=0.5)]


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Of 12 classes, whose images are squares of their own brightness."""
    labels = np.repeat(np.arange(12, dtype=np.int32), 3)
    images = np.zeros((len(labels), 28, 28, 1), np.uint8)
    images[:, 8:20, 8:20] = 20 * (labels + 1)[:, None, None, None]
    write_prepared(tmp_path, {"train_images.npy": images, "train_labels.npy": labels})
    return tmp_path


def test_settings_of_a_study_are_each_there_once_in_an_order_of_their_own() -> None:
    recipes = [
        Recipe.model_validate({"augmentation": value, "epochs": epochs})
        for epochs in (1, 2)
        for value in ("mixup", "none", {"policy": "affine", "strength": 2}, "affine")
    ]
    expected = ["affine, strength 1", "affine, strength 2", "mixup"]
    assert [augmentation_label(setting) for setting in distinct_augmentations(recipes)] == expected
    assert distinct_augmentations(recipes[::-1]) == distinct_augmentations(recipes)
    assert distinct_augmentations([Recipe()]) == []


def test_rows_are_the_stored_images_and_different_versions_of_them() -> None:
    images = np.random.default_rng(0).integers(0, 256, (4, 28, 28, 1)).astype(np.uint8)
    stored, *versions = augmented(images, np.array([0, 2, 5, 9], np.int32), SETTINGS[0])
    np.testing.assert_array_equal(stored, images)
    assert len({version.tobytes() for version in (stored, *versions)}) == 4
    assert all(version.shape == images.shape and version.dtype == np.uint8 for version in versions)


def test_sheet_has_a_block_a_setting_and_is_the_same_every_time(dataset: Path, tmp_path: Path) -> None:
    draw_augmentation(dataset, SETTINGS, tmp_path / "sheet.png")
    draw_augmentation(dataset, SETTINGS, tmp_path / "again.png")
    assert (tmp_path / "sheet.png").read_bytes() == (tmp_path / "again.png").read_bytes()
    draw_augmentation(dataset, SETTINGS[:1], tmp_path / "one.png")
    with Image.open(tmp_path / "sheet.png") as sheet, Image.open(tmp_path / "one.png") as one:
        assert sheet.size == (2 * one.width + LABEL_HEIGHT, 2 * one.height + LABEL_HEIGHT)
        side = 28 * SCALE
        middles = [
            sheet.getpixel((position * (side + GAP) + side // 2, LABEL_HEIGHT + side // 2))[0] for position in range(10)
        ]
    assert middles[0] == 20
    assert middles[-1] == 240
    assert sorted(set(middles)) == middles, "ten classes from the first to the last, as they are stored"


def test_few_classes_are_all_there_is(dataset: Path, tmp_path: Path) -> None:
    images = np.load(dataset / "train_images.npy")
    few = np.repeat(np.arange(3, dtype=np.int32), 12)
    write_prepared(dataset, {"train_images.npy": images, "train_labels.npy": few})
    draw_augmentation(dataset, SETTINGS[:1], tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width == 3 * (28 * SCALE + GAP) - GAP
