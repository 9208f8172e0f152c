"""How much memory processes held, and whether it was about to run out."""

import resource
import sys
from pathlib import Path

import psutil

SCARCE = 0.05
"""Memory is scarce if less than this share of the machine's is available."""
MUCH_OF_LIMIT = 0.5
"""What a process holds is much of the limit of its address space from this share on: the request that is refused, which
does not count, may be as large as all before it."""
_COUNTERS = Path("/proc/vmstat")


def peak_memory_bytes(of_children: bool = False) -> int:
    """Return the most main memory that this process has held at once, or that one of its ended children has."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN if of_children else resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def processes_killed_for_memory(counters: Path = _COUNTERS) -> int:
    """Return how many processes Linux has killed so far because memory ran out; 0 where the kernel does not say."""
    try:
        words = dict(line.split() for line in counters.read_text(encoding="ascii").splitlines())
        return int(words.get("oom_kill", 0))
    except (OSError, ValueError):
        return 0


class MemoryWatch:
    """Whether memory was about to run out while a process ran."""

    def __init__(self, process: int) -> None:
        """Watch the process with this id."""
        self.scarce = False
        """Whether it was at one of the looks."""
        self._process = process
        self._killed_before = processes_killed_for_memory()
        # A child has the limits of the process that starts it.
        self._limit = resource.getrlimit(resource.RLIMIT_AS)[0]

    @property
    def someone_was_killed(self) -> bool:
        """Whether the kernel has killed a process since the watch began because memory ran out."""
        return processes_killed_for_memory() > self._killed_before

    def look(self) -> None:
        """Look at what is left now."""
        machine = psutil.virtual_memory()
        self.scarce = self.scarce or machine.available < SCARCE * machine.total or self._holds_much_of_its_limit()

    def _holds_much_of_its_limit(self) -> bool:
        if self._limit == resource.RLIM_INFINITY:
            return False
        try:
            return bool(psutil.Process(self._process).memory_info().vms > MUCH_OF_LIMIT * self._limit)
        except psutil.Error:  # it has just ended
            return False
