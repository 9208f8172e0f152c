"""Arrays and tables that people have are read as they were meant, with a line that says how, or refused in one line."""

import gzip
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from cnnbench.data.arrays import load_part, read_source
from cnnbench.data.prepare import prepare
from cnnbench.data.sources.labels import name_labels
from cnnbench.errors import UserError
from cnnbench.files import canonical_json
from cnnbench.study.dataset import PreparedDataset
from data.archives import idx
from data.test_pictures import encoded
from PIL import Image

GENERATOR = np.random.default_rng(0)
IMAGES = GENERATOR.integers(0, 256, (40, 12, 12), dtype=np.uint8)
# Light ink on a dark ground, so that nothing is inverted.
IMAGES[:, [0, -1]] = IMAGES[:, :, [0, -1]] = 0
COLOURED = np.stack([IMAGES, IMAGES // 2, IMAGES // 3], axis=-1)
LABELS = np.arange(40) % 3


def prepared(
    settings: Mapping[str, Any], folder: Path
) -> tuple[np.ndarray, np.ndarray, dict[str, Any], dict[str, Any]]:
    """Images and labels of all parts, sorted, with the content of `dataset.json` and `source.json`."""
    content = prepare(PreparedDataset.model_validate(settings), None, folder / "out")
    parts = [load_part(folder / "out", part) for part in ("train", "validation", "test")]
    images = np.concatenate([images for images, _ in parts])
    labels = np.concatenate([labels for _, labels in parts])
    order = np.lexsort(images.reshape(len(images), -1).T)
    return images[order], labels[order], content, read_source(folder / "out")


def expected(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.lexsort(images.reshape(len(images), -1).T)
    return images[order], labels[order]


GREY = IMAGES[..., np.newaxis]
BINARY = np.where(GREY > 128, 255, 0).astype(np.uint8)

UNDERSTOOD: dict[str, tuple[np.ndarray, np.ndarray, list[str]]] = {
    "bytes": (IMAGES, GREY, []),
    "bytes with a channel": (GREY, GREY, []),
    "RGB": (COLOURED, COLOURED, []),
    "channels first": (COLOURED.transpose(0, 3, 1, 2), COLOURED, ["channels_first"]),
    "grey channels first": (GREY.transpose(0, 3, 1, 2), GREY, ["channels_first"]),
    "rows of pixels": (IMAGES.reshape(40, -1), GREY, ["flattened"]),
    "0 to 1 as float64": (IMAGES / 255, GREY, ["float"]),
    "0 to 1 as float32": ((IMAGES / 255).astype(np.float32), GREY, ["float"]),
    "0 to 1 in rows": (IMAGES.reshape(40, -1) / 255, GREY, ["flattened", "float"]),
    "0 to 255 as float": (IMAGES.astype(np.float32), GREY, []),
    "0 to 255 with fractions": (IMAGES * 0.999, np.rint(GREY * 0.999).astype(np.uint8), ["rounded"]),
    "0 to 255 as int64": (IMAGES.astype(np.int64), GREY, []),
    "0 to 255 as uint16": (IMAGES.astype(np.uint16), GREY, []),
    "0 to 65535": (IMAGES.astype(np.uint16) * 257, GREY, ["16_bit"]),
    "truth values": (IMAGES > 128, BINARY, ["binary"]),
    "0 and 1": ((IMAGES > 128).astype(np.uint8), BINARY, ["binary"]),
    "big-endian": (IMAGES.astype(">i4"), GREY, []),
    "Fortran order": (np.asfortranarray(IMAGES), GREY, []),
}


@pytest.mark.parametrize("kind", UNDERSTOOD)
def test_arrays_are_understood(kind: str, tmp_path: Path) -> None:
    given, meant, conversions = UNDERSTOOD[kind]
    np.savez(tmp_path / "mine.npz", images=given, labels=LABELS)
    images, labels, _, source = prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)
    for found, wanted in zip((images, labels), expected(meant, LABELS), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert list(source["conversions"]) == conversions


REFUSED: dict[str, tuple[np.ndarray, str]] = {
    "two channels": (np.repeat(GREY, 2, axis=-1), r"must have the shape .* found \(40, 12, 12, 2\)"),
    "RGBA": (np.repeat(GREY, 4, axis=-1), "1 or 3 channels"),
    "either way": (GREY[:, :3, :, :].repeat(3, -1), r"found \(40, 3, 12, 3\)"),
    "rows that are no square": (IMAGES.reshape(40, -1)[:, :100][:, :99], "height²"),
    "one image": (IMAGES[0], "found .12, 12."),
    "one value each": (LABELS, "must have the shape"),
    "none": (IMAGES[:0], "there are none"),
    "without pixels": (IMAGES[:, :0], "there are none"),
    "below 0": (IMAGES / 127.5 - 1, "must have values from 0"),
    "above 255": (IMAGES * 2.0, "from 0 to 1 or from 0 to 255"),
    "too large": (IMAGES.astype(np.int64) * 1000, "must have values from 0 to 255"),
    "not a number": (np.where(GREY > 200, np.nan, 0.5), "must have values from 0"),
    "infinite": (np.where(GREY > 200, np.inf, 0.5), "must have values from 0"),
    "complex": (IMAGES * 1j, "must be numbers, found complex128"),
    "texts": (np.full((40, 12, 12), "a"), "must be numbers"),
    "dates": (np.zeros((40, 12, 12), "datetime64[s]"), "must be numbers"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_arrays_that_are_not_understood_are_refused(kind: str, tmp_path: Path) -> None:
    array, says = REFUSED[kind]
    np.savez(tmp_path / "mine.npz", images=array, labels=LABELS)
    with pytest.raises(UserError, match=f"dataset.path: .*mine.npz.*{says}") as caught:
        prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)
    assert len(str(caught.value).splitlines()) == 1


def test_parts_with_different_ranges_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", x_train=IMAGES / 255, y_train=LABELS, x_test=IMAGES, y_test=LABELS)
    with pytest.raises(UserError, match="differ in size, channels, or range of values"):
        prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)


# Labels that people have, the names and the numbers of their classes.
NAMED: dict[str, tuple[Any, list[str] | None, list[str], list[int]]] = {
    "from 0": ([0, 1, 2, 1], None, ["0", "1", "2"], [0, 1, 2, 1]),
    "from 1": ([1, 2, 26, 2], None, ["1", "2", "26"], [0, 1, 2, 1]),
    "character codes": ([97, 48, 65], None, ["48", "65", "97"], [2, 0, 1]),
    "below 0": ([-1, 1], None, ["-1", "1"], [0, 1]),
    "beyond 32 bits": ([2**32 + 1, 1, 2**31 - 1], None, ["1", str(2**31 - 1), str(2**32 + 1)], [2, 0, 1]),
    "beyond 63 bits": (np.array([2**64 - 1, 1], np.uint64), None, ["1", str(2**64 - 1)], [1, 0]),
    "bytes": (np.array([3, 200], np.uint8), None, ["3", "200"], [0, 1]),
    "truth values": ([True, False], None, ["0", "1"], [1, 0]),
    "whole floats": ([0.0, 10.0, 2.0], None, ["0", "2", "10"], [0, 2, 1]),
    "names": (["b10", "b2", "a"], None, ["a", "b2", "b10"], [2, 1, 0]),
    "names as bytes": (np.array([b"b", "ä".encode()]), None, ["b", "ä"], [0, 1]),
    "in a column": ([[0], [1]], None, ["0", "1"], [0, 1]),
    "one-hot": ([[0, 1, 0], [1, 0, 0], [0, 0, 1]], None, ["0", "1", "2"], [1, 0, 2]),
    "one-hot floats": (np.eye(3)[[2, 0, 1]], None, ["0", "1", "2"], [2, 0, 1]),
    "numbered names": ([0, 1, 2], ["x", "y", "z"], ["x", "y", "z"], [0, 1, 2]),
    "names of labels from 1": ([1, 2, 26], ["A", "B", "Z"], ["A", "B", "Z"], [0, 1, 2]),
    "names in another order": (["cat", "ant"], ["cat", "ant"], ["cat", "ant"], [0, 1]),
}


@pytest.mark.parametrize("kind", NAMED)
def test_labels_become_classes(kind: str) -> None:
    labels, names, classes, indices = NAMED[kind]
    found = name_labels({"train": np.asarray(labels)}, names, "mine.npz")
    assert found.classes == classes
    assert found.indices["train"].tolist() == indices
    assert found.indices["train"].dtype == np.int32


NOT_CLASSES: dict[str, tuple[Any, list[str] | None, str]] = {
    "fractions": ([0.5, 1], None, "must be whole numbers or texts, found 0.5"),
    "not a number": ([0, np.nan], None, "must be whole numbers or texts, found nan"),
    "infinite": ([0, np.inf], None, "must be whole numbers or texts, found inf"),
    "float beyond exactness": ([0, 1e17], None, "must be whole numbers or texts, found 1e"),
    "complex": ([0j, 1j], None, "must be whole numbers or texts, found complex"),
    "dates": (np.array(["2020-01-01", "2020-01-02"], "datetime64[D]"), None, "must be whole numbers or texts"),
    "several columns": ([[1, 1], [0, 1]], None, "one column for each class with a single 1"),
    "a single number": (3, None, "must be one per image"),
    "one class": ([4, 4], None, "at least two classes are needed, found the label 4 alone"),
    "no labels": (np.zeros(0, np.int64), None, "at least two classes"),
    "a measurement": (np.arange(10_001), None, "10,001 different labels"),
    "bytes that are no text": (np.array([b"\xff", b"a"]), None, "not UTF-8"),
    "too few names": ([0, 1, 2], ["a", "b"], "3 different labels, 0, 1, 2, but names 2 classes"),
    "one name": ([0, 1, 2], ["a"], "names 1 class"),
    "too many names": ([0, 1], ["a", "b", "c"], "no image has the label of c"),
    "names that do not fit": ([1, 5], ["a", "b", "c"], "2 different labels, 1, 5, but names 3 classes"),
    "names of other texts": (["x", "y"], ["x", "z"], "names the classes x, z, but its labels are x, y"),
    "a name twice": ([0, 1], ["a", "a"], "two classes are called a"),
    "an empty name": ([0, 1], ["a", ""], "the name of a class is empty"),
}


@pytest.mark.parametrize("kind", NOT_CLASSES)
def test_labels_that_are_no_classes_are_refused(kind: str) -> None:
    labels, names, says = NOT_CLASSES[kind]
    with pytest.raises(UserError, match=f"mine.npz.*{says}"):
        name_labels({"train": np.asarray(labels)}, names, "mine.npz")


@pytest.mark.parametrize(
    ("test", "says"),
    [
        ([0, 1], "test part has no class 2, which the train part has"),
        ([0, 1, 2, 3], "train part has no class 3, which the test part has"),
        (["0", "1", "2"], "some parts are numbers, those of others texts"),
        (np.eye(3), "in one column, those of others in one for each class"),
    ],
)
def test_labels_of_the_parts_must_agree(test: Any, says: str) -> None:
    with pytest.raises(UserError, match=says):
        name_labels({"train": np.array([0, 1, 2]), "test": np.asarray(test)}, None, "mine.npz")


NAMES = {
    "Keras": ["x_train", "y_train", "x_test", "y_test"],
    "capital": ["X_train", "y_train", "X_test", "y_test"],
    "Keras with validation": ["x_train", "y_train", "x_test", "y_test", "x_val", "y_val"],
    "validation in full": ["x_train", "y_train", "x_test", "y_test", "x_validation", "y_validation"],
    "MedMNIST": ["train_images", "train_labels", "val_images", "val_labels", "test_images", "test_labels"],
    "plain": ["images", "labels"],
    "scikit-learn": ["data", "target"],
    "x and y": ["X", "y"],
}


@pytest.mark.parametrize("kind", NAMES)
def test_usual_names_of_arrays_are_known(kind: str, tmp_path: Path) -> None:
    arrays: dict[str, np.ndarray] = {}
    for number, name in enumerate(NAMES[kind]):
        # Each part has images of its own.
        arrays[name] = np.roll(IMAGES, number, axis=1) if number % 2 == 0 else LABELS
    np.savez(tmp_path / "mine.npz", **arrays)
    _, _, content, source = prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)
    assert sum(map(sum, content["counts"].values())) == 20 * len(arrays)
    assert source["own_validation"] == (len(arrays) == 6)
    if len(arrays) == 6:
        np.testing.assert_array_equal(
            load_part(tmp_path / "out", "validation").images[..., 0],
            arrays[NAMES[kind][4 if "Keras" in kind or "full" in kind else 2]],
        )


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["arr_0", "arr_1"], "found arr_0, arr_1, allowed: x_train"),
        (["images"], "there is no array with labels; found images"),
        (["x_train", "y_train"], "neither images and labels nor a train and a test part"),
        (["x_train", "y_train", "x_test"], "there is no array with labels of the test part"),
        (["x_train", "y_train", "x_holdout", "y_holdout"], "it is not clear what x_holdout holds"),
        (["images", "labels", "fine_labels"], "it is not clear what fine_labels holds"),
        (["x_train", "y_train", "x_test", "y_test", "test"], "it is not clear what test holds"),
        (["x_train", "train_images", "y_train"], "it is not clear what train_images holds, as x_train does"),
        (["x_val", "y_val", "x_test", "y_test"], "neither images and labels nor a train and a test part"),
        ([], "found nothing"),
    ],
)
def test_names_that_are_not_clear_are_refused(names: list[str], says: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", **{name: LABELS if name[0] == "y" else IMAGES for name in names})
    with pytest.raises(UserError, match=says):
        prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)


