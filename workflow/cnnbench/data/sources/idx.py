"""IDX, the file format of MNIST and EMNIST: big-endian magic number, sizes, then one byte per value."""

import gzip
import math
import struct
from typing import IO

import numpy as np
import numpy.typing as npt

from cnnbench.data.sources.archive import MOST_BYTES

IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801
BYTES_AT_ONCE = 2**24


def read_idx(file: IO[bytes], dimensions: int) -> npt.NDArray[np.uint8]:
    """Return the values of an IDX file of unsigned bytes, as stored; a gzipped one is unpacked.

    Nothing is unpacked beyond what the header announces.

    Args:
        file: the open file.
        dimensions: 3 for images (n, rows, columns), 1 for labels (n,).

    Raises:
        ValueError: it has another format, or not as many values as it announces; a damaged gzip file raises others.
    """
    start = file.read(2)
    file.seek(0)
    # Told by its content, because the suffix is lost where a browser unpacks what it downloads.
    if start == b"\x1f\x8b":
        with gzip.GzipFile(fileobj=file) as unpacked:
            return _read(unpacked, dimensions)
    return _read(file, dimensions)


def write_idx(array: npt.NDArray[np.uint8], level: int = 9) -> bytes:
    """Return labels (n,) or images (n, rows, columns) as a gzipped IDX file; the same array gives the same bytes."""
    return gzip.compress(idx_header(array) + array.tobytes(), level, mtime=0)


def idx_header(array: npt.NDArray[np.uint8]) -> bytes:
    """Return the magic number and the sizes of labels (n,) or images (n, rows, columns)."""
    return struct.pack(f">{1 + array.ndim}I", _magic(array.ndim), *array.shape)


def _magic(dimensions: int) -> int:
    return LABELS_MAGIC if dimensions == 1 else IMAGES_MAGIC


def _read(file: IO[bytes] | gzip.GzipFile, dimensions: int) -> npt.NDArray[np.uint8]:
    size = 4 * (1 + dimensions)
    header = file.read(size)
    if len(header) < size:
        raise ValueError(f"an IDX file starts with {size} bytes, found {len(header)}")
    found, *shape = struct.unpack(f">{1 + dimensions}I", header)
    if found != (magic := _magic(dimensions)):
        raise ValueError(f"expected the magic number {magic:#010x}, found {found:#010x}")
    sizes = " x ".join(map(str, shape))
    announced = math.prod(shape)
    if not 0 < announced <= MOST_BYTES:
        raise ValueError(f"its header announces {sizes} values; allowed: 1 to {MOST_BYTES:,}")
    # In pieces: memory is taken for what is there, not for what a damaged header announces.
    content = bytearray()
    while piece := file.read(min(BYTES_AT_ONCE, announced + 1 - len(content))):
        content += piece
    if len(content) != announced:
        more = "more" if len(content) > announced else f"{len(content):,}"
        raise ValueError(f"its header announces {sizes} values, found {more}")
    return np.frombuffer(content, np.uint8).reshape(shape)
