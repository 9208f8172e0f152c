"""IDX, the file format of MNIST and EMNIST: big-endian magic number, sizes, then one byte per value."""

import gzip
import struct
import zlib

import numpy as np
import numpy.typing as npt

from cnnbench.errors import UserError

IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801


def read_images(content: bytes, name: str) -> npt.NDArray[np.uint8]:
    """Return the images (n, rows, columns) of a gzipped IDX file, as stored.

    Raises:
        UserError: the file, called `name`, is damaged or has another format.
    """
    return _read(content, name, IMAGES_MAGIC, dimensions=3)


def read_labels(content: bytes, name: str) -> npt.NDArray[np.uint8]:
    """Return the labels (n,) of a gzipped IDX file.

    Raises:
        UserError: the file, called `name`, is damaged or has another format.
    """
    return _read(content, name, LABELS_MAGIC, dimensions=1)


def write(array: npt.NDArray[np.uint8]) -> bytes:
    """Return labels (n,) or images (n, rows, columns) as a gzipped IDX file; the same array gives the same bytes."""
    magic = LABELS_MAGIC if array.ndim == 1 else IMAGES_MAGIC
    header = struct.pack(f">{1 + array.ndim}I", magic, *array.shape)
    return gzip.compress(header + array.tobytes(), mtime=0)


def _read(content: bytes, name: str, magic: int, dimensions: int) -> npt.NDArray[np.uint8]:
    try:
        raw = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise UserError(f"{name} is damaged: {error}") from None
    header = 4 * (1 + dimensions)
    if len(raw) < header:
        raise UserError(f"{name} is damaged: an IDX file starts with {header} bytes, found {len(raw)}")
    found, *shape = struct.unpack_from(f">{1 + dimensions}I", raw)
    if found != magic:
        raise UserError(f"{name} is another kind of file: expected the magic number {magic:#010x}, found {found:#010x}")
    values = np.frombuffer(raw, np.uint8, offset=header)
    if values.size != np.prod(shape):
        sizes = " x ".join(map(str, shape))
        raise UserError(f"{name} is damaged: its header announces {sizes} values, found {values.size}")
    return values.reshape(shape)
