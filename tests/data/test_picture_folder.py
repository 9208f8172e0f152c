"""A folder of pictures has one of two layouts, or is refused; who reads it and who watches it see the same files."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from cnnbench.data.prepare import prepare
from cnnbench.data.source_identity import data_identity
from cnnbench.data.sources.names import PART_NAMES, PartName, natural_order
from cnnbench.data.sources.picture_folder import SUFFIXES, list_pictures
from cnnbench.errors import UserError
from cnnbench.study.dataset import DatasetSettings, PreparedDataset
from PIL import Image


def write(root: Path, *names: str) -> Path:
    """Write a picture, each another one, for every name that ends in .png, and a text for every other name."""
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith("/"):
            path.mkdir(exist_ok=True)
        elif name.endswith(".png"):
            Image.effect_noise((12, 12), 60 + number).save(path)
        else:
            path.write_text("no picture")
    return root


def in_classes(root: str, classes: Iterable[str] = "ab", count: int = 4) -> list[str]:
    return [f"{root}{name}/{number}.png" for name in classes for number in range(count)]


ALL_NAMES = [(part, name) for part, names in PART_NAMES.items() for name in names]


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
@pytest.mark.parametrize(("part", "name"), ALL_NAMES)
def test_every_name_of_a_part_means_that_part(
    part: PartName, name: str, change: Callable[[str], str], tmp_path: Path
) -> None:
    names: dict[PartName, str] = {"train": "train", "validation": "validation", "test": "test", part: change(name)}
    write(tmp_path, *(path for folder in names.values() for path in in_classes(f"{folder}/")))
    files = list_pictures(tmp_path).files
    for found, folder in names.items():
        assert {file.parent.parent.name for file, _ in files[found]} == {folder}


def test_validation_images_of_ones_own_are_used(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "mine", *in_classes("train/", count=5), *in_classes("Val/"), *in_classes("test/", count=3)
    )
    content = prepare(PreparedDataset(name="folder", path=folder), None, tmp_path / "out")
    assert content["counts"] == {"train": [5, 5], "validation": [4, 4], "test": [3, 3]}


AMBIGUOUS = {
    "training and validation without a test part": [*in_classes("train/"), *in_classes("val/")],
    "training alone": in_classes("train/"),
    "test alone": in_classes("test/"),
    "two names of one part": [*in_classes("train/"), *in_classes("training/"), *in_classes("test/")],
    "one name in two cases": [*in_classes("train/"), *in_classes("Train/"), *in_classes("test/")],
    "parts beside classes": [*in_classes("train/"), *in_classes("test/"), *in_classes("")],
    "parts beside something else": [*in_classes("train/"), *in_classes("test/"), *in_classes("extra/")],
    "a class called like a part": in_classes("", classes=["a", "dev"]),
    "a misspelt part": [*in_classes("train/"), *in_classes("tset/")],
    "two misspelt parts": [*in_classes("train_set/"), *in_classes("test_set/")],
    "parts that are not known": [*in_classes("fold1/"), *in_classes("fold2/")],
    "an outer folder": in_classes("mine/"),
    "pictures of a class in two depths": [*in_classes(""), "a/more/1.png"],
}


@pytest.mark.parametrize("paths", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_layout_that_is_not_clear_is_refused_with_what_was_found(paths: list[str], tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *paths)
    with pytest.raises(UserError) as caught:
        data_identity(DatasetSettings(name="folder", path=folder), [])
    message = str(caught.value)
    assert "dataset.path" in message
    assert "two layouts are read" in message
    assert f"{folder}/train/a/1.png" in message or "/a/1.png" in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize(
    ("paths", "says"),
    [
        ([*in_classes("train/"), *in_classes("test/", "abc")], "train part has no class c, which the test part has"),
        ([*in_classes("train/", "abc"), *in_classes("test/")], "test part has no class c, which the train part has"),
        (
            [*in_classes("train/"), *in_classes("test/"), *in_classes("val/", "ax")],
            "validation part has no class b, which the t[a-z]* part has",
        ),
        (["a/1.png", "b/"], "/b holds no images"),
        (["a/1.png"], "at least two classes, found a"),
        (["1.png", "2.png"], "at least two classes, found none"),
    ],
)
def test_classes_that_are_missing_are_named(paths: list[str], says: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=says):
        list_pictures(write(tmp_path / "mine", *paths))


IGNORED = [
    *(".hidden/1.png", "a/.hidden.png", "a/._1.png", ".ipynb_checkpoints/1.png", "a/.ipynb_checkpoints/1.png"),
    *("__MACOSX/a/1.png", "a/__MACOSX/1.png", "Thumbs.db", "a/Thumbs.db", "a/thumbs.db", ".DS_Store", "a/.DS_Store"),
    *("a/desktop.ini", "a/1.png~", "__pycache__/x.png"),
]


@pytest.mark.parametrize("name", IGNORED)
def test_what_file_managers_leave_behind_is_ignored_everywhere(name: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *in_classes(""))
    settings = DatasetSettings(name="folder", path=folder)
    before = list_pictures(folder), data_identity(settings, [])
    write(folder, name)
    assert (list_pictures(folder), data_identity(settings, [])) == before


@pytest.mark.parametrize("place", ["mine/b", "mine"])
def test_pictures_behind_links_are_read_and_watched(place: str, tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere", *in_classes(""))
    target = elsewhere if place == "mine" else elsewhere / "b"
    (tmp_path / place).parent.mkdir(exist_ok=True)
    if place != "mine":
        write(tmp_path / "mine", *in_classes("", "a"))
    (tmp_path / place).symlink_to(target)
    settings = DatasetSettings(name="folder", path=tmp_path / "mine")
    before = data_identity(settings, [])
    assert len(list_pictures(tmp_path / "mine").files["train"]) == 8
    write(elsewhere, "b/new.png")
    assert len(list_pictures(tmp_path / "mine").files["train"]) == 9
    assert data_identity(settings, []) != before


def test_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *in_classes(""))
    (folder / "a" / "9.png").symlink_to(tmp_path / "nothing.png")
    with pytest.raises(UserError, match=r"a/9\.png is a link to a file that is not there"):
        list_pictures(folder)


def test_link_to_the_folder_above_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *in_classes(""))
    (folder / "a" / "again").symlink_to(folder)
    with pytest.raises(UserError, match="a/again is a folder inside the folder of a class"):
        list_pictures(folder)


@pytest.mark.parametrize("name", ["1.heic", "1.HEIC", "1.avif", "1.svg", "1.psd", "1.jxl", "1.dng", "1.ico", "1.xbm"])
def test_picture_in_a_format_that_is_not_read_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=f"{name} is a picture in a format, or with a suffix, that is not read"):
        list_pictures(write(tmp_path / "mine", *in_classes(""), f"a/{name}"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
@pytest.mark.parametrize("name", ["picture", "picture.dat"])
def test_picture_without_its_suffix_is_named(kind: str, name: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *in_classes(""))
    Image.effect_noise((12, 12), 60).save(folder / "a" / name, kind)
    with pytest.raises(UserError, match=f"{name} is a picture"):
        list_pictures(folder)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_suffix_of_a_picture_counts_in_any_case(suffix: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *in_classes(""), f"a/x{suffix.upper()}")
    assert len(list_pictures(folder).files["train"]) == 9


def test_other_files_are_skipped_and_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *in_classes(""), "a/notes.txt", "README", "loose.png")
    assert {file.name for file in list_pictures(folder).skipped} == {"notes.txt", "README", "loose.png"}


@pytest.mark.parametrize("place", ["a", "class", "b/picture"])
def test_name_that_is_not_utf_8_is_refused(place: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *in_classes("", ["a", "b", "class"]))
    name = os.fsencode(folder / place)
    if place.endswith("picture"):
        (folder / "b" / "1.png").rename(os.fsdecode(name + b"\xb0.png"))
    else:
        (folder / place).rename(os.fsdecode(name + b"\xb0"))
    with pytest.raises(UserError, match="is not UTF-8; rename it") as caught:
        list_pictures(folder)
    str(caught.value).encode("utf-8")


def test_names_that_two_systems_write_differently_are_the_same_class(tmp_path: Path) -> None:
    composed, decomposed = "\u00e9", "e\u0301"
    paths = [*in_classes("train/", ["a", composed]), *in_classes("test/", ["a", decomposed])]
    assert list_pictures(write(tmp_path / "mine", *paths)).classes == ["a", composed]


def test_one_class_under_two_spellings_is_refused(tmp_path: Path) -> None:
    paths = in_classes("", ["a", "\u00e9", "e\u0301"])
    with pytest.raises(UserError, match="two classes are called \u00e9"):
        list_pictures(write(tmp_path / "mine", *paths))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["10", "2", "1", "0"], ["0", "1", "2", "10"]),
        (["a10", "a2", "a", "b1"], ["a", "a2", "a10", "b1"]),
        (["letter_10", "letter_9"], ["letter_9", "letter_10"]),
        (["007", "7", "08"], ["007", "7", "08"]),
        (["a", "B", "A", "b"], ["A", "B", "a", "b"]),
        (["9" * 5000, "8" * 5000, "1"], ["1", "8" * 5000, "9" * 5000]),
        (["\u00b2", "\u0661", "1", ""], ["", "1", "\u00b2", "\u0661"]),
        (["1.5", "1.10", "1"], ["1", "1.5", "1.10"]),
    ],
)
def test_natural_order(names: list[str], expected: list[str]) -> None:
    assert sorted(names, key=natural_order) == expected


def test_classes_of_a_folder_are_in_natural_order(tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *in_classes("", ["0", "1", "10", "2"]))
    assert list_pictures(folder).classes == ["0", "1", "2", "10"]


@pytest.mark.parametrize("settings", [{"folds": 2}])
def test_folder_with_a_test_part_has_no_folds(settings: dict[str, int], tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *in_classes("training/"), *in_classes("Testing/"))
    with pytest.raises(UserError, match=r"dataset\.folds: 2 folds take the place of a test part"):
        data_identity(DatasetSettings(name="folder", path=folder, **settings), [])


@pytest.mark.parametrize("settings", [{"division": "per_seed"}, {"validation_fraction": 0.2}])
def test_validation_part_is_not_drawn_where_there_is_one(settings: dict[str, object], tmp_path: Path) -> None:
    folder = write(tmp_path / "mine", *(path for part in ("train", "dev", "test") for path in in_classes(f"{part}/")))
    arrays = tmp_path / "mine.npz"
    some = {"images": np.zeros((4, 8, 8), np.uint8), "labels": np.arange(4)}
    np.savez(arrays, **{f"{part}_{kind}": array for part in ("train", "val", "test") for kind, array in some.items()})
    for name, path in (("folder", folder), ("npz", arrays)):
        with pytest.raises(UserError, match=f"dataset.{next(iter(settings))}.* has a validation part of its own"):
            data_identity(DatasetSettings.model_validate({"name": name, "path": path, **settings}), [])
