"""Text files that people write: UTF-8, or one message that says what else it is."""

import re
from pathlib import Path

from cnnbench.errors import UserError, reading, shortened

MEBIBYTE = 2**20
LONGEST_PATH = 250


def read_text(path: Path, most: int) -> str:
    """Return the text of the UTF-8 file `path`, without a byte order mark.

    Args:
        path: the file.
        most: how many bytes it may have.

    Raises:
        UserError: the file is missing, a folder, unreadable or too large, or not text in UTF-8; then the message says
            which encoding it seems to have.
    """
    shown = shortened(str(path), LONGEST_PATH)
    try:
        with reading(f"{shown}: cannot be read"), path.open("rb") as file:
            content = file.read(most + 1)
    except UserError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise UserError(f"{shown}: there is no such file") from None
        if isinstance(error.__cause__, IsADirectoryError):
            raise UserError(f"{shown}: is a folder, a file is needed") from None
        raise
    if len(content) > most:
        raise UserError(f"{path}: has more than {most / MEBIBYTE:g} MiB; is this the right file?")
    return _decoded(content, path)


def place(text: str, position: int) -> str:
    """Return where a character of `text` is: `line 3, column 6`."""
    before = text[:position]
    return f"line {before.count(chr(10)) + 1}, column {position - before.rfind(chr(10))}"


def _decoded(content: bytes, path: Path) -> str:
    if wide := _wide_encoding(content):
        raise UserError(f"{path}: not text in UTF-8, but in {wide}; save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = place(content[: error.start].decode("utf-8", "replace"), error.start)
        raise UserError(f"{path}: {where}: not text in UTF-8{_likely(content)}; save it as UTF-8") from None
    if (position := text.find("\0")) >= 0:
        raise UserError(f"{path}: {place(text, position)}: a NUL byte; the file is damaged or is not text")
    return text


def _wide_encoding(content: bytes) -> str | None:
    """Return which of the encodings with several bytes for each letter the file has, if it has one."""
    marks = {
        b"\xff\xfe\0\0": "UTF-32",
        b"\0\0\xfe\xff": "UTF-32",
        b"\xff\xfe": "UTF-16",
        b"\xfe\xff": "UTF-16",
    }
    for mark, name in marks.items():
        if content.startswith(mark):
            return name
    # Without a mark, every other byte of Latin letters, spaces and line ends is zero, and none of the bytes between.
    first, second = content[::2].count(0), content[1::2].count(0)
    zeros = max(first, second)
    return "UTF-16" if zeros > len(content) / 8 and min(first, second) * 8 < zeros else None


def _likely(content: bytes) -> str:
    """Say which encoding of one or two bytes for each letter the file may have; nothing if none fits."""
    for encoding, name in [("cp949", "cp949 (Korean)"), ("cp1252", "Latin-1 or Windows-1252")]:
        try:
            letters = re.findall(r"[^\0-\x7f]", content.decode(encoding))
        except UnicodeDecodeError:
            continue
        # Read as Korean, two accented letters would be a Chinese character.
        if encoding == "cp1252" or sum("가" <= letter <= "힣" for letter in letters) > len(letters) / 2:
            return f", perhaps in {name}"
    return ""
