"""What all commands share: user errors end in one line, not in a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cnnbench.errors import UserError


@contextmanager
def user_errors_without_traceback() -> Iterator[None]:
    """Turn a `UserError` into its message on standard error and exit status 1."""
    try:
        yield
    except UserError as error:
        sys.exit(f"error: {error}")
