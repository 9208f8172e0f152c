"""Trainings and predictions read the images and labels that were prepared, or nothing."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cnnbench.data.arrays import Part, load_part
from cnnbench.data.prepare import prepare
from cnnbench.data.sample import write_sample
from cnnbench.errors import UserError
from cnnbench.study.dataset import PreparedDataset

PARTS: tuple[Part, ...] = ("train", "validation", "test")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, prepared."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder / "sample.zip")
    prepare(PreparedDataset(name="sample", subset=0.3), folder / "sample.zip", folder / "data")
    return folder / "data"


@pytest.fixture
def data(sound: Path, tmp_path: Path) -> Path:
    """A copy of it that may be damaged."""
    return Path(shutil.copytree(sound, tmp_path / "data"))


@pytest.mark.parametrize("part", PARTS)
def test_sound_part_is_read(part: Part, data: Path) -> None:
    images, labels = load_part(data, part)
    assert len(images) == len(labels) > 0


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "one bit": lambda content: content[:-5] + bytes([content[-5] ^ 1]) + content[-4:],
    "half": lambda content: content[: len(content) // 2],
    "nothing": lambda content: b"",
    "another type": lambda content: content.replace(b"|u1", b"|i1").replace(b"<i4", b"<u4"),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", ["images", "labels"])
@pytest.mark.parametrize("part", PARTS)
def test_damaged_array_is_refused_by_name(part: Part, kind: str, damage: str, data: Path) -> None:
    path = data / f"{part}_{kind}.npy"
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    with pytest.raises(UserError, match=rf"{part}_{kind}\.npy is damaged") as caught:
        load_part(data, part)
    assert "the next run of the workflow" in str(caught.value)


@pytest.mark.parametrize("kind", ["images", "labels"])
def test_array_of_another_part_is_refused(kind: str, data: Path) -> None:
    shutil.copy(data / f"validation_{kind}.npy", data / f"test_{kind}.npy")
    with pytest.raises(UserError, match=rf"test_{kind}\.npy is damaged, or not of the dataset"):
        load_part(data, "test")


def test_missing_array_is_named(data: Path) -> None:
    (data / "test_images.npy").unlink()
    with pytest.raises(UserError, match=r"test_images\.npy: this result is missing; run the workflow to make it"):
        load_part(data, "test")