def test_arrays_of_another_kind_are_named(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", images=IMAGES, labels=LABELS, writers=LABELS)
    assert prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)[3]["skipped"] == ["writers"]


def test_names_of_classes_may_be_bytes(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", images=IMAGES, labels=LABELS, classes=np.array([b"a", "ö".encode(), b"c"]))
    assert prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)[2]["classes"] == ["a", "ö", "c"]


@pytest.mark.parametrize("classes", [np.array("a"), np.array([["a", "b"]]), np.array([1.5, 2, 3])])
def test_classes_that_are_no_names_are_refused(classes: np.ndarray, tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", images=IMAGES, labels=LABELS, classes=classes)
    with pytest.raises(UserError, match="classes must be a row of names"):
        prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)


def _pickled(path: Path) -> None:
    np.savez(path, images=np.array([{}], dtype=object), labels=LABELS)


def _twice(path: Path) -> None:
    np.savez(path, images=IMAGES, labels=LABELS)
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("labels.npy", b"")


def _no_array(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("images.txt", b"text")


DAMAGED: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text("no arrays"),
    "nothing": lambda path: path.write_bytes(b""),
    "objects": _pickled,
    "an array twice": _twice,
    "no array": _no_array,
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_file_that_is_no_npz_is_refused(kind: str, tmp_path: Path) -> None:
    DAMAGED[kind](tmp_path / "mine.npz")
    with pytest.raises(UserError, match=r"mine\.npz is damaged or not a file of NumPy arrays"):
        prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)


