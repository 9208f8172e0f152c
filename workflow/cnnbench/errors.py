"""The one exception that stands for a mistake a user can mend, and how errors of libraries become one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cnnbench.system_errors import is_never_damage, system_problem

LONGEST_CAUSE = 300
"""Characters of a library's own message that are shown."""


class UserError(Exception):
    """A mistake in a config, a file or the environment; its message is shown to the user without a traceback.

    The message names the file and key, what was found and what is allowed.
    """


@contextmanager
def reading(what: str, advice: str = "") -> Iterator[None]:
    """Turn any error of a library that reads a file into one line.

    Libraries for files raise whatever a damaged byte leads them to, from `struct.error` to `AttributeError`, so no list
    of expected errors is complete. Only calls of the library belong into this context.

    Args:
        what: the file, and what it should be: `letters.npz is damaged or not an .npz file`.
        advice: what the user can do.

    Raises:
        UserError: in place of any other exception.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if is_never_damage(error):
            raise UserError(system_problem(error)) from error
        cause = shortened(one_line(error), LONGEST_CAUSE)
        raise UserError(f"{what}: {cause}{'; ' if advice else ''}{advice}") from error


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in one line what the system refuses while `path` is written: a full disk, a read-only folder.

    Raises:
        UserError: in place of such an error, with `path` and what to do; other errors stay as they are.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if problem := system_problem(error, path):
            raise UserError(problem) from error
        raise


def shortened(text: str, most: int = 80) -> str:
    """Return `text`, such as a value that a message quotes, as any terminal shows it; if it is long, its beginning."""
    beginning = printable(text[: most + 1])
    return beginning if len(beginning) <= most else f"{beginning[:most]}…"


def printable(text: str) -> str:
    """Return `text` with line ends, control characters and marks of another direction of writing as their numbers."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def one_line(error: BaseException) -> str:
    """Return the message of `error` on one line, readable on any terminal; its type, where it has no message."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text.encode("utf-8", "backslashreplace").decode()
