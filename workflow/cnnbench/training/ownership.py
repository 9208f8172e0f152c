"""One run has one trainer, and a run that was trained is not trained again without a reason.

Snakemake removes the outputs of a job before it runs it again: because it died before it knew that the job had
finished, because a file was deleted, or because the dataset was prepared again, with the same images. So a finished
training keeps a second name of each file in a folder of its own, which takes no space. Where nothing that decides the
result has changed, the files are taken from there.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from cnnbench.errors import UserError, writing
from cnnbench.files import checksum, read_json, write_sealed_json

RESULTS = ("model.keras", "history.csv", "recipe.json", "training.json")
"""What a training writes; the last one is written last."""


@contextmanager
def sole_owner(folder: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Wait until no other process trains the run in `folder`; a process that dies, even if it is killed, lets go."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "training.lock")
    with writing(folder / "training.lock"):
        try:
            lock.acquire(timeout=0)
        except Timeout:
            say("another process is training this run; waiting for it")
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def keep_results(folder: Path, identity: Mapping[str, Any]) -> None:
    """Keep what the training of the run with this `identity` wrote into `folder`, under second names."""
    kept = _kept(folder)
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    for name in RESULTS:
        _link(folder / name, kept / name)
    checksums = {name: checksum(folder / name) for name in RESULTS}
    write_sealed_json(kept / "finished.json", {"identity": dict(identity), "checksums": checksums})


def adopt_results(folder: Path, identity: Mapping[str, Any], say: Callable[[str], None]) -> bool:
    """Bring back into `folder` what a training of the same run finished; say whether there was anything whole."""
    kept = _kept(folder)
    try:
        finished = read_json(kept / "finished.json")
        whole = all(checksum(kept / name) == finished["checksums"][name] for name in RESULTS)
        if not whole or finished["identity"] != dict(identity):
            return False
    except (UserError, OSError, KeyError, TypeError):
        return False
    for name in RESULTS:
        (folder / name).unlink(missing_ok=True)
        _link(kept / name, folder / name)
    say(f"this run was trained already, and its results are taken; to train it anew, remove {folder}")
    return True


def _kept(folder: Path) -> Path:
    return folder / "finished"


def _link(path: Path, other: Path) -> None:
    try:
        os.link(path, other)
    except OSError:  # a file system without links
        shutil.copy2(path, other)