def _write_npy_folder(folder: Path) -> None:
    for part in ("train", "test"):
        np.savez(folder / f"kmnist-{part}-imgs.npz", IMAGES)
        np.savez(folder / f"kmnist-{part}-labels.npz", LABELS.astype(np.uint8))
    (folder / "kmnist_classmap.csv").write_text("index,codepoint,char\n")


def _write_idx(folder: Path) -> None:
    for part, name in (("train", "train"), ("test", "t10k")):
        images, labels = idx(IMAGES), idx(LABELS.astype(np.uint8))
        (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(images)
        (folder / f"{name}-labels-idx1-ubyte.gz").write_bytes(labels)
        if part == "train":
            # torchvision keeps the unpacked files, too.
            (folder / f"{name}-images-idx3-ubyte").write_bytes(gzip.decompress(images))


def _write_csv(folder: Path) -> None:
    for part in ("train", "test"):
        table = pd.DataFrame(IMAGES.reshape(40, -1), columns=[f"pixel{number}" for number in range(144)])
        table.insert(0, "label", LABELS)
        table.to_csv(folder / f"sign_mnist_{part}.csv", index=False)


def _write_csv_without_header(folder: Path) -> None:
    for part in ("train", "test"):
        np.savetxt(folder / f"{part}.csv", np.column_stack([LABELS, IMAGES.reshape(40, -1)]), "%d", ",")


def _write_parquet(folder: Path) -> None:
    for part in ("train", "test"):
        rows = [{"bytes": encoded(Image.fromarray(image), "PNG"), "path": None} for image in IMAGES]
        table = pa.table({"image": rows, "label": pa.array(LABELS)})
        features = {"info": {"features": {"label": {"names": ["a", "b", "c"], "_type": "ClassLabel"}}}}
        table = table.replace_schema_metadata({"huggingface": json.dumps(features)})
        for number, piece in enumerate((table.slice(0, 15), table.slice(15))):
            pyarrow.parquet.write_table(piece, folder / f"{part}-0000{number}-of-00002.parquet")


FOLDERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "KMNIST": ("npz", _write_npy_folder),
    "IDX": ("idx", _write_idx),
    "CSV": ("csv", _write_csv),
    "CSV without a header": ("csv", _write_csv_without_header),
    "Parquet": ("parquet", _write_parquet),
}


