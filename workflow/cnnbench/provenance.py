"""Each table, figure and document of a study has a record: what it is, which code made it, and from what.

The record of `runs.csv` is `.records/runs.csv.json` in the same folder. Whoever reads the file compares it with its
record, and the workflow's plan compares the record with the present code and with what the file was made from. So
nothing damaged or out of date is believed, even where all times of files are lost.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cnnbench.errors import UserError
from cnnbench.files import checksum, read_json, reading_result, write_atomically, write_sealed_json

REMEDY = "remove it, and the next run of the workflow makes it anew"


@dataclass(frozen=True)
class Record:
    """What is known of a file that a job made."""

    bytes: int
    sha256: str
    code: str
    """What the job was identified by: its code, and settings that are no files."""
    made_from: dict[str, str]
    """Checksums of the results that the job had read, by their paths relative to the working directory."""


@dataclass(frozen=True)
class Job:
    """The work of one command."""

    code: str
    read: dict[str, str] = field(default_factory=dict)
    """Checksums of the results that were read so far, by path."""


_PRESENT: ContextVar[Job | None] = ContextVar("job", default=None)


@contextmanager
def job(code: str) -> Iterator[None]:
    """Let the files that are written in this context name `code`, and what was read in it before.

    Args:
        code: what `Record.code` is to be.
    """
    token = _PRESENT.set(Job(code))
    try:
        yield
    finally:
        _PRESENT.reset(token)


@contextmanager
def write_recorded(path: Path) -> Iterator[Path]:
    """Do what `write_atomically` does, and write the file's record."""
    with write_atomically(path) as temporary:
        yield temporary
    record(path)


def record(path: Path) -> None:
    """Write the record of the file `path`, which was just written."""
    present = _PRESENT.get() or Job("")
    content = Record(path.stat().st_size, checksum(path), present.code, dict(present.read))
    write_sealed_json(record_path(path), asdict(content))


def record_path(path: Path) -> Path:
    """Return where the record of the file `path` is."""
    return path.parent / ".records" / f"{path.name}.json"


def recorded_files(folder: Path) -> list[Path]:
    """Return the files in `folder`, at any depth, that have a record, whether they are there or not."""
    return sorted(record.parent.parent / record.stem for record in folder.rglob(".records/*.json"))


def read_record(path: Path) -> Record:
    """Return the record of the file `path`.

    Raises:
        UserError: there is none, or it is damaged; the message names the file.
    """
    if not record_path(path).is_file():
        raise UserError(f"{path}: there is no record of how this file was made; {REMEDY}")
    content = read_json(record_path(path))
    with reading_result(record_path(path)):
        return Record(**content)


def verified(path: Path) -> Path:
    """Return `path`, the file of which is what was written, and note that the present job reads it.

    Raises:
        UserError: the file is missing, damaged, or not the one that its record is of; the message names it.
    """
    with reading_result(path):
        found = checksum(path)
    if found != read_record(path).sha256:
        raise UserError(f"{path} is damaged, or was changed after the workflow had written it; {REMEDY}")
    _note(path, found)
    return path


def noted(path: Path) -> Path:
    """Return `path`, a small result that has a checksum of its own, and note that the present job reads it.

    Raises:
        UserError: the file is missing.
    """
    with reading_result(path):
        _note(path, checksum(path))
    return path


def _note(path: Path, found: str) -> None:
    present = _PRESENT.get()
    if present is not None:
        present.read[Path(os.path.relpath(path)).as_posix()] = found
