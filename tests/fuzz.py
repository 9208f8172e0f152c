"""Damaged copies of a file, the same ones at each call."""

import random
from collections.abc import Iterator


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
