"""Fingerprints of code that a test has changed or copied."""

from cnnbench import fingerprint


def forget_code() -> None:
    """Let all code be read again."""
    for function in vars(fingerprint).values():
        if hasattr(function, "cache_clear"):
            function.cache_clear()
