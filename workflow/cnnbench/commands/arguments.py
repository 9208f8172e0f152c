"""What all commands share: mistakes of users, refusals of the system and Ctrl-C end in one line, not in a traceback."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager

from cnnbench.errors import UserError
from cnnbench.system_errors import system_problem


@contextmanager
def user_errors_without_traceback() -> Iterator[None]:
    """Turn a `UserError`, and what the system refuses, such as a full disk, into one line, and status 1."""
    try:
        yield
    except UserError as error:
        sys.exit(f"error: {error}")
    except Exception as error:
        problem = system_problem(error)
        if problem is None:
            raise
        sys.exit(f"error: {problem}")


def add_code(parser: ArgumentParser) -> None:
    """Let a command be told what its code is, for the records of the files that it writes (`provenance.py`)."""
    parser.add_argument("--code", default="", help="what the job is identified by, kept with what it writes")