@pytest.mark.parametrize("kind", FOLDERS)
def test_folder_with_a_file_for_each_part(kind: str, tmp_path: Path) -> None:
    name, write = FOLDERS[kind]
    (tmp_path / "mine").mkdir()
    write(tmp_path / "mine")
    size = {"image_size": 12} if name == "parquet" else {}
    images, labels, content, _ = prepared({"name": name, "path": tmp_path / "mine", **size}, tmp_path)
    both = np.concatenate([GREY, GREY]), np.concatenate([LABELS, LABELS])
    for found, wanted in zip((images, labels), expected(*both), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert content["counts"]["test"] == [14, 13, 13]
    assert content["classes"] == (["a", "b", "c"] if kind == "Parquet" else ["0", "1", "2"])


def test_single_csv_is_divided(tmp_path: Path) -> None:
    table = pd.DataFrame(IMAGES.reshape(40, -1)).assign(Label=[f"letter {label}" for label in LABELS])
    table.to_csv(tmp_path / "mine.csv", index=False, encoding="utf-8-sig")
    images, labels, content, _ = prepared({"name": "csv", "path": tmp_path / "mine.csv"}, tmp_path)
    for found, wanted in zip((images, labels), expected(GREY, LABELS), strict=True):
        np.testing.assert_array_equal(found, wanted)
    assert content["classes"] == ["letter 0", "letter 1", "letter 2"]


ROW = ",".join(["1"] * 5)
BAD_TABLES = {
    "a row that is too long": f"{ROW}\n{ROW},1\n{ROW}\n",
    "a header and a row that is too long": f"label,a,b,c,d\n{ROW}\n{ROW},9\n",
    "a row that is too short": f"{ROW}\n{ROW[:-2]}\n",
    "an empty cell": f"{ROW}\n1,,1,1,1\n",
    "a word among pixels": f"{ROW}\n1,1,x,1,1\n",
    "pixels that are no square": "1,2,3\n4,5,6\n",
    "no label": f"a,b,c,d,e\n{ROW}\n",
    "two labels": f"label,a,b,c,target\n{ROW}\n",
    "numbered columns": f"0,1,2,3,4\n{ROW}\n",
    "nothing": "",
    "only a header": "label,a,b,c,d\n",
    "a negative pixel": f"{ROW}\n2,-1,1,1,1\n",
    "a large pixel": f"{ROW}\n2,1,1,1,256\n",
    "an infinite pixel": f"{ROW}\n2,1,1,1,inf\n",
    "a page": "<!DOCTYPE html><html><title>Sign in</title></html>",
    "an odd quote": f'{ROW}\n1,"1,1,1,1\n',
}


@pytest.mark.parametrize("kind", BAD_TABLES)
def test_table_that_is_not_a_label_and_pixels_is_refused(kind: str, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(BAD_TABLES[kind])
    with pytest.raises(UserError, match=r"dataset\.path: .*mine\.csv") as caught:
        prepared({"name": "csv", "path": tmp_path / "mine.csv"}, tmp_path)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"image": [b"x"], "text": ["a"]},
        {"image": [b"x"], "other": [b"y"], "label": [1]},
        {"image": [b"x"], "label": [1], "Label": [1]},
        {"pixels": [[1, 2]], "label": [1]},
        {"image": [None], "label": [1]},
        {"image": [b"x"], "label": [None]},
        {"image": [b"no picture"], "label": [1]},
    ],
)
def test_parquet_that_is_not_understood_is_refused(columns: dict[str, list[object]], tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pa.table(columns), tmp_path / "mine.parquet")
    with pytest.raises(UserError, match=r"dataset\.path: .*mine\.parquet") as caught:
        prepared({"name": "parquet", "path": tmp_path / "mine.parquet"}, tmp_path)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["npz", "csv", "parquet", "idx", "folder"])
