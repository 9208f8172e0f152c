"""Damaged files end in one line, never in a traceback, and take no more memory than what is there."""

import io
import os
import resource
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from cnnbench.data.prepare import prepare
from cnnbench.data.source_identity import data_identity
from cnnbench.data.sources.idx import read_idx, write_idx
from cnnbench.errors import UserError, reading
from cnnbench.study.dataset import DatasetSettings, PreparedDataset
from data.archives import write_archive
from data.test_own_arrays import IMAGES, LABELS
from data.test_pictures import COLOUR, GREY, drawn, encoded
from fuzz import mutations
from PIL import Image

FILES = int(os.environ.get("FUZZ_FILES", "150"))
MEMORY_BYTES = 1_000_000_000


@pytest.fixture(autouse=True)
def memory_is_bounded() -> Iterator[None]:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    used = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert used < MEMORY_BYTES


def _emnist(folder: Path) -> Path:
    return write_archive(folder / "valid.zip", "digits")


def _npz(folder: Path) -> Path:
    np.savez(folder / "valid.npz", images=IMAGES, labels=LABELS, classes=np.array(["a", "b", "c"]))
    return folder / "valid.npz"


def _compressed_npz(folder: Path) -> Path:
    np.savez_compressed(folder / "valid.npz", x_train=IMAGES, y_train=LABELS, x_test=IMAGES, y_test=LABELS)
    return folder / "valid.npz"


def _csv(folder: Path) -> Path:
    pd.DataFrame(IMAGES[:, :5, :5].reshape(40, -1)).assign(label=LABELS).to_csv(folder / "valid.csv", index=False)
    return folder / "valid.csv"


def _parquet(folder: Path) -> Path:
    rows = [encoded(Image.fromarray(image), "PNG") for image in IMAGES]
    pyarrow.parquet.write_table(pa.table({"image": rows, "label": LABELS}), folder / "valid.parquet")
    return folder / "valid.parquet"


SOURCES: dict[str, tuple[str, Callable[[Path], Path]]] = {
    "EMNIST archive": ("emnist", _emnist),
    "npz": ("npz", _npz),
    "compressed npz": ("npz", _compressed_npz),
    "CSV": ("csv", _csv),
    "Parquet": ("parquet", _parquet),
}


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.filterwarnings("ignore")
def test_damaged_source_is_read_or_refused_in_one_line(kind: str, tmp_path: Path) -> None:
    name, write = SOURCES[kind]
    valid = write(tmp_path)
    outcomes = {"read": 0, "refused": 0}
    for number, content in enumerate(mutations(valid.read_bytes(), FILES, seed=0)):
        damaged = tmp_path / f"damaged{valid.suffix}"
        damaged.write_bytes(content)
        where = {"split": "digits", "archive": str(damaged)} if name == "emnist" else {"path": damaged}
        settings = {"name": name, **where}
        try:
            data_identity(DatasetSettings.model_validate(settings), [str(damaged)])
            prepare(PreparedDataset.model_validate(settings), damaged, tmp_path / "out")
            outcomes["read"] += 1
        except UserError as error:
            assert len(str(error).splitlines()) == 1, number
            outcomes["refused"] += 1
    print(outcomes)
    assert outcomes["refused"] > FILES // 10


PICTURES: dict[str, bytes] = {
    "PNG": encoded(Image.fromarray(COLOUR), "PNG"),
    "PNG with 16 bits": encoded(Image.fromarray(GREY.astype(np.uint16) * 257), "PNG"),
    "PNG with transparency": encoded(drawn(9), "PNG"),
    "JPEG": encoded(Image.fromarray(COLOUR), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06"),
    "GIF": encoded(Image.fromarray(GREY), "GIF"),
    "TIFF": encoded(Image.fromarray(COLOUR), "TIFF"),
    "BMP": encoded(Image.fromarray(COLOUR), "BMP"),
    "WEBP": encoded(Image.fromarray(COLOUR), "WEBP"),
    "PPM": encoded(Image.fromarray(COLOUR), "PPM"),
    "TGA": encoded(Image.fromarray(COLOUR), "TGA"),
}


@pytest.mark.parametrize("kind", PICTURES)
@pytest.mark.filterwarnings("ignore")
def test_damaged_picture_is_read_or_refused_in_one_line(kind: str) -> None:
    from cnnbench.data.sources.pictures import PictureSource, read_pictures

    for content in mutations(PICTURES[kind], FILES, seed=1):
        try:
            read_pictures([PictureSource(f"p.{kind.lower()}", content)], 12, "pad")
        except UserError as error:
            assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize("packed", [True, False])
def test_damaged_idx_file_is_read_or_refused(packed: bool) -> None:
    import gzip

    content = write_idx(IMAGES[:4])
    for damaged in mutations(content if packed else gzip.decompress(content), FILES, seed=2):
        try:
            with reading("images"):
                assert read_idx(io.BytesIO(damaged), dimensions=3).ndim == 3
        except UserError as error:
            assert str(error).startswith("images: ")


def test_damaged_member_of_a_sound_zip_is_refused(tmp_path: Path) -> None:
    """The zip's own checksum does not hide the damage from the reader of the member."""
    valid = write_archive(tmp_path / "valid.zip", "digits")
    with zipfile.ZipFile(valid) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for name in members:
        for content in mutations(members[name], max(FILES // 20, 5), seed=3):
            with zipfile.ZipFile(tmp_path / "damaged.zip", "w") as archive:
                for other, original in members.items():
                    archive.writestr(other, content if other == name else original)
            try:
                prepare(PreparedDataset(name="emnist", split="digits"), tmp_path / "damaged.zip", tmp_path / "out")
            except UserError as error:
                assert len(str(error).splitlines()) == 1
