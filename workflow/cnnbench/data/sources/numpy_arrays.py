"""Arrays of NumPy: one `.npz` file, or a folder of `.npz` and `.npy` files with one array each."""

import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil

from cnnbench.data.sources.files import distinguishing_words, files_of
from cnnbench.data.sources.labels import texts
from cnnbench.data.sources.named_arrays import Slot, understand_names
from cnnbench.data.sources.names import FILE_SUFFIXES, shown
from cnnbench.data.sources.raw_images import RawArrays
from cnnbench.errors import UserError, reading


def read_npz(path: Path) -> RawArrays:
    """Return the images of an `.npz` file, or of a folder of files with one array each.

    Raises:
        UserError: a file is damaged, or the arrays have names that are not understood.
    """
    where = f"dataset.path: {shown(path)}"
    files = files_of(path, FILE_SUFFIXES["npz"])
    arrays = _arrays_of(files) if path.is_dir() else _load(path)
    slots = understand_names(arrays, where)
    classes = slots.names.get(Slot("classes", None))
    return RawArrays(
        {part: arrays[slots.name("images", part)] for part in slots.parts},
        {part: arrays[slots.name("labels", part)] for part in slots.parts},
        files,
        texts(arrays[classes], f"{where}: {classes}") if classes else None,
        slots.others,
    )


def _arrays_of(files: list[Path]) -> dict[str, npt.NDArray[np.generic]]:
    """Return the only array of each file, by the words that distinguish the names of the files."""
    arrays = {}
    paths = {file.name: file for file in files}
    for words, name in distinguishing_words(paths).items():
        found = _load(paths[name])
        if len(found) != 1:
            raise UserError(
                f"dataset.path: {shown(paths[name])} holds {len(found)} arrays; in a folder, each file must hold one"
            )
        arrays[words] = next(iter(found.values()))
    return arrays


def _load(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    damaged = f"dataset.path: {shown(path)} is damaged or not a file of NumPy arrays"
    with reading(damaged):
        if path.suffix.lower() == ".npy":
            return {"array": np.load(path, allow_pickle=False)}
        with zipfile.ZipFile(path) as archive:
            names = [info.filename.removesuffix(".npy") for info in archive.infolist()]
            unpacked = sum(info.file_size for info in archive.infolist())
        if unpacked > (available := psutil.virtual_memory().available):
            raise ValueError(f"it needs {unpacked / 1e9:.1f} GB of memory, {available / 1e9:.1f} are available")
        if repeated := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"it holds {repeated[0]} twice")
        with np.load(path, allow_pickle=False) as file:
            return {name: _array(file[name], name) for name in file.files}


def _array(content: object, name: str) -> npt.NDArray[np.generic]:
    """Return a member of an `.npz` file, which NumPy returns as bytes if it is no array."""
    if not isinstance(content, np.ndarray):
        raise TypeError(f"{name} is not an array")
    return content
