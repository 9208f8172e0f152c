"""All six splits are read as their format says: upright, with the right classes, whole."""

from pathlib import Path

import numpy as np
import pytest
from cnnbench.data.arrays import load_part, read_dataset, read_source
from cnnbench.data.contact_sheet import draw_contact_sheet
from cnnbench.data.prepare import prepare
from cnnbench.errors import UserError
from cnnbench.study.dataset import PreparedDataset
from data.archives import CLASSES, EACH_CLASS, idx, member_names, upright, write_archive
from PIL import Image

SPLITS = sorted(CLASSES)
each_split = pytest.mark.parametrize("split", SPLITS)


def _settings(split: str, **values: object) -> PreparedDataset:
    return PreparedDataset.model_validate({"name": "emnist", "split": split, **values})


@each_split
def test_images_are_upright_and_belong_to_their_class(split: str, tmp_path: Path) -> None:
    prepare(_settings(split), write_archive(tmp_path / "a.zip", split), tmp_path / "out")
    for part in ("train", "validation", "test"):
        images, labels = load_part(tmp_path / "out", part)
        assert images.shape[1:] == (28, 28, 1)
        for image, index in zip(images, labels, strict=True):
            np.testing.assert_array_equal(image[..., 0], upright(CLASSES[split][index][0]))


@each_split
def test_dataset_json_says_what_there_is(split: str, tmp_path: Path) -> None:
    prepare(_settings(split), write_archive(tmp_path / "a.zip", split), tmp_path / "out")
    content = read_dataset(tmp_path / "out")
    assert content["classes"] == ["/".join(characters) for _, characters in CLASSES[split]]
    assert content["counts"] == {
        "train": [9] * len(CLASSES[split]),
        "validation": [1] * len(CLASSES[split]),
        "test": [EACH_CLASS["test"]] * len(CLASSES[split]),
    }
    assert content["official"] is False
    names = {Path(name).name for name in member_names(split).values()}
    assert read_source(tmp_path / "out")["files"].keys() == names
    pixels, _ = load_part(tmp_path / "out", "train")
    assert content["pixels"]["mean"] == pytest.approx(pixels.mean())
    assert content["pixels"]["standard_deviation"] == pytest.approx(pixels.std())


def test_arrays_can_be_mapped_into_memory(tmp_path: Path) -> None:
    prepare(_settings("digits"), write_archive(tmp_path / "a.zip", "digits"), tmp_path / "out")
    images, labels = load_part(tmp_path / "out", "train")
    assert isinstance(images, np.memmap)
    assert images.dtype == np.uint8
    assert labels.dtype == np.int32


