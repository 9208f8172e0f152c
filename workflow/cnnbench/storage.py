"""Whether there is room for what is to be written, and permission, asked before the work that leads to it."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cnnbench.errors import UserError, writing

RESERVE = 2**20
"""Bytes for the small files beside those that are counted."""

_TRIAL = b"\0" * 2**16


def require_space(folder: Path, needed: int, what: str) -> None:
    """Refuse to start what will not fit.

    Args:
        folder: where it will be written; it need not be there yet.
        needed: how many bytes will be written.
        what: what is to be written, for the message: `the dataset`.

    Raises:
        UserError: naming the folder, what is needed and what is free.
    """
    free = free_space(folder)
    if free < needed + RESERVE:
        raise UserError(
            f"{folder}: {what} needs {shown_bytes(needed + RESERVE)} of disk space, but {shown_bytes(free)} are free;"
            " free some space, or work on another disk"
        )


def free_space(folder: Path) -> int:
    """Return how many bytes are free for `folder`, which need not be there yet."""
    return shutil.disk_usage(_existing(folder)).free


def require_writable(folder: Path) -> None:
    """Refuse a folder in which no file can be made, or for whose files there is no room.

    Args:
        folder: it need not be there yet.

    Raises:
        UserError: naming the folder, and what to do.
    """
    existing = _existing(folder)
    with writing(existing), tempfile.TemporaryFile(dir=existing) as file:
        file.write(_TRIAL)
        file.flush()


def require_working_folders(environment: Mapping[str, str]) -> None:
    """Refuse to start where results, Snakemake's notes or temporary files could not be written.

    Snakemake would find out only after it has planned, or in the middle of its work, and with a traceback.

    Args:
        environment: the variables of the environment, some of which name folders for temporary files.

    Raises:
        UserError: naming the folder, and what to do.
    """
    for name in ("results", ".snakemake", "resources"):
        folder = Path(name)
        require_writable(folder)
        for inner in folder.iterdir() if folder.is_dir() else ():
            if inner.is_dir():
                require_writable(inner)
    for name in ("TMPDIR", "TEMP", "TMP"):
        # A folder that is not there is passed over for the system's own.
        if (folder := Path(environment.get(name) or tempfile.gettempdir())).is_dir():
            _require_writable_or(folder, f"let {name} name another folder for temporary files")


def require_cache(environment: Mapping[str, str]) -> None:
    """Refuse to start Snakemake where it cannot keep its cache, which it does before it reads the Snakefile.

    Args:
        environment: the variables of the environment, which may name the folder.

    Raises:
        UserError: naming the folder, and what to do.
    """
    # On macOS it is another folder in the home directory.
    cache = Path(environment.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    _require_writable_or(cache, "let XDG_CACHE_HOME name another folder for caches")


def _require_writable_or(folder: Path, advice: str) -> None:
    try:
        require_writable(folder)
    except UserError as error:
        raise UserError(f"{error}; {advice}") from None


def shown_bytes(count: int) -> str:
    """Return a number of bytes as a reader would say it: `1.5 GB`."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count} bytes"


def _existing(folder: Path) -> Path:
    """Return `folder` or the first folder above it that is there.

    Raises:
        UserError: what is there is no folder.
    """
    found = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    if not found.is_dir():
        raise UserError(f"{folder}: a folder is needed here, but {found} is a file; move it away")
    return found
