"""Whether images and labels are those of the official EMNIST archive, whatever files they came in.

Only the gzipped files of the official archive have known checksums. They are what Python's `gzip` makes of the IDX
files at its highest level, with the file's name and the second in which it was written. For the labels of five splits
and the test images of three, that second was found by trying: the archive was written on 17 February 2017 within
minutes, split by split. So values are official if packing them so, in one of the seconds of their split, gives the
official checksum.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from cnnbench.data.sources.emnist_archive import SIZES, official_members, split_files
from cnnbench.data.sources.idx import idx_header
from cnnbench.data.sources.names import PartName

_END = 1487374642
"""When the last file was written, 23:37:22 UTC, in seconds since 1970."""

WRITTEN: Mapping[str, range] = {
    "balanced": range(_END - 600, _END - 482),
    "byclass": range(_END - 483, _END - 299),
    "bymerge": range(_END - 300, _END - 113),
    "digits": range(_END - 114, _END - 49),
    "letters": range(_END - 50, _END + 1),
    "mnist": range(_END - 50, _END + 1),
}
"""The seconds in which the files of each split may have been written."""


Values = npt.NDArray[np.uint8]


def are_official(values: Mapping[PartName, tuple[Values, Values]], split: str) -> bool:
    """Say whether images (n, 28, 28), transposed as they are stored, and labels (n,) of both parts are official.

    They are compared only where their numbers are the official ones; for the largest splits, that takes minutes.
    """
    files = split_files(split)[0]
    counts = tuple(len(labels) for _, labels in values.values())
    if (SIZES[split][1:]) != counts:
        return False
    # Labels first: they are small, and in another order they are not the official ones.
    names = [(files.train[1], values["train"][1]), (files.test[1], values["test"][1])]
    names += [(files.test[0], values["test"][0]), (files.train[0], values["train"][0])]
    return all(_is_official(name, array, WRITTEN[split]) for name, array in names)


def _is_official(name: str, values: npt.NDArray[np.uint8], written: range) -> bool:
    official = official_members()[name]
    return any(digest == official.sha256 for digest in _checksums(name, values, written, official.bytes))


def _checksums(name: str, values: npt.NDArray[np.uint8], written: range, size: int) -> Iterator[str]:
    """Yield the SHA-256 of the gzip file of `values`, written in each second; none if its size is not `size`."""
    content = idx_header(values) + values.tobytes()
    packer = zlib.compressobj(zlib.Z_BEST_COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
    trailer = struct.pack("<2I", zlib.crc32(content), len(content))
    # RFC 1952: after the time come the level and the system, which Python says is unknown; then the name.
    body = b"\x02\xff" + name.removesuffix(".gz").encode() + b"\0" + packer.compress(content) + packer.flush() + trailer
    if len(body) + 8 == size:
        for second in written:
            digest = hashlib.sha256(b"\x1f\x8b\x08\x08" + struct.pack("<I", second))
            digest.update(body)
            yield digest.hexdigest()