def test_path_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"dataset\.path: .*nothing"):
        prepared({"name": name, "path": tmp_path / "nothing"}, tmp_path)


DARK = 255 - IMAGES


@pytest.mark.parametrize(
    ("images", "invert", "inverted"),
    [(IMAGES, "auto", False), (DARK, "auto", True), (DARK, "no", False), (IMAGES, "yes", True), (DARK, "yes", True)],
)
def test_dark_ink_is_made_light_where_asked_for(
    images: np.ndarray, invert: str, inverted: bool, tmp_path: Path
) -> None:
    np.savez(tmp_path / "mine.npz", images=images, labels=LABELS)
    found, _, _, source = prepared({"name": "npz", "path": tmp_path / "mine.npz", "invert": invert}, tmp_path)
    wanted = 255 - images if inverted else images
    np.testing.assert_array_equal(found, expected(wanted[..., np.newaxis], LABELS)[0])
    assert source["inverted"] == inverted
    assert source["ink"] == ("light" if (wanted == IMAGES).all() else "dark")


def test_colours_are_not_inverted_unasked(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", images=255 - COLOURED, labels=LABELS)
    assert not prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)[3]["inverted"]


def test_parts_with_opposite_inks_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", x_train=IMAGES, y_train=LABELS, x_test=DARK, y_test=LABELS)
    with pytest.raises(UserError, match="light ink in the train part, dark ink in the test part"):
        prepared({"name": "npz", "path": tmp_path / "mine.npz"}, tmp_path)


def test_preparing_says_how_the_source_was_understood(tmp_path: Path) -> None:
    np.savez(tmp_path / "mine.npz", images=DARK.reshape(40, -1) / 255, labels=LABELS + 65, writers=LABELS)
    settings = PreparedDataset(name="npz", path=tmp_path / "mine.npz").preparation()
    arguments = [
        "--dataset",
        canonical_json(settings),
        "--path",
        str(tmp_path / "mine.npz"),
        "--folder",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "cnnbench.commands.prepare", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (
        "read as arrays of NumPy; sizes found: 12 × 12 (40); converted: as rows of pixels (40), with values from 0 to 1"
        " (40); light ink on a dark ground after dark and light were swapped; labels, in the order of the classes: 65,"
        " 66, 67; skipped: writers"
    ) in done.stdout, done.stderr
