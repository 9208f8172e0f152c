"""All editions of EMNIST give the same dataset, and official values count as official in each of them."""

import gzip
import hashlib
import io
import re
import shutil
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cnnbench.data.prepare import prepare
from cnnbench.data.source_identity import data_identity
from cnnbench.data.sources.emnist_archive import CHARACTERS, SIZES, Member, official_members
from cnnbench.data.sources.idx import write_idx
from cnnbench.data.sources.official_values import WRITTEN
from cnnbench.errors import UserError
from cnnbench.study.dataset import DatasetSettings, PreparedDataset
from data.archives import CLASSES, member_names, write_archive
from scipy.io import savemat

SPLIT = "letters"
SETTINGS = PreparedDataset(name="emnist", split=SPLIT)


def _contents(archive: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(archive) as file:
        return {Path(name).name: file.read(name) for name in file.namelist()}


def _arrays(archive: Path) -> dict[str, np.ndarray]:
    names = {what: Path(name).name for what, name in member_names(SPLIT).items() if what != "mapping"}
    contents = _contents(archive)
    offsets = {"images": 16, "labels": 8}
    raw = {
        what: np.frombuffer(gzip.decompress(contents[name])[offsets[what.split("_")[1]] :], np.uint8)
        for what, name in names.items()
    }
    return {what: values.reshape(-1, 784) if what.endswith("images") else values for what, values in raw.items()}


def _zip(path: Path, contents: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return path


def _unpacked(folder: Path, contents: Mapping[str, bytes]) -> Path:
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def _without_gzip(contents: Mapping[str, bytes]) -> dict[str, bytes]:
    return {
        name.removesuffix(".gz"): gzip.decompress(content) if name.endswith(".gz") else content
        for name, content in contents.items()
    }


def _matlab(archive: Path, path: Path) -> Path:
    arrays = _arrays(archive)
    parts = {
        part: {"images": arrays[f"{part}_images"], "labels": arrays[f"{part}_labels"].reshape(-1, 1).astype(float)}
        for part in ("train", "test")
    }
    savemat(path.with_suffix(".mat"), {"dataset": parts}, do_compression=True)
    return _zip(path, {f"matlab/emnist-{SPLIT}.mat": path.with_suffix(".mat").read_bytes()})


def _csv(archive: Path, folder: Path) -> Path:
    arrays = _arrays(archive)
    folder.mkdir()
    for part in ("train", "test"):
        rows = np.column_stack([arrays[f"{part}_labels"], arrays[f"{part}_images"]])
        np.savetxt(folder / f"emnist-{SPLIT}-{part}.csv", rows, "%d", ",")
    return folder


EDITIONS: dict[str, Callable[[Path, Path], Path]] = {
    "outer folder": lambda archive, new: _zip(
        new, {f"my files/gzip/{name}": content for name, content in _contents(archive).items()}
    ),
    "no folder": lambda archive, new: _zip(new, _contents(archive)),
    "backslashes": lambda archive, new: _zip(
        new, {f"gzip\\{name}": content for name, content in _contents(archive).items()}
    ),
    "packed by a Mac": lambda archive, new: _zip(
        new,
        {f"gzip/{name}": content for name, content in _contents(archive).items()}
        | {f"__MACOSX/gzip/._{name}": b"x" for name in _contents(archive)}
        | {f"__MACOSX/gzip/{name}": b"x" for name in _contents(archive)},
    ),
    "unpacked": lambda archive, new: _unpacked(new, _contents(archive)),
    "not gzipped": lambda archive, new: _zip(new, _without_gzip(_contents(archive))),
    "torchvision's folder": lambda archive, new: _unpacked(
        new, {f"EMNIST/raw/{name}": content for name, content in _without_gzip(_contents(archive)).items()}
    ),
    "gzipped in name only": lambda archive, new: _zip(
        new, {f"{name}.gz": content for name, content in _without_gzip(_contents(archive)).items() if "ubyte" in name}
    ),
    "without the mapping": lambda archive, new: _zip(
        new, {name: content for name, content in _contents(archive).items() if "mapping" not in name}
    ),
    "MATLAB": _matlab,
    "Kaggle's CSV": _csv,
}


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in the layout of the official one."""
    return write_archive(tmp_path_factory.mktemp("official") / "gzip.zip", SPLIT)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_gives_the_same_dataset(edition: str, official: Path, tmp_path: Path) -> None:
    same = prepare(SETTINGS, official, tmp_path / "official")
    archive = EDITIONS[edition](official, tmp_path / "other")
    assert data_identity(DatasetSettings(name="emnist", split=SPLIT), [str(archive)])
    assert prepare(SETTINGS, archive, tmp_path / "out") == same


def _packed_as_in_2017(name: str, values: np.ndarray, second: int) -> bytes:
    buffer = io.BytesIO()
    with gzip.GzipFile(name, "wb", 9, buffer, mtime=second) as file:
        file.write(gzip.decompress(write_idx(values.reshape(-1, 28, 28) if values.ndim == 2 else values)))
    return buffer.getvalue()


@pytest.fixture
def values_are_official(official: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the values of the small archive the official ones, packed as the official ones are."""
    arrays = _arrays(official)
    members = {}
    for number, (what, values) in enumerate(arrays.items()):
        name = Path(member_names(SPLIT)[what]).name
        packed = _packed_as_in_2017(name, values, WRITTEN[SPLIT][7 * number])
        members[name] = Member(len(packed), hashlib.sha256(packed).hexdigest())
    for module in ("emnist", "emnist_archive", "official_values"):
        monkeypatch.setattr(f"cnnbench.data.sources.{module}.official_members", lambda: members)
    monkeypatch.setitem(SIZES, SPLIT, (26, len(arrays["train_labels"]), len(arrays["test_labels"])))


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.usefixtures("values_are_official")
def test_official_values_count_as_official_in_every_edition(edition: str, official: Path, tmp_path: Path) -> None:
    archive = EDITIONS[edition](official, tmp_path / "other")
    assert prepare(SETTINGS, archive, tmp_path / "out")["official"] is True


@pytest.mark.parametrize("changed", ["train_images", "train_labels", "test_images", "test_labels"])
@pytest.mark.usefixtures("values_are_official")
def test_one_changed_value_is_not_official(changed: str, official: Path, tmp_path: Path) -> None:
    values = _arrays(official)[changed].copy()
    values.flat[5] = values.flat[4] + 1 if changed.endswith("images") else values.flat[6]
    name = Path(member_names(SPLIT)[changed]).name
    shaped = values.reshape(-1, 28, 28) if values.ndim == 2 else values
    contents = {**_without_gzip(_contents(official)), name.removesuffix(".gz"): gzip.decompress(write_idx(shaped))}
    assert prepare(SETTINGS, _zip(tmp_path / "other.zip", contents), tmp_path / "out")["official"] is False


def test_official_characters_are_those_of_the_mappings() -> None:
    for split, classes in CLASSES.items():
        letters = [f"{letter}{letter.lower()}" for letter in CHARACTERS[split]]
        assert [characters for _, characters in classes] == (letters if split == "letters" else list(CHARACTERS[split]))
        assert SIZES[split][0] == len(classes)


def test_every_official_file_is_known() -> None:
    names = {Path(name).name for split in CLASSES for what, name in member_names(split).items() if what != "mapping"}
    assert official_members().keys() == names


BAD: dict[str, tuple[Callable[[Path, Path], Path], str]] = {
    "a file is missing": (
        lambda archive, new: _zip(new, {n: c for n, c in _contents(archive).items() if "test-labels" not in n}),
        "has no file emnist-letters-test-labels-idx1-ubyte.gz; for dataset.split: letters it must hold",
    ),
    "a file is there twice": (
        lambda archive, new: _zip(
            new, {f"{folder}/{n}": c for folder in ("one", "two") for n, c in _contents(archive).items()}
        ),
        "holds both one/emnist-letters-train-images-idx3-ubyte.gz and two/",
    ),
    "other files are there twice": (
        lambda archive, new: _zip(new, {"a/README": b"", "b/README": b"", "c.txt": b""}),
        "has no file emnist-letters-train-images-idx3-ubyte.gz",
    ),
    "nothing": (lambda archive, new: _zip(new, {}), "has no file"),
    "MATLAB's file is damaged": (
        lambda archive, new: _zip(new, {f"emnist-{SPLIT}.mat": b"MATLAB 5.0"}),
        "emnist-letters.mat is damaged or cannot be read",
    ),
    "the images are packed images": (
        lambda archive, new: _zip(
            new, {n: gzip.compress(c) if n.endswith(".gz") else c for n, c in _contents(archive).items()}
        ),
        "is damaged or cannot be read: expected the magic number",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_archive_that_is_not_emnist_is_refused(kind: str, official: Path, tmp_path: Path) -> None:
    make, says = BAD[kind]
    with pytest.raises(UserError, match=re.escape(says)) as caught:
        prepare(SETTINGS, make(official, tmp_path / "other"), tmp_path / "out")
    assert len(str(caught.value).splitlines()) == 1


def _encrypted(archive: Path, new: Path) -> Path:
    content = bytearray(archive.read_bytes())
    # The flag of encryption, in every local and central header.
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(signature)
        while start >= 0:
            content[start + place] |= 1
            start = content.find(signature, start + 1)
    new.write_bytes(content)
    return new


def _packed_with(method: int) -> Callable[[Path, Path], Path]:
    def pack(archive: Path, new: Path) -> Path:
        content = bytearray(archive.read_bytes())
        for signature, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
            start = content.find(signature)
            while start >= 0:
                content[start + place : start + place + 2] = method.to_bytes(2, "little")
                start = content.find(signature, start + 1)
        new.write_bytes(content)
        return new

    return pack


PACKED: dict[str, Callable[[Path, Path], Path]] = {
    "with a password": _encrypted,
    **{f"by method {method}": _packed_with(method) for method in (1, 6, 9, 12, 14, 93, 95, 99)},
}


@pytest.mark.parametrize("kind", PACKED)
def test_zip_that_cannot_be_unpacked_is_one_line(kind: str, official: Path, tmp_path: Path) -> None:
    archive = PACKED[kind](official, tmp_path / "other.zip")
    with pytest.raises(UserError, match=r"other\.zip: .*emnist-letters-.* is damaged or cannot be read") as caught:
        prepare(SETTINGS, archive, tmp_path / "out")
    assert "get another copy of the archive" in str(caught.value)


def _large(archive: Path, new: Path) -> Path:
    name = Path(member_names(SPLIT)["train_images"]).name
    bomb: dict[str, Any] = {**_contents(archive), name: gzip.compress(bytes(2**26))}
    return _zip(new, bomb)


def test_file_that_unpacks_to_more_than_it_announces_is_not_unpacked(
    official: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    class Counted(gzip.GzipFile):
        def read(self, size: int | None = -1) -> bytes:
            content = super().read(size)
            read.append(len(content))
            return content

    monkeypatch.setattr(gzip, "GzipFile", Counted)
    with pytest.raises(UserError, match="expected the magic number"):
        prepare(SETTINGS, _large(official, tmp_path / "other.zip"), tmp_path / "out")
    assert sum(read) < 1000


@pytest.mark.parametrize("shape", [(2**31, 2**31, 4), (2**32 - 1,) * 3, (0, 28, 28), (2**20, 2**6, 2**6 + 1)])
def test_header_that_announces_the_impossible_is_refused(
    shape: tuple[int, ...], official: Path, tmp_path: Path
) -> None:
    name = Path(member_names(SPLIT)["train_images"]).name
    header = b"".join(number.to_bytes(4, "big") for number in (0x803, *shape))
    archive = _zip(tmp_path / "other.zip", {**_contents(official), name: gzip.compress(header + bytes(100))})
    with pytest.raises(UserError, match=f"its header announces {shape[0]} x {shape[1]} x {shape[2]} values; allowed"):
        prepare(SETTINGS, archive, tmp_path / "out")


def test_first_archive_that_is_there_is_watched(official: Path, tmp_path: Path) -> None:
    shutil.copy(official, tmp_path / "here.zip")
    settings = DatasetSettings(name="emnist", split=SPLIT, archive=["nowhere.zip", str(tmp_path / "here.zip")])
    assert data_identity(settings, settings.archives) == data_identity(settings, [str(official)])
