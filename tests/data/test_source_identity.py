"""What a source holds has an identity, where it lies has none."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from cnnbench.data.source_identity import archive_locations, data_identity
from cnnbench.data.sources.emnist_archive import URL, Member
from cnnbench.errors import UserError
from cnnbench.study.dataset import DatasetSettings
from data.archives import idx, member_names, write_archive

DIGITS = DatasetSettings(name="emnist", split="digits")


def test_archive_is_the_configs_then_the_environments_then_the_official_one() -> None:
    configured = DatasetSettings(name="emnist", archive="mine.zip")
    assert archive_locations(configured, {"EMNIST_ARCHIVE": "other.zip"}) == ["mine.zip"]
    assert archive_locations(DIGITS, {"EMNIST_ARCHIVE": "other.zip"}) == ["other.zip"]
    assert archive_locations(DIGITS, {}) == [URL]
    assert archive_locations(DatasetSettings(name="sample"), {"EMNIST_ARCHIVE": "other.zip"}) == []


def test_moved_archive_is_the_same_data(tmp_path: Path) -> None:
    first = write_archive(tmp_path / "first.zip", "digits")
    second = shutil.copy(first, tmp_path / "second.zip")
    os.utime(second, (0, 0))
    assert data_identity(DIGITS, [str(first)]) == data_identity(DIGITS, [str(second)])


def test_other_content_is_other_data(tmp_path: Path) -> None:
    name = member_names("digits")["test_images"]
    other = idx(np.zeros((30, 28, 28), np.uint8))
    first = write_archive(tmp_path / "first.zip", "digits")
    second = write_archive(tmp_path / "second.zip", "digits", {name: other})
    assert data_identity(DIGITS, [str(first)]) != data_identity(DIGITS, [str(second)])


def test_other_splits_in_the_archive_do_not_count(tmp_path: Path) -> None:
    first = write_archive(tmp_path / "first.zip", "digits")
    second = write_archive(tmp_path / "second.zip", "digits", {"gzip/emnist-letters-mapping.txt": b"1 65 97\r\n"})
    assert data_identity(DIGITS, [str(first)]) == data_identity(DIGITS, [str(second)])


def test_copy_of_the_official_archive_is_the_official_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = write_archive(tmp_path / "copy.zip", "digits")
    assert data_identity(DIGITS, [str(archive)]) != data_identity(DIGITS, [URL])
    import zipfile

    with zipfile.ZipFile(archive) as file:
        members = {Path(info.filename).name: Member(info.file_size, "") for info in file.infolist()}
    monkeypatch.setattr("cnnbench.data.sources.emnist_archive.official_members", lambda: members)
    assert data_identity(DIGITS, [str(archive)]) == data_identity(DIGITS, [URL]) == "official"


def test_split_that_the_archive_has_not_is_named(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.zip", "digits")
    with pytest.raises(UserError, match=r"dataset\.archive: .*a\.zip has no file emnist-letters-train-images"):
        data_identity(DatasetSettings(name="emnist", split="letters"), [str(archive)])


@pytest.mark.parametrize("content", [b"", b"no archive"])
def test_file_that_is_no_archive_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(UserError, match=r"dataset\.archive .*: .*a\.zip .* is damaged or not a zip archive"):
        data_identity(DIGITS, [str(tmp_path / "a.zip")])


def test_own_images_have_an_identity(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "mine" / name).mkdir(parents=True)
        (tmp_path / "mine" / name / "1.png").write_bytes(b"one")
    settings = DatasetSettings(name="folder", path=tmp_path / "mine")
    before = data_identity(settings, [])
    assert data_identity(settings, []) == before
    (tmp_path / "mine" / "a" / "2.png").write_bytes(b"two")
    assert data_identity(settings, []) != before


def test_own_arrays_have_an_identity(tmp_path: Path) -> None:
    settings = DatasetSettings(name="npz", path=tmp_path / "mine.npz")
    identities = []
    for value in (0, 0, 1):
        np.savez(tmp_path / "mine.npz", images=np.full((4, 8, 8), value, np.uint8), labels=np.arange(4))
        identities.append(data_identity(settings, []))
    assert identities[0] == identities[1] != identities[2]


@pytest.mark.parametrize("name", ["folder", "npz", "csv", "parquet", "idx", "emnist"])
@pytest.mark.parametrize("path", ["x" * 5000, "a/" * 3000, "a\u202eb\nc", "\x1b[31m", "/dev/zero"])
def test_a_path_that_cannot_be_is_refused_in_one_short_line(name: str, path: str) -> None:
    settings = DatasetSettings(name=name, **({"archive": path} if name == "emnist" else {"path": path}))
    with pytest.raises(UserError, match=r"^dataset\.(path|archive)") as caught:
        data_identity(settings, archive_locations(settings, {}))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600
