"""A download is whole and checked, or not there."""

import hashlib
import threading
from collections import namedtuple
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cnnbench.data import download as download_module
from cnnbench.data.download import download, fetch
from cnnbench.errors import UserError

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves one file; breaks off after `broken_after` bytes as long as that is set."""

    broken_after: int | None = None
    requests = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/gzip.zip"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()

    def do_GET(self) -> None:
        self.server.requests += 1
        self.do_HEAD()
        self.wfile.write(CONTENT[: self.server.broken_after])

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_file_is_downloaded_once(server: Server, tmp_path: Path) -> None:
    first = download(server.url, SHA256, tmp_path)
    assert first.read_bytes() == CONTENT
    assert download(server.url, SHA256, tmp_path) == first
    assert server.requests == 1


def test_transfer_that_breaks_off_leaves_nothing_and_the_next_starts_anew(server: Server, tmp_path: Path) -> None:
    server.broken_after = len(CONTENT) // 2
    with pytest.raises(UserError, match=r"cannot be downloaded|is damaged or another file"):
        download(server.url, SHA256, tmp_path)
    assert list(tmp_path.iterdir()) == []
    server.broken_after = None
    assert download(server.url, SHA256, tmp_path).read_bytes() == CONTENT


def test_file_with_another_checksum_is_refused_with_both_sums(server: Server, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        download(server.url, "0" * 64, tmp_path)
    assert "0" * 64 in str(caught.value)
    assert SHA256 in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_downloaded_file_that_was_damaged_later_is_set_aside(server: Server, tmp_path: Path) -> None:
    path = download(server.url, SHA256, tmp_path)
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(UserError, match=f"is damaged: expected sha256 {SHA256}, found [0-9a-f]{{64}}"):
        download(server.url, SHA256, tmp_path)
    assert not path.exists()
    assert path.with_name(f"{path.name}.damaged").read_bytes() == CONTENT[:-1]
    assert download(server.url, SHA256, tmp_path).read_bytes() == CONTENT


def test_full_disk_is_noticed_before_the_transfer(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")(1, 1, len(CONTENT))
    monkeypatch.setattr(download_module.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(UserError, match=r"has 1 MB free, but the download of .* needs 101"):
        download(server.url, SHA256, tmp_path)
    assert server.requests == 0


def test_no_server_is_one_message(server: Server, tmp_path: Path) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(UserError, match=r"cannot be downloaded: .*; name a copy in dataset\.archive"):
        download(server.url, SHA256, tmp_path)


def test_users_own_file_is_checked_but_never_moved(tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    path.write_bytes(CONTENT)
    assert fetch(str(path), SHA256, tmp_path / "downloads") == path
    with pytest.raises(UserError, match=f"expected SHA-256 0{{64}}, found {SHA256}"):
        fetch(str(path), "0" * 64, tmp_path / "downloads")
    assert [child.name for child in tmp_path.iterdir()] == ["mine.zip"]
