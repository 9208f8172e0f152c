"""Tables of pictures in Parquet files, as Hugging Face exports its datasets."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from cnnbench.data.sources.files import files_of, part_files
from cnnbench.data.sources.names import FILE_SUFFIXES, LABEL_COLUMNS, PartName, listed, shown
from cnnbench.data.sources.pictures import PictureSource, read_pictures
from cnnbench.data.sources.raw_images import RawImages
from cnnbench.errors import UserError, reading
from cnnbench.study.dataset import Fit


def read_parquet(path: Path, size: int, fit: Fit) -> RawImages:
    """Return the pictures of a Parquet file, or of a folder with one or more for each part.

    Raises:
        UserError: a file is damaged, or its columns are not one of pictures and one of labels.
    """
    files = files_of(path, FILE_SUFFIXES["parquet"])
    parts: dict[PartName, list[Path]] = part_files(files) if path.is_dir() else {"train": files}
    tables = {part: pa.concat_tables([_read(file) for file in found]) for part, found in parts.items()}
    where = f"dataset.path: {shown(path)}"
    pictures = [
        picture for part, table in tables.items() for picture in _pictures(table["picture"], f"{path}, {part} part")
    ]
    if not pictures:
        raise UserError(f"{where} has no rows")
    images, facts = read_pictures(pictures, size, fit)
    ends = np.cumsum([len(table) for table in tables.values()])[:-1]
    labels = {part: _labels(table["label"], where) for part, table in tables.items()}
    names = _class_names(next(iter(tables.values())).schema)
    return RawImages(dict(zip(tables, np.split(images, ends), strict=True)), labels, files, names, facts)


def _read(file: Path) -> pa.Table:
    """Return the two columns of a Parquet file, as `picture` and `label`."""
    with reading(f"dataset.path: {shown(file)} is damaged or not a Parquet file"):
        table = pa.parquet.read_table(file)
    pictures = [field.name for field in table.schema if _holds_pictures(field.type)]
    labels = [name for name in table.column_names if name.casefold() in LABEL_COLUMNS]
    if len(pictures) != 1 or len(labels) != 1:
        raise UserError(
            f"dataset.path: {shown(file)} must have one column of pictures (bytes, or a struct with bytes) and one"
            f" called {', '.join(LABEL_COLUMNS)}; found {listed(table.column_names)}"
        )
    renamed = pa.table({"picture": table[pictures[0]], "label": table[labels[0]]})
    metadata = {b"label": labels[0].encode(), **(table.schema.metadata or {})}
    return renamed.replace_schema_metadata(metadata)


def _holds_pictures(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return bool(kind.get_field_index("bytes") >= 0)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _pictures(column: pa.ChunkedArray, where: str) -> Iterator[PictureSource]:
    for row, cell in enumerate(column.to_pylist()):
        content = cell.get("bytes") if isinstance(cell, dict) else cell
        if not content:
            raise UserError(f"dataset.path: {shown(where)}, row {row}: the picture is missing")
        yield PictureSource(f"{where}, row {row}", content)


def _labels(column: pa.ChunkedArray, where: str) -> np.ndarray:
    if column.null_count:
        raise UserError(f"{where}: {column.null_count:,} labels are missing")
    return np.array(column.to_pylist())


def _class_names(schema: pa.Schema) -> list[str] | None:
    """Return the names of the classes that Hugging Face keeps beside the table; None if there are none."""
    metadata = schema.metadata or {}
    try:
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        names = features[metadata[b"label"].decode()]["names"]
    except (KeyError, ValueError, TypeError):
        return None
    return [str(name) for name in names]
