"""What all commands share: user errors end in one line, not in a traceback."""

import sys
from argparse import ArgumentParser
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


def add_code(parser: ArgumentParser) -> None:
    """Let a command be told what its code is, for the records of the files that it writes (`provenance.py`)."""
    parser.add_argument("--code", default="", help="what the job is identified by, kept with what it writes")
