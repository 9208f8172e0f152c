"""Reading files of arrays that this workflow wrote."""

import hashlib
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from cnnbench.files import reading_result


def load_array(path: Path, mmap_mode: Literal["r"] | None = None) -> npt.NDArray[Any]:
    """Return the array in the `.npy` file `path`, mapped into memory if asked for.

    Raises:
        UserError: the file is missing or damaged; the message names it.
    """
    with reading_result(path):
        array: npt.NDArray[Any] = np.load(path, mmap_mode=mmap_mode)
        return array


def array_checksum(array: npt.NDArray[Any]) -> str:
    """Return the SHA-256 of the values, type and shape of `array`."""
    contiguous = np.ascontiguousarray(array)
    digest = hashlib.sha256(f"{contiguous.dtype.str} {contiguous.shape}".encode())
    digest.update(contiguous.data)
    return digest.hexdigest()


def load_arrays(path: Path, *names: str) -> list[npt.NDArray[Any]]:
    """Return arrays of the `.npz` file `path`.

    Args:
        path: the file.
        names: which of its arrays.

    Raises:
        UserError: the file is missing or damaged, or has no such array; the message names it.
    """
    with reading_result(path), np.load(path) as file:
        return [file[name] for name in names]
