"""A dataset is what it holds and how it is divided, not where it lies or how it came there."""

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from cnnbench.data.prepare import prepare
from cnnbench.data.source_identity import data_outline
from cnnbench.errors import UserError
from cnnbench.files import canonical_json
from cnnbench.planning import make_plan
from cnnbench.study.dataset import DatasetSettings, Outline, PreparedDataset
from cnnbench.study.section import neutral_values
from PIL import Image

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (40, 12, 12), dtype=np.uint8)
LABELS = np.arange(40) % 2


def _npz(place: Path, images: np.ndarray[Any, Any]) -> Path:
    np.savez(place.with_suffix(".npz"), images=images, labels=LABELS)
    return place.with_suffix(".npz")


def _csv(place: Path, images: np.ndarray[Any, Any]) -> Path:
    pd.DataFrame(images.reshape(40, -1)).assign(label=LABELS).to_csv(place.with_suffix(".csv"), index=False)
    return place.with_suffix(".csv")


def _parquet(place: Path, images: np.ndarray[Any, Any]) -> Path:
    place.mkdir()
    pictures = [{"bytes": _png(place / "one.png", image).read_bytes()} for image in images]
    shutil.rmtree(place)
    pd.DataFrame({"image": pictures, "label": LABELS}).to_parquet(place.with_suffix(".parquet"))
    return place.with_suffix(".parquet")


def _arrays(place: Path, images: np.ndarray[Any, Any]) -> Path:
    place.mkdir()
    np.save(place / "images.npy", images)
    np.save(place / "labels.npy", LABELS)
    return place


def _idx(place: Path, images: np.ndarray[Any, Any]) -> Path:
    place.mkdir()
    for part in ("train", "t10k"):
        for kind, array in (("images-idx3", images), ("labels-idx1", LABELS.astype(np.uint8))):
            header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
            (place / f"{part}-{kind}-ubyte").write_bytes(header + array.tobytes())
    return place


