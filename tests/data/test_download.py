"""A download is whole and checked, or not there."""

import errno
import hashlib
import io
import threading
import time
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cnnbench.data import download, transfer
from cnnbench.data.download import fetch
from cnnbench.errors import UserError


def zip_of(content: bytes) -> bytes:
    """A zip archive of one file, not compressed, so that its bytes are found in the archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("letters.txt"), content)
    return file.getvalue()


ZIP = zip_of(bytes(range(256)) * 4000)
HALF = len(ZIP) // 2
SHA256 = hashlib.sha256(ZIP).hexdigest()
HTML = b"\n<!DOCTYPE html><html><head><title>\n Sign in &ndash; NIST </title></head><body>No.</body></html>"
TRUNCATED = ZIP[:-30]
CRC_DIFFERS = ZIP[:HALF] + bytes([ZIP[HALF] ^ 1]) + ZIP[HALF + 1 :]


class Server(ThreadingHTTPServer):
    """Answers the first request with the first of `answers` and so on, all further ones with the last."""

    daemon_threads = True
    answers: "list[Answer]"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.ranges: list[str | None] = []
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/gzip.zip"

    @property
    def requests(self) -> int:
        return len(self.ranges)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up are part of the tests."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        with self.server.lock:
            self.server.ranges.append(self.headers["Range"])
            answer = self.server.answers[min(self.server.requests, len(self.server.answers)) - 1]
        answer(self)

    def reply(self, status: int, body: bytes = b"", **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


Answer = Callable[[Handler], None]


def sends(content: bytes, status: int = 200, **headers: object) -> Answer:
    return lambda handler: handler.reply(status, content, **{"Content_Length": len(content), **headers})


def resumes(content: bytes, tag: str = '"1"', breaks_off_after: int | None = None) -> Answer:
    """Sends the part that is asked for, if it is of the version `tag`, else the whole; may break off."""

    def answer(handler: Handler) -> None:
        asked = handler.headers["Range"] if handler.headers["If-Range"] == tag else None
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        headers = {"Content_Length": len(content) - start, "ETag": tag}
        if asked:
            headers["Content_Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        handler.reply(206 if asked else 200, content[start:][:breaks_off_after], **headers)

    return answer


def endless(handler: Handler) -> None:
    handler.reply(200)
    while True:
        handler.wfile.write(bytes(1 << 16))


def silent(handler: Handler) -> None:
    time.sleep(1.5)


def no_http(handler: Handler) -> None:
    handler.wfile.write(b"220 this is another service\r\n")


def hangs_up(handler: Handler) -> None:
    """Close the connection without a word."""


def redirects(to: str) -> Answer:
    return lambda handler: handler.reply(302, Location=to, Content_Length=0)


BROKEN_OFF = resumes(ZIP, breaks_off_after=HALF)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(transfer, "WAIT_SECONDS", 0)
    server = Server()
    server.answers = [sends(ZIP)]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def dead_url(monkeypatch: pytest.MonkeyPatch) -> str:
    """An address at which nobody listens."""
    monkeypatch.setenv("NO_PROXY", "*")
    server = Server()
    server.server_close()
    return server.url


def error_of(*archives: str, folder: Path, sha256: str | None = None) -> str:
    """The message for archives of which none can be had; one line, which names them all and what to do."""
    with pytest.raises(UserError) as caught:
        fetch(archives, sha256, folder)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    assert all(archive in message for archive in archives)
    assert message.endswith("; name another mirror, or a copy on this machine, in dataset.archive")
    return message


def names(folder: Path) -> list[str]:
    """The files in `folder` that are seen."""
    return sorted(path.name for path in folder.glob("[!.]*"))


@pytest.mark.parametrize("sha256", [SHA256, None])
def test_file_is_downloaded_once(server: Server, tmp_path: Path, sha256: str | None) -> None:
    first = fetch([server.url], sha256, tmp_path / "downloads")
    assert first.read_bytes() == ZIP
    assert fetch([server.url], sha256, tmp_path / "downloads") == first
    assert server.requests == 1
    assert names(tmp_path / "downloads") == [first.name]


@pytest.mark.parametrize(
    "answers",
    {
        "the rest": [BROKEN_OFF, resumes(ZIP)],
        "several breaks": [resumes(ZIP, breaks_off_after=len(ZIP) // 4)] * 4 + [resumes(ZIP)],
        "another version": [resumes(zip_of(b"old" * 90_000), '"0"', 200_000), resumes(ZIP)],
        "no ranges": [BROKEN_OFF, sends(ZIP)],
        "no version": [sends(ZIP[:HALF], Content_Length=len(ZIP)), sends(ZIP)],
        "a weak version": [resumes(ZIP, 'W/"1"', HALF), resumes(ZIP, 'W/"1"')],
        "a length that is no number": [sends(ZIP, Content_Length="many")],
        "a pause": [BROKEN_OFF, sends(b"", 503), resumes(ZIP)],
        "hanging up": [BROKEN_OFF, hangs_up, resumes(ZIP)],
        "a refused range": [BROKEN_OFF, sends(b"", 416), resumes(ZIP)],
    }.items(),
    ids=lambda item: item[0],
)
def test_unsteady_server_is_no_hindrance(server: Server, tmp_path: Path, answers: tuple[str, list[Answer]]) -> None:
    server.answers = answers[1]
    path = fetch([server.url], None, tmp_path)
    assert path.read_bytes() == ZIP
    assert names(tmp_path) == [path.name]
    assert server.requests == len(server.answers)


def test_transfer_goes_on_where_it_was(server: Server, tmp_path: Path) -> None:
    server.answers = [BROKEN_OFF, resumes(ZIP)]
    fetch([server.url], SHA256, tmp_path)
    first, second = server.ranges
    assert first is None
    assert second is not None
    assert 0 < int(second.removeprefix("bytes=").removesuffix("-")) <= HALF


TRANSFER_FAILS = {
    "404": (sends(b"", 404), "404 Client Error: Not Found"),
    "500": (sends(b"", 500), "500 Server Error"),
    "redirected for ever": (redirects("/gzip.zip"), "Exceeded 30 redirects"),
    "redirected to no web address": (redirects("ftp://127.0.0.1/gzip.zip"), "No connection adapters were found"),
    "redirected to no address": (redirects("http://["), "Invalid IPv6 URL"),
    "endless": (endless, "has more than 2,000,000 bytes, the most that is downloaded"),
    "too large": (sends(ZIP, Content_Length=5_000_000), "has more than 2,000,000 bytes, the most that is downloaded"),
    "always broken off": (sends(ZIP[:HALF], Content_Length=len(ZIP)), "more expected"),
    "compressed wrongly": (sends(ZIP, Content_Encoding="gzip"), "incorrect header check"),
    "hangs up": (hangs_up, "closed connection without response"),
    "no HTTP": (no_http, "220 this is another service"),
    "silent": (silent, "timed out"),
}


@pytest.mark.parametrize("kind", TRANSFER_FAILS)
def test_transfer_that_fails_is_one_line_and_leaves_nothing(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(transfer, "LIMIT_BYTES", 2_000_000)
    monkeypatch.setattr(transfer, "TIMEOUT_SECONDS", 0.3)
    answer, expected = TRANSFER_FAILS[kind]
    server.answers = [answer]
    assert expected in error_of(server.url, folder=tmp_path)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://[::1/gzip.zip",
        "http://127.0.0.1:99999/gzip.zip",
        "http://nowhere.invalid/gzip.zip",
        f"http://{'a' * 70}.org/gzip.zip",
        f"http://nowhere.invalid/{'a' * 5000}.zip",
        "http://nowhere.invalid/..",
        "http://nowhere.invalid/a\0b?c=/d",
        "ftp://127.0.0.1/gzip.zip",
        "https:///gzip.zip",
    ],
)
def test_address_that_leads_nowhere_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    error_of(url, folder=tmp_path / "downloads")
    assert names(tmp_path / "downloads") == []


def test_server_without_tls_is_one_line(server: Server, tmp_path: Path) -> None:
    assert "SSL" in error_of(server.url.replace("http:", "https:"), folder=tmp_path)


def test_no_server_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Connection refused" in error_of(dead_url(monkeypatch), folder=tmp_path)


def test_folder_that_cannot_be_written_is_one_line(server: Server, tmp_path: Path) -> None:
    (tmp_path / "downloads").write_text("a file")
    assert str(tmp_path / "downloads") in error_of(server.url, folder=tmp_path / "downloads")


DAMAGE = {
    "an HTML page": (HTML, None, "an HTML page, “Sign in &ndash; NIST”, and no zip archive"),
    "truncated": (TRUNCATED, None, f"damaged or not a zip archive ({len(TRUNCATED):,} bytes): File is not a zip file"),
    "empty": (b"", None, "damaged or not a zip archive (0 bytes)"),
    "a member": (CRC_DIFFERS, None, "damaged: the CRC-32 of its file 'letters.txt' differs"),
    "its checksum": (CRC_DIFFERS, SHA256, f"damaged or another file: expected sha256 {SHA256}, found "),
    "an HTML page and its checksum": (HTML, SHA256, "an HTML page, “Sign in &ndash; NIST”, and no zip archive"),
    "a length that is too short": (ZIP[:HALF], None, "File is not a zip file"),
}


@pytest.fixture(params=DAMAGE)
def damage(request: pytest.FixtureRequest) -> tuple[bytes, str | None, str]:
    return DAMAGE[request.param]


def test_damaged_download_is_fetched_again_once(
    server: Server, tmp_path: Path, damage: tuple[bytes, str | None, str], capsys: pytest.CaptureFixture[str]
) -> None:
    content, sha256, said = damage
    server.answers = [sends(content), sends(ZIP)]
    path = fetch([server.url], sha256, tmp_path)
    assert path.read_bytes() == ZIP
    assert path.with_name(f"{path.name}.damaged").read_bytes() == content
    assert server.requests == len(names(tmp_path)) == 2
    (line,) = (line for line in capsys.readouterr().err.splitlines() if "set aside as" in line)
    assert server.url in line
    assert said in line


def test_download_that_was_damaged_later_is_fetched_again(
    server: Server, tmp_path: Path, damage: tuple[bytes, str | None, str]
) -> None:
    content, sha256, _ = damage
    path = fetch([server.url], sha256, tmp_path)
    path.write_bytes(content)
    assert fetch([server.url], sha256, tmp_path) == path
    assert path.read_bytes() == ZIP
    assert path.with_name(f"{path.name}.damaged").read_bytes() == content


def test_download_that_is_damaged_again_leaves_nothing_under_its_name(
    server: Server, tmp_path: Path, damage: tuple[bytes, str | None, str]
) -> None:
    content, sha256, said = damage
    server.answers = [sends(content)]
    message = error_of(server.url, folder=tmp_path, sha256=sha256)
    assert said in message
    assert server.requests == 2
    (aside,) = names(tmp_path)
    assert str(tmp_path / aside) in message
    assert aside.endswith(".damaged")
    server.answers = [sends(ZIP)]
    assert fetch([server.url], sha256, tmp_path).read_bytes() == ZIP


def test_archive_that_python_cannot_unpack_is_no_damage(server: Server, tmp_path: Path) -> None:
    encrypted = bytearray(ZIP)
    encrypted[6] |= 1  # the flag in the file's own header
    encrypted[ZIP.rindex(b"PK\1\2") + 8] |= 1  # and in the directory
    server.answers = [sends(bytes(encrypted))]
    assert fetch([server.url], None, tmp_path).read_bytes() == encrypted
    assert server.requests == 1


def test_official_archive_is_compared_with_its_md5_alone(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "URL", server.url)
    monkeypatch.setattr(download, "MD5", hashlib.md5(CRC_DIFFERS).hexdigest())
    server.answers = [sends(CRC_DIFFERS)]
    assert fetch([server.url], SHA256, tmp_path).read_bytes() == CRC_DIFFERS
    server.answers = [sends(ZIP)]
    fetch([server.url], None, tmp_path).write_bytes(HTML)
    assert f"expected md5 {download.MD5}" in error_of(server.url, folder=tmp_path, sha256=SHA256)


@pytest.mark.parametrize("there", [None, CRC_DIFFERS], ids=["nothing there", "damaged"])
def test_processes_that_need_the_same_file_at_once_download_it_once(
    server: Server, tmp_path: Path, there: bytes | None
) -> None:
    if there is not None:
        fetch([server.url], None, tmp_path).write_bytes(there)
    before = server.requests
    # Each opens the lock for itself, so to the file system threads are like processes.
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: fetch([server.url], None, tmp_path).read_bytes(), range(4)))
    assert found == [ZIP] * 4
    assert server.requests == before + 1


def test_processes_do_not_meet_where_there_are_no_locks(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(path: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(download, "FileLock", no_locks)
    server.answers = [sends(CRC_DIFFERS), BROKEN_OFF, resumes(ZIP)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: fetch([server.url], None, tmp_path).read_bytes(), range(4)))
    assert found == [ZIP] * 4
    assert len(names(tmp_path)) == 2  # the archive and what was set aside


@pytest.mark.parametrize("length", [{}, {"Content_Length": len(ZIP)}], ids=["not announced", "announced"])
def test_full_disk_is_noticed_before_it_is_full(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: dict[str, int]
) -> None:
    usage = namedtuple("usage", "total used free")(1, 1, transfer.MARGIN_BYTES + 1000)
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda folder: usage)
    server.answers = [lambda handler: handler.reply(200, ZIP, **length)]
    message = error_of(server.url, folder=tmp_path)
    assert f"{tmp_path} has 100 MB free, but the download of {server.url} needs 10" in message
    assert names(tmp_path) == []


def test_first_archive_that_can_be_had_is_used(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dead, missing, page, mine = dead_url(monkeypatch), tmp_path / "missing.zip", tmp_path / "p.zip", tmp_path / "my.zip"
    page.write_bytes(HTML)
    mine.write_bytes(ZIP)
    downloads = tmp_path / "downloads"
    assert fetch([str(mine), dead], None, downloads) == mine
    assert capsys.readouterr().err == ""
    passed_over = [dead, str(missing), str(page)]
    for archives, expected in (([*passed_over, server.url, str(mine)], downloads), ([*passed_over, str(mine)], mine)):
        path = fetch(archives, None, downloads)
        assert path.read_bytes() == ZIP
        assert expected in (path, path.parent)
        lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Passed over")]
        assert len(lines) == len(passed_over)
        for line, archive in zip(lines, passed_over, strict=True):
            assert archive in line


def test_archives_of_which_none_can_be_had_are_all_named(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers = [sends(b"", 404)]
    missing = str(tmp_path / "missing.zip")
    message = error_of(server.url, missing, dead_url(monkeypatch), folder=tmp_path / "downloads")
    assert "404" in message
    assert f"{missing} does not exist" in message
    assert "Connection refused" in message


@pytest.mark.parametrize("content", [ZIP, CRC_DIFFERS])
def test_users_own_file_is_checked_but_never_moved(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mine.zip"
    path.write_bytes(content)
    found = hashlib.sha256(content).hexdigest()
    assert fetch([str(path)], found, tmp_path / "downloads") == path
    message = error_of(str(path), folder=tmp_path / "downloads", sha256="0" * 64)
    assert f"expected sha256 {'0' * 64}, found {found}" in message
    assert names(tmp_path) == ["mine.zip"]
    assert path.read_bytes() == content


def test_users_own_folder_is_left_to_the_reader(tmp_path: Path) -> None:
    assert fetch([str(tmp_path)], None, tmp_path / "downloads") == tmp_path
    assert str(tmp_path) in error_of(str(tmp_path), folder=tmp_path / "downloads", sha256=SHA256)
