"""Training in a child process, so that something is left to write the row of a run if memory runs out.

Neither Keras nor a backend is imported here. Why a child ended decides what follows:

- It wrote its results, and exited with 0: that is all. Results that were there before need no child.
- This process was asked to end: the request was passed on, and this process ends as the signal would have ended it.
- Memory ran out: the same update is computed in parts of at most half the size, and so on. When nothing smaller is
  left, the run is out of memory.
- It was killed by SIGKILL, and nothing says that memory ran out: somebody may have killed the child alone. Another one
  goes on from the last checkpoint. If this happens twice with no new checkpoint, memory is taken to have run out.
- Anything else is a bug and ends this process, too.

That memory ran out is known from an exception that says so, and otherwise told by these signs:

- of SIGKILL: that the kernel killed a process because memory ran out while the child ran (`oom_kill` in
  `/proc/vmstat`), or that less than 5 % of the machine's memory was left;
- of SIGSEGV, SIGBUS and SIGABRT: that less than 5 % was left, that the child had filled half of its limited address
  space, or that its last lines say so.
"""

import errno
import signal
import sys
from collections.abc import Callable, Sequence
from enum import Enum, auto
from pathlib import Path

from cnnbench.data.arrays import read_dataset
from cnnbench.study.recipe import Recipe
from cnnbench.training.attempt import Attempt, last_attempt
from cnnbench.training.batches import Batches, divide_batches, smaller_parts
from cnnbench.training.checkpoint import CHECKPOINTS, Checkpoints, newest_checkpoint
from cnnbench.training.child import Ending, Requests, run_child
from cnnbench.training.failures import speaks_of_memory
from cnnbench.training.memory import peak_memory_bytes
from cnnbench.training.ownership import adopt_results, sole_owner
from cnnbench.training.results import Outcome, RunSettings, identity_of, write_empty_model, write_results
from cnnbench.training.state import first_state

MEMORY_RAN_OUT = errno.ENOMEM
"""Exit status of a child that met an exception which says so."""
MESSAGE = "out of memory: "
"""How the line begins in which such a child says what it met."""


KILLS_IN_VAIN = 2
"""So many in a row, without a new checkpoint, are taken for a lack of memory."""


class Cause(Enum):
    """Why a child ended without results."""

    MEMORY = auto()
    KILLED = auto()
    BUG = auto()


def cause_of(ending: Ending) -> Cause:
    """Return why a child ended that was not asked to; the rule is that of this module."""
    if ending.status == MEMORY_RAN_OUT:
        return Cause.MEMORY
    if ending.signal == signal.SIGKILL:
        return Cause.MEMORY if ending.someone_was_killed or ending.memory_was_scarce else Cause.KILLED
    if ending.signal in (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT):
        said = any(speaks_of_memory(line) for line in ending.last_lines)
        return Cause.MEMORY if said or ending.memory_was_scarce else Cause.BUG
    return Cause.BUG


def supervise(settings: RunSettings, folder: Path, command: Sequence[str], say: Callable[[str], None]) -> int:
    """Train a run in child processes, and return the exit status for this process.

    Args:
        settings: what is to be trained.
        folder: the run's folder.
        command: trains the run; `--images-at-once` and a number are added.
        say: called with lines of progress.
    """
    requests = Requests()
    requests.listen()
    dataset = read_dataset(settings.dataset)
    identity = identity_of(settings, dataset)
    with sole_owner(folder, say):
        if adopt_results(folder, identity, say):
            return 0
    batches = _first_batches(settings.recipe, sum(dataset["counts"]["train"]), last_attempt(folder, identity))
    killed_in_vain = 0
    while True:
        before = newest_checkpoint(folder)
        ending = run_child([*command, "--images-at-once", str(batches.size)], requests)
        if ending.status == 0:
            return 0
        if requests.signal is not None:
            return 128 + requests.signal
        cause = cause_of(ending)
        if cause is Cause.BUG:
            return _report_bug(ending)
        killed_in_vain = killed_in_vain + 1 if newest_checkpoint(folder) == before else 0
        if cause is Cause.KILLED and killed_in_vain < KILLS_IN_VAIN:
            say("the training was killed; another process goes on")
            continue
        smaller = smaller_parts(batches, settings.recipe)
        if smaller is None:
            return _write_out_of_memory(settings, folder, last_attempt(folder, identity), batches, ending, say)
        say(f"out of memory with {_images(batches.size)} at once; now with {smaller.size}: {_how(ending)}")
        batches, killed_in_vain = smaller, 0


def _first_batches(recipe: Recipe, images: int, last: Attempt | None) -> Batches:
    """Return how the first child computes updates: as an attempt that was interrupted did, or as the recipe says."""
    planned = divide_batches(recipe, images)
    return last.batches if last and last.batches.update == planned.update else planned


def _report_bug(ending: Ending) -> int:
    """Say what ended the child if it could not say so itself, and return the exit status for this process."""
    if ending.status > 0:
        return ending.status
    number = -ending.status
    print(
        f"error: the training was ended by {signal.Signals(number).name}; nothing says that memory ran out, so this is"
        " taken for a bug",
        file=sys.stderr,
    )
    return 128 + number


def _write_out_of_memory(
    settings: RunSettings,
    folder: Path,
    last: Attempt | None,
    batches: Batches,
    ending: Ending,
    say: Callable[[str], None],
) -> int:
    """Write the results of a run that does not fit in memory, and return the exit status for this process."""
    if last is None:
        print(f"error: memory ran out before the network was built: {_how(ending)}", file=sys.stderr)
        return 1
    why = "" if settings.recipe.moving_average is None else " (with a moving_average, smaller parts are not possible)"
    reason = f"out of memory with {_images(batches.size)} at once{why}: {_how(ending)}"
    summary = {
        **last.summary,
        "images_per_second": None,
        "energy_joules": {},
        "peak_memory_bytes": peak_memory_bytes(of_children=True),
        "peak_device_memory_bytes": None,
    }
    with sole_owner(folder, say):
        write_empty_model(folder)
        write_results(folder, settings.recipe, Outcome("out_of_memory", reason, first_state(settings.recipe)), summary)
        Checkpoints(folder / CHECKPOINTS, {}).remove()
    say(reason)
    return 0


def _images(number: int) -> str:
    return "1 image" if number == 1 else f"{number} images"


def _how(ending: Ending) -> str:
    """Say how memory ran out: what the child said last, or the signal."""
    if ending.signal is None:
        said = (line.removeprefix(MESSAGE) for line in reversed(ending.last_lines) if line.startswith(MESSAGE))
        return next(said, "no message")
    return f"the training was ended by {signal.Signals(ending.signal).name}"
