"""What the system refused: no space, no permission, too many files. Said in one line, with the path and what to do.

Libraries hide such an error behind one of their own, or forget the path, so the whole chain of errors is searched.
"""

import errno
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

_SPACE = "no space is left there; free some, or take another disk"
_QUOTA = "your disk quota is used up; remove files, or ask for more"
_READ_ONLY = "this file system is read-only; work in a folder that you can write to"
_PERMISSION = "you have no permission for this; ask its owner for it, or work in a folder of your own"
_TOO_LARGE = "the file grows beyond the largest size that is allowed here (`ulimit -f`, or the file system's limit)"
_TOO_MANY = "too many files are open at once; raise the limit with `ulimit -n`, or run fewer jobs at a time"
_NO_LOCKS = "this file system gives no locks; ask who runs it for them, or work on another disk"
_DEVICE = "the disk reports an error; check it, and the connection to it"

FULL = {errno.ENOSPC: _SPACE, errno.EDQUOT: _QUOTA, errno.EFBIG: _TOO_LARGE}
"""Errors of a disk that can take no more."""

NEVER_DAMAGE = {
    **FULL,
    errno.EROFS: _READ_ONLY,
    errno.EMFILE: _TOO_MANY,
    errno.ENFILE: _TOO_MANY,
    errno.ENOLCK: _NO_LOCKS,
}
"""Errors that say nothing about the file that is read while they occur."""

_OF_A_PATH = {errno.EACCES: _PERMISSION, errno.EPERM: _PERMISSION, errno.EIO: _DEVICE}
"""Errors that others than disks can have, too."""

# These have no number. NumPy counts what was written, and leaves out why the rest was not.
_CUT_SHORT = re.compile(r"\d+ requested and \d+ written")
_NO_TEMPORARY_FOLDER = re.compile(r"No usable temporary directory found in \[(.*)\]")


def system_problem(error: BaseException, path: Path | None = None) -> str | None:
    """Return in one line what the system refused, where, and what to do; None if `error` has another cause.

    Args:
        error: the error, and those that led to it.
        path: what was written, for errors that do not say it.
    """
    for cause in _chain(error):
        if isinstance(cause, OSError):
            known = {**NEVER_DAMAGE, **_OF_A_PATH} if path or cause.filename else NEVER_DAMAGE
            if (number := _number(cause)) in known:
                return f"{_place(cause, path)}: {known[number]}"
            if found := _NO_TEMPORARY_FOLDER.search(str(cause)):
                return f"{found[1]}: none of these folders takes temporary files; let TMPDIR name one that does"
    return None


def is_full(error: BaseException) -> bool:
    """Say whether `error` means that a disk can take no more."""
    return any(isinstance(cause, OSError) and _number(cause) in FULL for cause in _chain(error))


def is_never_damage(error: BaseException) -> bool:
    """Say whether `error` tells nothing of the file that was being read, such as a full disk for what is unpacked."""
    return any(isinstance(cause, OSError) and _number(cause) in NEVER_DAMAGE for cause in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield `error` and what led to it, each once."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _number(error: OSError) -> int | None:
    return errno.ENOSPC if error.errno is None and _CUT_SHORT.search(str(error)) else error.errno


def _place(error: OSError, path: Path | None) -> str:
    """Return what could not be written; where nobody knows it, the folders that jobs write to."""
    # A file descriptor is a number, which says nothing to a user.
    named = Path(os.fsdecode(error.filename)) if isinstance(error.filename, str | bytes | os.PathLike) else None
    if named is None and path is None:
        return " or ".join(dict.fromkeys(str(Path(folder).absolute()) for folder in ("results", _temporary_folder())))
    # What lies beside `path`, or within it, is a temporary file on the way to it.
    return str(named if named and not (path and named.absolute().is_relative_to(path.absolute().parent)) else path)


def _temporary_folder() -> str:
    try:
        return tempfile.gettempdir()
    except OSError:
        return "/tmp"
