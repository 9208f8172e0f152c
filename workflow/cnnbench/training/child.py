"""A process that is started, watched, and survived."""

import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType
from typing import IO

from cnnbench.training.memory import MemoryWatch

SECONDS_BETWEEN_LOOKS = 0.5
LAST_LINES = 20


@dataclass(frozen=True)
class Ending:
    """How a process ended."""

    status: int
    """Its exit status; of one that a signal ended, the signal's number below zero."""
    last_lines: tuple[str, ...] = ()
    """What it last wrote to standard error."""
    memory_was_scarce: bool = False
    """Whether memory was about to run out at some time."""
    someone_was_killed: bool = False
    """Whether the kernel killed a process meanwhile because memory ran out."""

    @property
    def signal(self) -> int | None:
        """The signal that ended it; None if it ended by itself. A shell adds 128 to the number."""
        if self.status < 0:
            return -self.status
        return self.status - 128 if self.status > 128 else None


class Requests:
    """SIGTERM and Ctrl-C, which are passed on to the child."""

    def __init__(self) -> None:
        self.signal: int | None = None
        """The last one; None if there was none."""
        self._child: subprocess.Popen[bytes] | None = None

    def listen(self) -> None:
        """Take both as requests; only a process's main thread can do that."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._take)

    def pass_on_to(self, child: subprocess.Popen[bytes]) -> None:
        """Pass requests on to `child`, one that has come before as well."""
        self._child = child
        if self.signal is not None:
            child.send_signal(self.signal)

    def _take(self, number: int, frame: FrameType | None) -> None:
        self.signal = number
        if self._child is not None:
            self._child.send_signal(number)


def run_child(command: Sequence[str], requests: Requests) -> Ending:
    """Run `command` to its end. Its standard error is passed on.

    Its standard input is a pipe that stays open as long as this process lives: so the child learns if this process is
    killed.
    """
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    requests.pass_on_to(child)
    assert child.stdin is not None
    assert child.stderr is not None
    lines: deque[str] = deque(maxlen=LAST_LINES)
    reader = threading.Thread(target=_pass_on, args=[child.stderr, lines], daemon=True)
    reader.start()
    watch = MemoryWatch(child.pid)
    while True:
        try:
            status = child.wait(SECONDS_BETWEEN_LOOKS)
            break
        except subprocess.TimeoutExpired:
            watch.look()
    child.stdin.close()
    # Processes that the child started may hold its standard error open for longer.
    reader.join(timeout=5.0)
    return Ending(status, tuple(lines), watch.scarce, watch.someone_was_killed)


def _pass_on(source: IO[bytes], lines: deque[str]) -> None:
    for line in source:
        lines.append(line.decode(errors="replace").rstrip())
        with suppress(OSError):
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()
