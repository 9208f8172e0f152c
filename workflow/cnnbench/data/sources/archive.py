"""The files of an archive: a zip file, or a folder into which one was unpacked.

This runs at every start of the workflow, so no heavy library is imported, and no file is read whole.
"""

import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cnnbench.data.sources.names import is_ignored, shown
from cnnbench.errors import UserError, reading, writing

MOST_BYTES = 2**32
"""Files that claim to be larger are refused; EMNIST's largest has 0.55 GB."""


@dataclass(frozen=True)
class Entry:
    """A file in an archive."""

    place: str
    """Its name with all folders, as the archive has it."""
    bytes: int
    """Its size."""
    state: str
    """A text that differs when its content differs: a checksum, or in a folder the time of the last change."""


@dataclass(frozen=True)
class Archive:
    """The files of an archive by their names without folders."""

    path: Path
    entries: dict[str, Entry]
    twins: dict[str, Entry]
    """Second files of the same name, in another folder."""

    def refuse_unusable(self, names: Iterable[str], key: str) -> None:
        """Refuse files of these names that are there twice or are too large.

        Raises:
            UserError: naming the config's `key` and the file.
        """
        for name in names:
            entry = self.entries[name]
            if twin := self.twins.get(name):
                raise UserError(
                    f"{key}: {shown(self.path)} holds both {shown(entry.place)} and {shown(twin.place)}; leave one out"
                )
            if entry.bytes > MOST_BYTES:
                raise UserError(
                    f"{key}: {shown(self.path)}: {shown(entry.place)} claims to hold {entry.bytes:,} bytes; allowed are"
                    f" {MOST_BYTES:,}"
                )

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file of the archive for reading; errors while it is open are said to be damage of the file.

        Raises:
            UserError: the file is damaged, encrypted, or packed in a way that is not supported.
        """
        place = self.entries[name].place
        with reading(
            f"{shown(self.path)}: {shown(place)} is damaged or cannot be read", "get another copy of the archive"
        ):
            if self.path.is_dir():
                with (self.path / place).open("rb") as file:
                    yield file
            else:
                with zipfile.ZipFile(self.path) as archive, archive.open(place) as file:
                    yield file

    @contextmanager
    def as_file(self, name: str) -> Iterator[Path]:
        """Provide a file of the archive for a reader that needs a path; unpacked, it is deleted afterwards."""
        with self.open(name) as file, tempfile.TemporaryDirectory() as folder:
            path = self.path / self.entries[name].place
            if not self.path.is_dir():
                path = Path(folder, name)
                with writing(path), path.open("wb") as unpacked:
                    shutil.copyfileobj(file, unpacked)
            yield path


def list_archive(path: Path, key: str) -> Archive:
    """Return the files of a zip file or a folder.

    Files in folders of any depth count; hidden ones, and what file managers leave behind, do not.

    Args:
        path: the zip file or folder.
        key: the config's key that names it, for messages.

    Raises:
        UserError: there is no such file, or it is damaged or no zip file.
    """
    if not (path.is_file() or path.is_dir()):  # a device has no end
        raise UserError(f"{key}: there is no file {shown(path)}")
    entries: dict[str, Entry] = {}
    twins: dict[str, Entry] = {}
    for entry in _entries_of_folder(path) if path.is_dir() else _entries_of_zip(path, key):
        parts = re.split(r"[\\/]", entry.place)
        if any(is_ignored(part) for part in parts):
            continue
        if entries.setdefault(parts[-1], entry) is not entry:
            twins[parts[-1]] = entry
    return Archive(path, entries, twins)


def _entries_of_zip(path: Path, key: str) -> list[Entry]:
    size = f"{path.stat().st_size:,} bytes"
    with reading(f"{key}: {shown(path)} ({size}) is damaged or not a zip archive"), zipfile.ZipFile(path) as archive:
        return [
            Entry(info.filename, info.file_size, f"{info.CRC:08x}")
            for info in archive.infolist()
            if not info.filename.endswith(("/", "\\"))
        ]


def _entries_of_folder(path: Path) -> Iterator[Entry]:
    visited: set[str] = set()
    for folder, folders, files in os.walk(path, followlinks=True):
        real = os.path.realpath(folder)
        # A link to a folder above would be followed for ever.
        folders[:] = [] if real in visited else [name for name in folders if not is_ignored(name)]
        if real in visited:
            continue
        visited.add(real)
        for name in files:
            file = Path(folder, name)
            if file.is_file():
                stat = file.stat()
                yield Entry(str(file.relative_to(path)), stat.st_size, str(stat.st_mtime_ns))
