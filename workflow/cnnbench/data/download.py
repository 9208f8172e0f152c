"""Downloading an archive: whole and checked, or not at all."""

import hashlib
import shutil
import urllib.request
from pathlib import Path

import pooch

from cnnbench.data.emnist_archive import MD5, URL, official_members
from cnnbench.data.source_identity import is_url
from cnnbench.errors import UserError

MARGIN_BYTES = 100_000_000
"""Free space to leave on the disk."""


def fetch(archive: str, sha256: str | None, folder: Path) -> Path:
    """Return `archive`, a path or URL, as a file, checked against `sha256` if that is given.

    Raises:
        UserError: the file cannot be downloaded or has another checksum. A user's own file is never moved.
    """
    if is_url(archive):
        return download(archive, sha256, folder)
    if sha256 is not None and (found := pooch.file_hash(archive)) != sha256:
        raise UserError(
            f"dataset.archive: {archive} is damaged or another file: expected SHA-256 {sha256}, found {found}"
        )
    return Path(archive)


def download(url: str, sha256: str | None, folder: Path) -> Path:
    """Return the archive at `url` as a file in `folder`, downloading it unless it is there already.

    A transfer that breaks off leaves nothing behind; the next attempt starts over. Every call compares the checksum.

    Args:
        url: the archive's address.
        sha256: its expected SHA-256; not needed for the official archive.
        folder: where downloads are kept.

    Raises:
        UserError: not enough space on the disk, no connection, or another checksum than expected; a file that was
            there with another checksum is set aside as `….damaged`.
    """
    known_hash = f"md5:{MD5}" if url == URL else f"sha256:{sha256}" if sha256 else None
    target = folder / f"{hashlib.sha256(url.encode()).hexdigest()[:8]}-{Path(url).name}"
    if target.exists():
        _check(target, known_hash)
        return target
    folder.mkdir(parents=True, exist_ok=True)
    _refuse_full_disk(url, folder)
    # pooch writes to a temporary file beside the target, checks it, and only then moves it into place.
    try:
        pooch.retrieve(
            url, known_hash, fname=target.name, path=folder, downloader=pooch.HTTPDownloader(progressbar=True)
        )
    except ValueError as error:
        raise UserError(f"the download of {url} is damaged or another file: {_one_line(error)}") from None
    except OSError as error:
        raise UserError(f"{url} cannot be downloaded: {_one_line(error)}; name a copy in dataset.archive") from None
    return target


def _check(path: Path, known_hash: str | None) -> None:
    if known_hash is None:
        return
    algorithm, _, expected = known_hash.partition(":")
    found = pooch.file_hash(str(path), alg=algorithm)
    if found != expected:
        aside = path.with_name(f"{path.name}.damaged")
        path.replace(aside)
        raise UserError(
            f"{path} is damaged: expected {algorithm} {expected}, found {found}. It now lies in {aside};"
            " run the workflow again to download another copy"
        )


def _refuse_full_disk(url: str, folder: Path) -> None:
    needed = _size(url) + MARGIN_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise UserError(
            f"{folder.resolve()} has {free / 1e6:,.0f} MB free, but the download of {url} needs {needed / 1e6:,.0f}"
        )


def _size(url: str) -> int:
    """Return the size of the file at `url` in bytes; 0 if its server does not say."""
    if url == URL:
        return sum(member.bytes for member in official_members().values())
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=30) as response:
            return int(response.headers.get("Content-Length") or 0)
    except OSError:
        return 0  # the download itself will say what is wrong


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
