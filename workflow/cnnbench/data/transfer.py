"""Transferring one file from a web server: resumed where it breaks off, and bounded."""

import shutil
import time
from pathlib import Path
from typing import BinaryIO

import requests
from tqdm import tqdm

from cnnbench.errors import UserError, writing

LIMIT_BYTES = 4_000_000_000
"""The most that is downloaded: several times the official archive."""
MARGIN_BYTES = 100_000_000
"""Free space to leave on the disk."""
CHUNK_BYTES = 1 << 16
TIMEOUT_SECONDS = (10, 60)
"""For the connection, and for each part of the answer."""
ATTEMPTS = 5
"""How often a transfer that breaks off is taken up again, the first time included."""
WAIT_SECONDS = 2.0


def transfer(url: str, path: Path) -> None:
    """Write what is at `url` to the new file `path`.

    A transfer that breaks off goes on where it was, or starts again if the server cannot do that.

    Raises:
        UserError: it is larger than `LIMIT_BYTES`, or than the disk has room for.
        requests.RequestException: it cannot be had. Other errors of requests and of the file system pass, too.
    """
    version = None
    with requests.Session() as session, path.open("xb") as file:
        for attempt in range(1, ATTEMPTS + 1):
            start = file.tell()
            # Compressed by the server, the bytes on the disk would not tell where to go on.
            headers = {"Accept-Encoding": "identity"}
            if start and version:
                headers |= {"Range": f"bytes={start}-", "If-Range": version}
            try:
                with session.get(url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS) as response:
                    version = _version(response)
                    _append(response, file, url, path.parent)
                return
            except requests.RequestException:
                never_began = not (start or file.tell())
                if never_began or attempt == ATTEMPTS:
                    raise
                time.sleep(attempt * WAIT_SECONDS)


def _version(response: requests.Response) -> str | None:
    """Return what tells the server which version of the file a part is of; a weak tag may not be used for that."""
    tag = response.headers.get("ETag", "W/")
    return response.headers.get("Last-Modified") if tag.startswith("W/") else tag


def _append(response: requests.Response, file: BinaryIO, url: str, folder: Path) -> None:
    """Write the response's body behind what is in `file`, or in place of it if the server starts from the beginning."""
    response.raise_for_status()
    goes_on = response.headers.get("Content-Range", "").startswith(f"bytes {file.tell()}-")
    if response.status_code != requests.codes.partial_content or not goes_on:
        file.seek(0)
        file.truncate()
    start = file.tell()
    length = response.headers.get("Content-Length", "")
    announced = int(length) if length.isdecimal() else 0
    _refuse_too_large(url, start + announced, announced, folder)
    with tqdm(total=start + announced or None, initial=start, unit="B", unit_scale=True, mininterval=1) as progress:
        for chunk in response.iter_content(CHUNK_BYTES):
            # A server may announce nothing, or less than it sends.
            _refuse_too_large(url, file.tell() + len(chunk), len(chunk), folder)
            with writing(folder):
                file.write(chunk)
            progress.update(len(chunk))


def _refuse_too_large(url: str, total: int, missing: int, folder: Path) -> None:
    if total > LIMIT_BYTES:
        raise UserError(f"{url} has more than {LIMIT_BYTES:,} bytes, the most that is downloaded")
    if (free := shutil.disk_usage(folder).free) < (needed := missing + MARGIN_BYTES):
        raise UserError(
            f"{folder.resolve()} has {free / 1e6:,.0f} MB free, but the download of {url} needs {needed / 1e6:,.0f}"
        )
