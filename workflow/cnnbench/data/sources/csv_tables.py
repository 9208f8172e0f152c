"""Tables of pixels: a label and the pixels of an image in each row, as in the CSV edition of EMNIST."""

import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from cnnbench.data.sources.files import files_of, part_files
from cnnbench.data.sources.names import FILE_SUFFIXES, LABEL_COLUMNS, PartName, shown
from cnnbench.data.sources.raw_images import RawArrays
from cnnbench.errors import reading

ROWS_AT_ONCE = 10_000
ENCODING = "utf-8-sig"


def read_csv(path: Path) -> RawArrays:
    """Return the images of a CSV file, or of a folder with one or more for each part.

    Raises:
        UserError: a file is damaged, or its columns are not a label and pixels.
    """
    files = files_of(path, FILE_SUFFIXES["csv"])
    parts: dict[PartName, list[Path]] = part_files(files) if path.is_dir() else {"train": files}
    tables = {part: [read_pixel_table(file, "dataset.path") for file in found] for part, found in parts.items()}
    return RawArrays(
        {part: np.concatenate([pixels for pixels, _ in found]) for part, found in tables.items()},
        {part: np.concatenate([labels for _, labels in found]) for part, found in tables.items()},
        files,
    )


def read_pixel_table(path: Path, key: str) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.generic]]:
    """Return the pixels (n, pixels) and the labels (n,) of a CSV file with a label and pixels in each row.

    The label is in the column called so, or in the first one.

    Raises:
        UserError: the file, named by the config's `key`, is damaged or has other columns.
    """
    where = f"{key}: {shown(path)}"
    with (
        reading(f"{where} is damaged or not a CSV file with a label and pixels in each row"),
        warnings.catch_warnings(),
    ):
        # Of a row that is too long, pandas only warns.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        names = _header(path)
        label = _label_column(names)
        chunks = pd.read_csv(
            path,
            header=0 if names else None,
            chunksize=ROWS_AT_ONCE,
            encoding=ENCODING,
            index_col=False,
            na_filter=False,
        )
        pieces = [_pixels_and_labels(chunk, label) for chunk in chunks]
        return np.concatenate([pixels for pixels, _ in pieces]), np.concatenate([labels for _, labels in pieces])


def _pixels_and_labels(rows: pd.DataFrame, label: int) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.generic]]:
    pixels = rows.drop(columns=rows.columns[label]).to_numpy()
    if pixels.dtype.kind not in "biuf":
        raise ValueError("some pixels are not numbers, or are missing")
    # Kept as bytes where they are bytes: a large dataset would take eight times the memory.
    if pixels.dtype.kind == "i" and pixels.size and pixels.min() >= 0 and pixels.max() <= 255:
        pixels = pixels.astype(np.uint8)
    labels = rows.iloc[:, label]
    return pixels, labels.to_numpy(dtype=np.str_) if labels.dtype.kind not in "biuf" else labels.to_numpy()


def _header(path: Path) -> list[str]:
    """Return the names of the columns; none if the first row is one of numbers."""
    first = pd.read_csv(path, header=None, nrows=1, dtype=str, encoding=ENCODING, na_filter=False).iloc[0].tolist()
    if first == [str(number) for number in range(len(first))]:
        raise ValueError("its columns are numbered, so it is not clear which one is the label; call that one label")
    words = [cell for cell in first if not _is_number(cell)]
    # A row of pixels has no words, apart from its label.
    return first if len(words) > 1 or any(word.strip().casefold() in LABEL_COLUMNS for word in words) else []


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _label_column(names: list[str]) -> int:
    found = [place for place, name in enumerate(names) if name.strip().casefold() in LABEL_COLUMNS]
    if len(found) > 1 or (names and not found):
        raise ValueError(
            f"one column must be called {', '.join(LABEL_COLUMNS[:-1])} or {LABEL_COLUMNS[-1]}, found {len(found)}"
        )
    return found[0] if found else 0
