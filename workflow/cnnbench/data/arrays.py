"""Reading a prepared dataset."""

from pathlib import Path
from typing import Any, Literal

from cnnbench.array_files import array_checksum, load_array
from cnnbench.data.labelled import LabelledImages
from cnnbench.errors import UserError
from cnnbench.files import read_json
from cnnbench.provenance import noted

Part = Literal["train", "validation", "test"]


def load_part(folder: Path, part: Part) -> LabelledImages:
    """Return a part of the dataset in `folder`, as it was prepared, its images mapped into memory.

    Raises:
        UserError: an array is missing, damaged, or of another dataset; the message names it.
    """
    checksums = read_dataset(folder)["checksums"]
    loaded = LabelledImages(
        load_array(folder / f"{part}_images.npy", mmap_mode="r"), load_array(folder / f"{part}_labels.npy")
    )
    for kind, array in (("images", loaded.images), ("labels", loaded.labels)):
        name = f"{part}_{kind}.npy"
        if array_checksum(array) != checksums.get(name):
            raise UserError(
                f"{folder / name} is damaged, or not of the dataset that dataset.json beside it describes; remove the"
                " folder, and the next run of the workflow prepares it again"
            )
    return loaded


def read_dataset(folder: Path) -> dict[str, Any]:
    """Return what `dataset.json` in `folder` says."""
    content: dict[str, Any] = read_json(noted(folder / "dataset.json"))
    return content


def read_source(folder: Path) -> dict[str, Any]:
    """Return what `source.json` in `folder` says of how the dataset's source was understood."""
    content: dict[str, Any] = read_json(noted(folder / "source.json"))
    return content