def _idx_zip(place: Path, images: np.ndarray[Any, Any]) -> Path:
    folder = _idx(place, images)
    with zipfile.ZipFile(place.with_suffix(".zip"), "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    shutil.rmtree(folder)
    return place.with_suffix(".zip")


def _png(path: Path, image: np.ndarray[Any, Any]) -> Path:
    Image.fromarray(image).save(path)
    return path


def _folder(place: Path, images: np.ndarray[Any, Any]) -> Path:
    for number, (image, label) in enumerate(zip(images, LABELS, strict=True)):
        (place / "ab"[label]).mkdir(parents=True, exist_ok=True)
        _png(place / "ab"[label] / f"{number}.png", image)
    return place


MAKERS = {
    "npz": ("npz", _npz),
    "arrays": ("npz", _arrays),
    "csv": ("csv", _csv),
    "parquet": ("parquet", _parquet),
    "idx": ("idx", _idx),
    "idx in a zip file": ("idx", _idx_zip),
    "folder": ("folder", _folder),
}
each_kind = pytest.mark.parametrize("kind", MAKERS)


def _settings(name: str, path: Path, **keys: Any) -> DatasetSettings:
    return DatasetSettings.model_validate({"name": name, "path": path, **keys})


def _prepared(settings: DatasetSettings) -> PreparedDataset:
    return settings.for_seed(0, data_outline(settings))


@each_kind
def test_a_source_at_another_path_is_the_same_dataset(kind: str, tmp_path: Path) -> None:
    name, make = MAKERS[kind]
    here = make(tmp_path / "letters", IMAGES)
    (tmp_path / "else where").mkdir()
    there = tmp_path / "else where" / f"test {here.suffix}"
    (shutil.copytree if here.is_dir() else shutil.copy)(here, there)
    for path in (there, *there.rglob("*")):
        os.utime(path, (0, 0))
    one, other = (_prepared(_settings(name, path)) for path in (here, there))
    assert one.key == other.key
    assert one.preparation() == other.preparation()
    written = []
    for settings in (one, other):
        again = PreparedDataset.from_preparation(settings.preparation(), str(settings.path))
        prepare(again, None, tmp_path / "out")
        written.append((tmp_path / "out/dataset.json").read_bytes())
        assert str(tmp_path).encode() not in written[-1]
    assert written[0] == written[1]


@each_kind
def test_another_source_is_another_dataset(kind: str, tmp_path: Path) -> None:
    name, make = MAKERS[kind]
    here, there = make(tmp_path / "letters", IMAGES), make(tmp_path / "digits", 255 - IMAGES)
    assert _prepared(_settings(name, here)).key != _prepared(_settings(name, there)).key


@pytest.mark.parametrize("kind", ["arrays", "idx", "folder"])
def test_what_is_not_read_makes_no_other_dataset(kind: str, tmp_path: Path) -> None:
    name, make = MAKERS[kind]
    settings = _settings(name, make(tmp_path / "letters", IMAGES))
    before = _prepared(settings).key
    (tmp_path / "letters/README.txt").write_text("Letters.")
    (tmp_path / "letters/.DS_Store").write_text("x")
    assert _prepared(settings).key == before


VALUES = {
    "split": "letters",
    "image_size": 32,
    "fit": "crop",
    "invert": "yes",
    "validation_fraction": 0.2,
    "test_fraction": 0.3,
    "subset": 0.5,
    "seed": 3,
    "folds": 4,
}
NEUTRAL = {"fit": "stretch", "invert": "no"}


@pytest.mark.parametrize("name", ["emnist", "sample", "folder", "npz", "csv", "parquet", "idx"])
@pytest.mark.parametrize("key", [None, *VALUES])
@pytest.mark.parametrize("values", [VALUES, NEUTRAL])
def test_what_is_planned_is_what_is_prepared(name: str, key: str | None, values: dict[str, Any]) -> None:
    path = None if name in ("emnist", "sample") else Path("letters")
    chosen = {key: values[key]} if key in values else {}
    try:
        settings = DatasetSettings.model_validate({"name": name, "path": path, **chosen})
    except ValueError:
        return
    planned = settings.for_seed(1, Outline("abc") if path else None)
    passed_on = json.loads(canonical_json(planned.preparation()))
    prepared = PreparedDataset.from_preparation(passed_on, str(path) if path else None)
    assert prepared == planned
    assert prepared.key == planned.key
    assert (
        planned.key
        == DatasetSettings.model_validate({"name": name, "path": path})
        .for_seed(1, Outline("abc") if path else None)
        .key
    ) == (not chosen)


@pytest.mark.parametrize("name", ["emnist", "sample"])
def test_the_seed_of_no_draw_gives_no_name(name: str) -> None:
    keys = {
        DatasetSettings.model_validate({"name": name, "division": "per_seed", "seed": seed}).for_seed(5).key
        for seed in (0, 1, 5)
    }
    assert keys == {DatasetSettings.model_validate({"name": name, "seed": 5}).for_seed(0).key}
    divided = DatasetSettings(name="folder", path=Path("a"), seed=3)
    everything = Outline("abc", ("train", "validation", "test"))
    assert divided.for_seed(0, everything).key == divided.model_copy(update={"seed": 4}).for_seed(0, everything).key
    assert divided.for_seed(0).key != divided.model_copy(update={"seed": 4}).for_seed(0).key


# Fixed for ever, like those of a recipe: a key that is added later has a neutral value.
COUNT_ALWAYS = {"name", "split", "path", "image_size", "validation_fraction", "test_fraction", "subset", "seed"}
NEVER_COUNT = {"archive", "sha256", "division"}


def test_every_key_counts_always_or_never_or_has_a_neutral_value() -> None:
    neutral = set(neutral_values(PreparedDataset))
    assert set(PreparedDataset.model_fields) == COUNT_ALWAYS | NEVER_COUNT | neutral
    assert not neutral & (COUNT_ALWAYS | NEVER_COUNT)
    prepared = DatasetSettings(archive=None, division="per_seed").for_seed(7).preparation()
    assert not NEVER_COUNT & prepared.keys()


def test_a_share_for_the_test_is_refused_where_the_data_has_a_test_part(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x_train=IMAGES, y_train=LABELS, x_test=IMAGES, y_test=LABELS)
    grid = {"kind": "grid", "name": "nets", "question": "Which?", "architectures": ["lenet5"]}
    study = {"name": "mine", "title": "Mine", "experiments": [grid]}
    dataset = {"name": "npz", "path": str(tmp_path / "a.npz")}
    # Whoever starts from the default config says the default.
    make_plan({**study, "dataset": {**dataset, "test_fraction": 0.2}}, "mine.yaml", {})
    with pytest.raises(UserError, match=r"dataset\.test_fraction: 0\.3 .*a\.npz has a test part of its own; leave out"):
        make_plan({**study, "dataset": {**dataset, "test_fraction": 0.3}}, "mine.yaml", {})
