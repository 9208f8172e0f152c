"""The sample and the user's own images become datasets by the same way, and what cannot be read is named."""

import json
from pathlib import Path

import numpy as np
import pytest
from cnnbench.data.arrays import load_part
from cnnbench.data.prepare import prepare
from cnnbench.data.sample import write_sample
from cnnbench.errors import UserError
from cnnbench.study.dataset import PreparedDataset
from PIL import Image
from sklearn.datasets import load_digits


def _folder(path: Path) -> PreparedDataset:
    return PreparedDataset(name="folder", path=path, image_size=16)


def _npz(path: Path, **arrays: np.ndarray) -> PreparedDataset:
    np.savez(path, **arrays)
    return PreparedDataset(name="npz", path=path)


def _write_classes(folder: Path, mode: str = "L", count: int = 10) -> None:
    """Pictures of a square in the middle, in two classes."""
    for value, name in ((40, "dark"), (200, "light")):
        (folder / name).mkdir(parents=True, exist_ok=True)
        picture = Image.new(mode, (24, 24))
        picture.paste(value if mode == "L" else (value, 0, 0), (8, 8, 16, 16))
        for number in range(count):
            picture.save(folder / name / f"{number}.png")


def test_sample_is_the_digits_of_scikit_learn_upright(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample.zip")
    content = prepare(PreparedDataset(name="sample"), tmp_path / "sample.zip", tmp_path / "out")
    assert sum(map(sum, content["counts"].values())) == 1797
    assert (content["name"], content["official"]) == ("sample", None)
    parts = [load_part(tmp_path / "out", part) for part in ("train", "validation", "test")]
    images, labels = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    digits = load_digits()
    for digit in range(10):
        # The mean image, brought back to 8 × 8, is the mean of the originals, and not that of the turned ones.
        mean = images[labels == digit, 4:24, 4:24, 0].mean(axis=0)
        small = np.asarray(Image.fromarray(mean.astype(np.float32)).resize((8, 8), Image.Resampling.BOX))
        original = digits.images[digits.target == digit].mean(axis=0)
        assert np.corrcoef(small.ravel(), original.ravel())[0, 1] > 0.98


def test_sample_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_sample(tmp_path / f"{name}.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_folder_of_class_folders(tmp_path: Path) -> None:
    _write_classes(tmp_path / "mine")
    content = prepare(_folder(tmp_path / "mine"), None, tmp_path / "out")
    assert content["classes"] == ["dark", "light"]
    assert content["image"] == {"height": 16, "width": 16, "channels": 1}
    assert content["counts"] == {"train": [7, 7], "validation": [1, 1], "test": [2, 2]}
    images, labels = load_part(tmp_path / "out", "train")
    assert {(int(image[8, 8, 0]), int(label)) for image, label in zip(images, labels, strict=True)} == {
        (40, 0),
        (200, 1),
    }


def test_folder_that_is_divided_already(tmp_path: Path) -> None:
    _write_classes(tmp_path / "mine" / "train")
    _write_classes(tmp_path / "mine" / "test", count=3)
    content = prepare(_folder(tmp_path / "mine"), None, tmp_path / "out")
    assert content["counts"] == {"train": [9, 9], "validation": [1, 1], "test": [3, 3]}


def test_coloured_images_stay_coloured(tmp_path: Path) -> None:
    _write_classes(tmp_path / "mine", mode="RGB")
    content = prepare(_folder(tmp_path / "mine"), None, tmp_path / "out")
    assert content["image"]["channels"] == 3
    assert load_part(tmp_path / "out", "test")[0][0, 8, 8].tolist() in ([40, 0, 0], [200, 0, 0])


def test_image_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    _write_classes(tmp_path / "mine")
    (tmp_path / "mine" / "dark" / "broken.png").write_text("no image")
    with pytest.raises(UserError, match=r"broken\.png is damaged or not a picture"):
        prepare(_folder(tmp_path / "mine"), None, tmp_path / "out")


def test_one_class_is_not_enough(tmp_path: Path) -> None:
    _write_classes(tmp_path / "mine")
    with pytest.raises(UserError, match="at least two classes, found none"):
        prepare(_folder(tmp_path / "mine" / "dark"), None, tmp_path / "out")


IMAGES = np.random.default_rng(0).integers(0, 256, (40, 12, 10), dtype=np.uint8)
TWO_CLASSES = np.arange(40) % 2


def test_npz_with_images_and_labels(tmp_path: Path) -> None:
    settings = _npz(tmp_path / "mine.npz", images=IMAGES, labels=TWO_CLASSES, classes=np.array(["even", "odd"]))
    content = prepare(settings, None, tmp_path / "out")
    assert content["classes"] == ["even", "odd"]
    assert content["image"] == {"height": 12, "width": 10, "channels": 1}
    parts = [load_part(tmp_path / "out", part)[0] for part in ("train", "validation", "test")]
    rows = {image.tobytes() for images in parts for image in images}
    assert rows == {image.tobytes() for image in IMAGES}


def test_npz_that_is_divided_already(tmp_path: Path) -> None:
    settings = _npz(tmp_path / "m.npz", x_train=IMAGES, y_train=TWO_CLASSES, x_test=IMAGES[:6], y_test=TWO_CLASSES[:6])
    prepare(settings, None, tmp_path / "out")
    images, labels = load_part(tmp_path / "out", "test")
    np.testing.assert_array_equal(images[..., 0], IMAGES[:6])
    np.testing.assert_array_equal(labels, TWO_CLASSES[:6])


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"images": IMAGES}, "there is no array with labels; found images"),
        ({"images": IMAGES[..., None].repeat(2, -1), "labels": TWO_CLASSES}, r"found \(40, 12, 10, 2\)"),
        ({"images": IMAGES, "labels": TWO_CLASSES[:-1]}, "40 images, but 39 labels"),
        ({"images": IMAGES, "labels": TWO_CLASSES, "classes": np.array(["one"])}, "names 1 class"),
        ({"images": IMAGES, "labels": np.arange(40) // 39}, "class 1 has 1 image .*at least 2 are needed"),
    ],
)
def test_npz_that_does_not_fit_is_refused(arrays: dict[str, np.ndarray], says: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=says):
        prepare(_npz(tmp_path / "mine.npz", **arrays), None, tmp_path / "out")


