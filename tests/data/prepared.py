"""Prepared arrays in a folder, as preparing a dataset leaves them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from cnnbench.array_files import array_checksum
from cnnbench.files import write_sealed_json


def write_prepared(folder: Path, arrays: Mapping[str, np.ndarray[Any, Any]], **content: Any) -> None:
    """Write arrays by the names of their files, and a `dataset.json` with their checksums and other `content`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / name, array)
    checksums = {name: array_checksum(array) for name, array in arrays.items()}
    write_sealed_json(folder / "dataset.json", {"checksums": checksums, **content})
