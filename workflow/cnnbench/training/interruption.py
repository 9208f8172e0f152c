"""Ending a training early and losing nothing: SIGTERM, Ctrl-C, or a time limit leads to a last checkpoint."""

import os
import signal
import threading
import time
from types import FrameType
from typing import NoReturn

from cnnbench.training.state import TrainingState

COST = 50
"""A checkpoint at the end of an epoch waits until this many times its own duration has passed, so that it costs 2 %."""


class TimeIsUpError(Exception):
    """A run has reached its time limit."""

    def __init__(self, state: TrainingState) -> None:
        """Hold the state after the last finished epoch; what follows it is in a checkpoint."""
        super().__init__("the time limit of the run is reached")
        self.state = state


class Interruption:
    """Whether the training was asked to end."""

    def __init__(self) -> None:
        self.steps_are_short = False
        """Set once the first step is done, for which the network is compiled: then a request can wait for a step."""
        self._signal: int | None = None

    @property
    def requested(self) -> bool:
        """Whether it was."""
        return self._signal is not None

    def listen(self) -> None:
        """Take SIGTERM and Ctrl-C as requests; only a process's main thread can do that."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._request)

    def listen_for_end_of(self, descriptor: int) -> None:
        """Take the end of a pipe as SIGTERM: whoever holds its other end is gone, even if it was killed."""
        threading.Thread(target=_ask_to_end_after, args=[descriptor], daemon=True).start()

    def leave(self) -> NoReturn:
        """End this process with the status that a shell gives to one that ends by the signal."""
        raise SystemExit(128 + (self._signal or signal.SIGTERM))

    def _request(self, number: int, frame: FrameType | None) -> None:
        if self.requested:  # Ctrl-C reaches all processes of a terminal, and some pass it on.
            return
        self._signal = number
        if not self.steps_are_short:
            self.leave()


def _ask_to_end_after(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


class CheckpointClock:
    """When the next checkpoint is due."""

    def __init__(self, minutes: float) -> None:
        """Let checkpoints be at most `minutes` apart."""
        self._interval = 60 * minutes
        self._last = time.monotonic()
        self._duration = 0.0

    def due_in_epoch(self) -> bool:
        """Say whether one is due before the epoch ends."""
        return time.monotonic() - self._last >= self._interval

    def due_after_epoch(self) -> bool:
        """Say whether one is due at the end of an epoch."""
        return time.monotonic() - self._last >= min(COST * self._duration, self._interval)

    def saved(self, seconds: float) -> None:
        """Note that a checkpoint was written, which took so many `seconds`."""
        self._last, self._duration = time.monotonic(), seconds