@pytest.mark.parametrize("fraction", [0.1, 0.25, 0.5])
def test_every_class_gives_its_share_to_validation(fraction: float, tmp_path: Path) -> None:
    labels = np.repeat([0, 1, 2], [4, 100, 300])
    images = (100 + np.arange(404, dtype=np.uint16)).view(np.uint8).reshape(404, 2, 1)
    settings = _npz(tmp_path / "m.npz", x_train=images, y_train=labels, x_test=images[::50], y_test=labels[::50])
    settings = settings.model_copy(update={"validation_fraction": fraction})
    counts = prepare(settings, None, tmp_path / "out")["counts"]
    assert counts["validation"] == [max(round(4 * fraction), 1), round(100 * fraction), round(300 * fraction)]
    assert np.add(counts["train"], counts["validation"]).tolist() == [4, 100, 300]


def test_subset_takes_a_share_of_every_class_and_leaves_the_test_part_whole(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample.zip")
    whole = prepare(PreparedDataset(name="sample"), tmp_path / "sample.zip", tmp_path / "whole")["counts"]
    part = prepare(PreparedDataset(name="sample", subset=0.2), tmp_path / "sample.zip", tmp_path / "part")["counts"]
    assert part["test"] == whole["test"]
    for few, all_images in zip(
        np.add(part["train"], part["validation"]), np.add(whole["train"], whole["validation"]), strict=True
    ):
        assert few == round(0.2 * all_images)


def test_seed_decides_the_draw(tmp_path: Path) -> None:
    write_sample(tmp_path / "sample.zip")

    def checksum(seed: int, name: str) -> str:
        settings = PreparedDataset(name="sample", seed=seed)
        checksums = prepare(settings, tmp_path / "sample.zip", tmp_path / name)["checksums"]
        return json.dumps(checksums)

    assert checksum(1, "one") == checksum(1, "again") != checksum(2, "two")
