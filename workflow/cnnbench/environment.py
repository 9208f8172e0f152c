"""What this process and its jobs share: where they find this library and Python, and how they end on Ctrl-C."""

import os
import signal
import sys
from collections.abc import MutableMapping
from pathlib import Path
from types import TracebackType


def share_with_jobs(environment: MutableMapping[str, str]) -> None:
    """Let commands that inherit `environment` import this library, and find the present Python as `python`.

    A job with a conda environment of its own puts that one's Python in front.
    """
    _put_in_front(environment, "PYTHONPATH", Path(__file__).parents[1])
    _put_in_front(environment, "PATH", Path(sys.executable).parent)
    # A notebook sets a way to draw figures that jobs do not have.
    environment["MPLBACKEND"] = "agg"


def _put_in_front(environment: MutableMapping[str, str], name: str, folder: Path) -> None:
    environment[name] = os.pathsep.join(filter(None, [str(folder), environment.get(name)]))


def end_in_one_line_on_ctrl_c() -> None:
    """Let this process answer Ctrl-C with one line in place of a traceback; it ends by the signal, as others do."""
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable


def _uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        print("interrupted", file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, traceback)


def _unraisable(problem: "sys.UnraisableHookArgs") -> None:
    if not issubclass(problem.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(problem)
        return
    # It came while Python was in a function that cannot fail, such as a callback of a library, and would be forgotten.
    print("interrupted", file=sys.stderr)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGINT)
