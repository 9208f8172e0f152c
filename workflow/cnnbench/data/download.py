"""Downloading an archive: whole and checked, or not at all."""

import hashlib
import re
import sys
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock

from cnnbench.data.source_identity import is_url
from cnnbench.data.sources.emnist_archive import MD5, URL
from cnnbench.data.transfer import transfer
from cnnbench.errors import UserError, one_line, reading


def fetch(archives: Sequence[str], sha256: str | None, folder: Path) -> Path:
    """Return the first of `archives` that can be had, as a file; what was wrong with those before it is printed.

    Args:
        archives: paths and URLs, in the order in which they are tried. A user's own file is never moved or changed.
        sha256: the expected SHA-256; not needed for the official archive. Without it, a download must be a whole zip
            archive.
        folder: where downloads are kept.

    Raises:
        UserError: none of them can be had; the message says what is wrong with each.
    """
    problems: list[str] = []
    for archive in archives:
        try:
            found = _download(archive, sha256, folder) if is_url(archive) else _own_file(archive, sha256)
        except UserError as error:
            problems.append(one_line(error))
            continue
        _say(f"Passed over in dataset.archive: {problem}" for problem in problems)
        return found
    raise UserError(f"{'; '.join(problems)}; name another mirror, or a copy on this machine, in dataset.archive")


def _say(lines: Iterable[str]) -> None:
    """Print to standard error, which shows what the terminal has no characters for in another way."""
    for line in lines:
        print(line, file=sys.stderr)


def _own_file(archive: str, sha256: str | None) -> Path:
    path = Path(archive)
    with reading(f"{archive} cannot be read"):
        if not path.exists():
            raise UserError(f"{archive} does not exist")
        if sha256 is not None and (fault := _checksum_fault(path, "sha256", sha256)):
            raise UserError(f"{archive} is {fault}")
        # Damage inside is for the reader to judge: it may lie in a member that is not needed.
        if path.suffix.lower() == ".zip" and path.is_file() and not zipfile.is_zipfile(path):
            raise UserError(f"{archive} is {_fault(path, None)}")
    return path


def _download(url: str, sha256: str | None, folder: Path) -> Path:
    """Return the archive at `url` as a file in `folder`, downloading it unless a sound copy is there already.

    What proves damaged, there or after the transfer, is set aside as `….damaged` and fetched again once.
    """
    checksum = ("md5", MD5) if url == URL else ("sha256", sha256) if sha256 else None
    target = folder / _file_name(url)
    aside = target.with_name(f"{target.name}.damaged")
    # A name of its own for each process: not every file system has locks.
    part = target.with_name(f"{target.name}.{uuid.uuid4().hex[:12]}.part")
    with reading(f"{url} cannot be downloaded into {folder}"), _one_at_a_time(target.with_name(f".{target.name}.lock")):
        candidate = target if target.exists() else part
        for _ in range(2):
            try:
                if candidate == part:
                    transfer(url, part)
                if not (fault := _fault(candidate, checksum)):
                    return candidate.replace(target)
                with suppress(FileNotFoundError):  # Another process was faster.
                    candidate.replace(aside)
            finally:
                part.unlink(missing_ok=True)
            _say([f"The copy of {url} in {folder} is {fault}; set aside as {aside.name}"])
            candidate = part
    raise UserError(f"the copy of {url} is {fault}, also after it was fetched again; it lies in {aside}")


def _file_name(url: str) -> str:
    """Return a file name for the download of `url`, safe on any file system; the hash keeps mirrors apart."""
    last = re.split("[?#]", url)[0].rpartition("/")[2]
    readable = re.sub(r"[^\w.-]", "_", last, flags=re.ASCII)[-100:]
    return f"{hashlib.sha256(url.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}-{readable}"


@contextmanager
def _one_at_a_time(lock: Path) -> Iterator[None]:
    """Wait until no other process is in here, so that several jobs that need the same file download it once."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        # Without locks, or in a folder that is only read, each process works for itself.
        with suppress(OSError, NotImplementedError):
            stack.enter_context(FileLock(lock))
        yield


def _fault(path: Path, checksum: tuple[str, str] | None) -> str:
    """Return what is wrong with the file `path`, which should have `checksum` or else be a whole zip archive; or ""."""
    fault = _checksum_fault(path, *checksum) if checksum else _zip_fault(path)
    return fault and (_html_page(path) or fault)


def _checksum_fault(path: Path, algorithm: str, expected: str) -> str:
    with path.open("rb") as file:
        # Machines in FIPS mode have MD5 only for what is no matter of security.
        found = hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
    return "" if found == expected else f"damaged or another file: expected {algorithm} {expected}, found {found}"


def _zip_fault(path: Path) -> str:
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                member = archive.testzip()
        except RuntimeError:
            return ""  # Encrypted, or packed in a way that Python cannot read: another copy would be the same.
        except Exception as error:  # zipfile and its decompressors raise whatever damage leads them to.
            return f"damaged or not a zip archive ({path.stat().st_size:,} bytes): {one_line(error)}"
    return "" if member is None else f"damaged: the CRC-32 of its file {member!r} differs"


def _html_page(path: Path) -> str:
    """Return a description of the HTML page that `path` is, with its title; "" if it is none."""
    with path.open("rb") as file:
        beginning = file.read(4096).decode(errors="replace").lstrip("\ufeff \t\r\n")
    if not (beginning.startswith("<") and re.search("<!doctype html|<html", beginning, re.IGNORECASE)):
        return ""
    title = re.search(r"<title[^>]*>\s*([^<\x00-\x1f]{1,60})", beginning, re.IGNORECASE)
    return f"an HTML page{f', “{title[1].strip()}”,' if title else ''} and no zip archive"
