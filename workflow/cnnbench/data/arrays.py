"""Reading a prepared dataset."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from cnnbench.files import read_json

Part = Literal["train", "validation", "test"]


def load_part(folder: Path, part: Part) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """Return a part of the dataset in `folder`, mapped into memory.

    Returns:
        Images, uint8 (n, height, width, channels), upright; and their class indices, int32 (n,).
    """
    images = np.load(folder / f"{part}_images.npy", mmap_mode="r")
    return images, np.load(folder / f"{part}_labels.npy")


def read_dataset(folder: Path) -> dict[str, Any]:
    """Return what `dataset.json` in `folder` says."""
    content: dict[str, Any] = read_json(folder / "dataset.json")
    return content
