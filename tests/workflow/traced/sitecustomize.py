"""Notes which functions of the library a process calls; Python imports this by itself if it is on the path."""

import atexit
import inspect
import json
import os
import sys
import threading
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

LIBRARY = os.environ.get("TRACED_LIBRARY", "")
FOLDER = os.environ.get("TRACED_INTO", "")
calls: dict[CodeType, tuple[str, int, str]] = {}


def note(frame: FrameType, event: str, argument: Any) -> None:
    """Note a call: file and line of the function, and the file of the library that was being imported then."""
    code = frame.f_code
    # Bodies of modules and classes have no new locals.
    if code in calls or not code.co_filename.startswith(LIBRARY) or not code.co_flags & inspect.CO_NEWLOCALS:
        return
    caller: FrameType | None = frame
    while caller and not (caller.f_code.co_name == "<module>" and caller.f_code.co_filename.startswith(LIBRARY)):
        caller = caller.f_back
    calls[code] = code.co_filename, code.co_firstlineno, caller.f_code.co_filename if caller else ""


def write() -> None:
    """Write down what was called."""
    sys.settrace(None)
    command = [argument for argument in sys.orig_argv if argument.startswith("cnnbench.")]
    content = {"arguments": [*command, *sys.argv[1:]], "calls": sorted(set(calls.values()))}
    Path(FOLDER, f"{os.getpid()}.json").write_text(json.dumps(content))


if LIBRARY and any(argument.startswith("cnnbench.commands") for argument in sys.orig_argv):
    atexit.register(write)
    threading.settrace(note)
    sys.settrace(note)
