"""Damaged copies of a file or of what it holds, the same ones at each call."""

import copy
import random
from collections.abc import Iterator
from typing import Any


def mutations(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` copies of `content`, each with one to four random damages.

    Args:
        content: a valid file.
        count: how many copies.
        seed: decides all damages.
    """
    random_source = random.Random(seed)
    damages = (_flip, _delete, _insert, _truncate, _splice)
    for _ in range(count):
        mutated = content
        for _ in range(random_source.randint(1, 4)):
            mutated = random_source.choice(damages)(mutated, random_source)
        yield mutated


def _flip(content: bytes, random_source: random.Random) -> bytes:
    """Change one bit."""
    if not content:
        return content
    position = random_source.randrange(len(content))
    changed = content[position] ^ (1 << random_source.randrange(8))
    return content[:position] + bytes([changed]) + content[position + 1 :]


def _delete(content: bytes, random_source: random.Random) -> bytes:
    """Leave out up to 64 bytes."""
    start, length = _piece(content, random_source)
    return content[:start] + content[start + length :]


def _insert(content: bytes, random_source: random.Random) -> bytes:
    """Put up to 8 random bytes somewhere."""
    position = random_source.randint(0, len(content))
    return content[:position] + random_source.randbytes(random_source.randint(1, 8)) + content[position:]


def _truncate(content: bytes, random_source: random.Random) -> bytes:
    """Leave out the end."""
    return content[: random_source.randint(0, len(content))]


def _splice(content: bytes, random_source: random.Random) -> bytes:
    """Repeat up to 64 bytes in another place."""
    start, length = _piece(content, random_source)
    position = random_source.randint(0, len(content))
    return content[:position] + content[start : start + length] + content[position:]


def _piece(content: bytes, random_source: random.Random) -> tuple[int, int]:
    """Choose a start and a length."""
    return random_source.randint(0, len(content)), random_source.randint(1, 64)


TEXTS = [
    "",
    " ",
    "x",
    "x" * 5000,
    "1",
    "1.5",
    "1e999",
    "true",
    "null",
    "nan",
    "=1+1",
    "{word}",
    "{{ title }}",
    "{0}",
    "{",
    "100 %",
    "%s %(x)d %",
    "$HOME `ls` '\"",
    "a\tb\nc\rd",
    "\x00\x07\x1b[31m",
    "\u202eabc\u2066",
    "שלום مرحبا",
    "👩‍🔬🏳️‍🌈",
    "é" * 200,
    "손글씨",
    "../../etc/passwd",
    "/dev/zero",
    "-",
    "lenet5",
    "cosine",
]
NUMBERS = [0, 1, -1, 2, 10**6, 2**31, 2**63, 10**400, -(10**30), 0.0, -0.0, 0.5, 1e-320, 1e308, 2.5, 1e9]
OTHERS = [None, True, False, float("nan"), float("inf"), float("-inf"), [], {}, [[]], [None], [{}], {"": ""}]


def documents(content: dict[str, Any], count: int, seed: int) -> Iterator[dict[str, Any]]:
    """Yield `count` copies of `content`, each with one to four places where something else stands than should.

    Args:
        content: what a valid file holds.
        count: how many copies.
        seed: decides all changes.
    """
    random_source = random.Random(seed)
    for _ in range(count):
        changed = copy.deepcopy(content)
        for _ in range(random_source.randint(1, 4)):
            if places := list(_places(changed)):
                _change(*random_source.choice(places), copy.deepcopy(random_source.choice(places)), random_source)
        yield changed


def _places(content: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container within `content` with each of its keys or positions."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in pairs:
        yield content, key
        yield from _places(value)


def _change(parent: Any, key: Any, other: tuple[Any, Any], random_source: random.Random) -> None:
    """Replace, remove, repeat, wrap or rename the value of `key`."""
    match random_source.choice(["replace"] * 5 + ["copy", "remove", "add", "rename", "wrap", "repeat"]):
        case "replace":
            parent[key] = _value(random_source, 0)
        case "copy":
            parent[key] = other[0][other[1]]
        case "remove":
            del parent[key]
        case "add" if isinstance(parent, dict):
            parent[random_source.choice([*TEXTS, key.upper(), f"{key}s", key[:-1]])] = _value(random_source, 0)
        case "rename" if isinstance(parent, dict):
            parent[random_source.choice([*TEXTS, key.upper(), f"{key}s", key[:-1]])] = parent.pop(key)
        case "wrap":
            parent[key] = random_source.choice([[parent[key]], {"name": parent[key]}, str(parent[key])])
        case "repeat":
            parent[key] = [copy.deepcopy(parent[key])] * random_source.choice([2, 40])


def _value(random_source: random.Random, depth: int) -> Any:
    """Make any value, nested up to four levels."""
    kind = random_source.randrange(6 if depth < 4 else 3)
    if kind < 3:
        return copy.deepcopy(random_source.choice((TEXTS, NUMBERS, OTHERS)[kind]))
    values = [_value(random_source, depth + 1) for _ in range(random_source.randint(1, 3))]
    if kind == 3:
        return values
    keys = TEXTS if kind == 4 else ["name", "policy", "patience", "head", "mode", "kind"]
    return {random_source.choice(keys): value for value in values}