def test_contact_sheet_is_a_picture(tmp_path: Path) -> None:
    prepare(_settings("letters"), write_archive(tmp_path / "a.zip", "letters"), tmp_path / "out")
    draw_contact_sheet(tmp_path / "out", tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 10 * 28
        assert sheet.height > 13 * 28
        assert len(sheet.getcolors(2**20) or []) > 2


def test_same_images_give_the_same_bytes_wherever_they_lie(tmp_path: Path) -> None:
    for name in ("one", "two"):
        archive = write_archive(tmp_path / f"{name}.zip", "digits")
        prepare(_settings("digits", archive=str(archive)), archive, tmp_path / name)
    for path in (tmp_path / "one").glob("[!.]*"):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_other_images_have_other_checksums(tmp_path: Path) -> None:
    names = member_names("digits")
    other = np.stack([upright(9 - label).T for label in range(10)] * EACH_CLASS["train"])
    first = prepare(_settings("digits"), write_archive(tmp_path / "a.zip", "digits"), tmp_path / "one")
    changed = write_archive(tmp_path / "b.zip", "digits", {names["train_images"]: idx(other)})
    second = prepare(_settings("digits"), changed, tmp_path / "two")
    assert first["checksums"]["train_images.npy"] != second["checksums"]["train_images.npy"]
    assert first["checksums"]["test_images.npy"] == second["checksums"]["test_images.npy"]


def test_nothing_is_written_when_the_archive_is_bad(tmp_path: Path) -> None:
    names = member_names("digits")
    archive = write_archive(tmp_path / "a.zip", "digits", {names["test_labels"]: b"nothing"})
    with pytest.raises(UserError):
        prepare(_settings("digits"), archive, tmp_path / "out")
    assert not (tmp_path / "out" / "dataset.json").exists()


LABELS = np.array([label for label, _ in CLASSES["digits"]] * EACH_CLASS["train"], np.uint8)


@pytest.mark.parametrize(
    ("file", "content", "says"),
    [
        ("train_labels", b"no gzip", "an IDX file starts with 8 bytes, found 7"),
        ("train_labels", idx(LABELS)[:-9], "is damaged"),
        ("train_labels", idx(LABELS, magic=0x803), "expected the magic number 0x00000801, found 0x00000803"),
        ("train_labels", idx(LABELS[:-1]), "100 images and 99 labels in the train part"),
        ("train_labels", idx(np.full(100, 10, np.uint8)), "found 10, which the mapping does not name"),
        ("train_images", idx(np.zeros((1, 28, 28), np.uint8))[:20], "is damaged"),
        ("mapping", b"0 48\r\n1 x\r\n", "is not a mapping of labels to character codes"),
    ],
)
def test_damage_is_named(file: str, content: bytes, says: str, tmp_path: Path) -> None:
    name = member_names("digits")[file]
    archive = write_archive(tmp_path / "a.zip", "digits", {name: content})
    with pytest.raises(UserError) as caught:
        prepare(_settings("digits"), archive, tmp_path / "out")
    assert says in str(caught.value)
    of_both = ("100 images", "found 10,")
    assert Path(name).name in str(caught.value) or says.startswith(of_both)
    assert "a.zip" in str(caught.value)


def test_header_that_announces_more_than_there_is_is_named(tmp_path: Path) -> None:
    name = member_names("digits")["train_images"]
    short = idx(np.full((99, 28, 28), 200, np.uint8))
    archive = write_archive(tmp_path / "a.zip", "digits", {name: short})
    with pytest.raises(UserError, match=r"99 images and 100 labels in the train part"):
        prepare(_settings("digits"), archive, tmp_path / "out")


def test_flipped_byte_in_the_archive_is_found(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.zip", "digits")
    content = bytearray(archive.read_bytes())
    content[len(content) // 2] ^= 0xFF
    archive.write_bytes(content)
    with pytest.raises(UserError, match="damaged"):
        prepare(_settings("digits"), archive, tmp_path / "out")


def test_truncated_archive_is_refused(tmp_path: Path) -> None:
    archive = write_archive(tmp_path / "a.zip", "digits")
    archive.write_bytes(archive.read_bytes()[:-500])
    with pytest.raises(UserError, match=r"a\.zip .* is damaged or not a zip archive"):
        prepare(_settings("digits"), archive, tmp_path / "out")


def test_file_that_claims_to_be_official_must_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files with exactly the official sizes but other contents are damaged, not another dataset."""
    from cnnbench.data.sources.emnist_archive import Member, claims_to_be_official

    archive = write_archive(tmp_path / "a.zip", "digits")
    sizes = {name: facts["bytes"] for name, facts in _facts(archive, tmp_path).items()}
    wrong = {name: Member(size, "0" * 64) for name, size in sizes.items() if not name.endswith(".txt")}
    for module in ("cnnbench.data.sources.emnist", "cnnbench.data.sources.emnist_archive"):
        monkeypatch.setattr(f"{module}.official_members", lambda: wrong)
    assert claims_to_be_official(sizes, "digits")
    with pytest.raises(
        UserError, match=r"emnist-digits-.* is changed or damaged: expected SHA-256 0{64}, found [0-9a-f]{64}"
    ):
        prepare(_settings("digits"), archive, tmp_path / "out")


def test_official_files_are_known_to_be_official(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cnnbench.data.sources.emnist_archive import Member

    archive = write_archive(tmp_path / "a.zip", "digits")
    right = {
        name: Member(facts["bytes"], facts["sha256"])
        for name, facts in _facts(archive, tmp_path).items()
        if not name.endswith(".txt")
    }
    for module in ("cnnbench.data.sources.emnist", "cnnbench.data.sources.emnist_archive"):
        monkeypatch.setattr(f"{module}.official_members", lambda: right)
    content = prepare(_settings("digits"), archive, tmp_path / "out")
    assert content["official"] is True


def _facts(archive: Path, folder: Path) -> dict[str, dict[str, object]]:
    prepare(_settings("digits"), archive, folder / "facts")
    files: dict[str, dict[str, object]] = read_source(folder / "facts")["files"]
    return files
