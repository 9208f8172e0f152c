"""Files that are whole or absent, never half-written."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cnnbench.errors import UserError, reading, writing
from cnnbench.text_file import MEBIBYTE, read_text

SEAL = "checksum_of_this_file"
LARGEST_JSON = 1024 * MEBIBYTE


@contextmanager
def write_atomically(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on success it is renamed to `path`, on an error it is removed.

    The temporary name keeps the suffix of `path`, because many writers choose the format by it.
    """
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write `content` as indented JSON, atomically."""
    with write_atomically(path) as temporary:
        temporary.write_text(
            json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8"
        )


def write_sealed_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write `content` as JSON, atomically, with a checksum that `read_json` compares and leaves out."""
    write_json(path, {**content, SEAL: _seal(content)})


def _seal(content: Mapping[str, Any]) -> str:
    # As it will be read: numbers and keys may be written in another way than they are held.
    return hashlib.sha256(canonical_json(json.loads(json.dumps(content))).encode()).hexdigest()[:16]


def read_json(path: Path) -> Any:
    """Return the content of the JSON file `path`, which this workflow wrote.

    Raises:
        UserError: the file is missing, damaged or not JSON; the message names it.
    """
    with reading_result(path):
        content = json.loads(read_text(path, LARGEST_JSON), parse_constant=_refuse_constant)
        if isinstance(content, dict) and SEAL in content:
            expected = content.pop(SEAL)
            if _seal(content) != expected:
                raise ValueError("its content is not what was written")
        return content


@contextmanager
def reading_result(path: Path) -> Iterator[None]:
    """Turn any error of a library that reads a file which this workflow wrote into one line.

    Raises:
        UserError: the file is missing or damaged; the message says how to get another one.
    """
    with reading(f"{path} is damaged or cannot be read", "remove it, and the next run of the workflow writes it again"):
        if not path.exists():
            raise UserError(f"{path}: this result is missing; run the workflow to make it")
        yield


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number in JSON")


def checksum(path: Path) -> str:
    """Return the SHA-256 of the content of the file `path`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical_json(content: Any) -> str:
    """Return `content` as one line of JSON that depends on its values only: sorted keys, no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def short_hash(text: str) -> str:
    """Return the first 10 hexadecimal digits of the SHA-256 of `text`: enough for the names of a study's runs."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:10]


def flattened(content: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested keys joined by dots: `{"input": {"size": 32}}` as `{"input.size": 32}`, each behind `prefix`."""
    flat: dict[str, Any] = {}
    for key, value in content.items():
        flat |= flattened(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat
