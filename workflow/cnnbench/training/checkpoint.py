"""Checkpoints: all that a training needs to go on where it was, with the same bits as if it had never stopped."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnbench.errors import UserError, writing
from cnnbench.files import canonical_json, reading_result
from cnnbench.system_errors import is_full
from cnnbench.training.state import Epoch, TrainingState

Values = list[npt.NDArray[Any]]

KEPT = 2
"""How many checkpoints stay: if the machine fails while one is written, there is the one before."""


CHECKPOINTS = "checkpoints"
"""Where they are in a run's folder."""


@dataclass(frozen=True)
class WithinEpoch:
    """How far an unfinished epoch has come."""

    step: int
    """Batches that are done."""
    seconds: float
    """Time that they took."""
    metrics: Values
    """The variables of the epoch's means so far."""
    generators: Values
    """The states of the network's random generators."""


@dataclass(frozen=True)
class Checkpoint:
    """A training at the end of an epoch, or within one."""

    state: TrainingState
    """After the last finished epoch."""
    variables: Values
    """The network's and the optimizer's."""
    kept: Values | None
    """Weights of the epoch that is kept so far; None before there is one."""
    within: WithinEpoch | None
    """None at the end of an epoch."""
    joules: Mapping[str, float]
    """Energy that was taken so far, by device."""


class Checkpoints:
    """The checkpoints of one run in a folder.

    A file is written beside and renamed, so that it is whole or not there. Each names the run that it is of; the
    checkpoints of another recipe, another dataset or other code are never taken up.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        """Keep checkpoints of the run with this `identity`, plain JSON values, in `folder`."""
        self._folder = folder
        self._identity = canonical_json(identity)

    def save(self, checkpoint: Checkpoint) -> None:
        """Write `checkpoint` so that it survives a loss of power, and remove old ones."""
        self._folder.mkdir(parents=True, exist_ok=True)
        files = self._files()
        number = self._number(files[-1]) + 1 if files else 1
        path = self._folder / f"checkpoint-{number:09d}.npz"
        try:
            self._write(path, checkpoint)
        except UserError as error:
            if not is_full(error) or len(files) < KEPT:
                raise
            # The older ones make room; the newest stays until this one is whole.
            for old in files[:-1]:
                old.unlink()
            self._write(path, checkpoint)
        _sync_folder(self._folder)
        for old in [*files, path][:-KEPT]:
            old.unlink(missing_ok=True)

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder

    def newest(self) -> Checkpoint | None:
        """Return the newest checkpoint of this run that is whole; None if there is none."""
        for unfinished in self._folder.glob("*.part"):
            unfinished.unlink(missing_ok=True)
        for path in reversed(self._files()):
            try:
                checkpoint = self._read(path)
            except UserError:
                continue
            if checkpoint is not None:
                return checkpoint
        return None

    def remove(self) -> None:
        """Remove all checkpoints, those of other runs as well, and the folder."""
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                path.unlink(missing_ok=True)
            self._folder.rmdir()

    def _write(self, path: Path, checkpoint: Checkpoint) -> None:
        temporary = path.with_suffix(f".{os.getpid()}.part")
        try:
            with writing(path), temporary.open("wb") as file:
                arrays: dict[str, Any] = {**_arrays(checkpoint), "facts": np.array(self._facts(checkpoint))}
                np.savez(file, **arrays)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("checkpoint-*.npz"))

    @staticmethod
    def _number(path: Path) -> int:
        return int(path.stem.rpartition("-")[2])

    def _facts(self, checkpoint: Checkpoint) -> str:
        within = checkpoint.within
        facts = {
            "identity": self._identity,
            "state": asdict(checkpoint.state),
            "within": {"step": within.step, "seconds": within.seconds} if within else None,
            "joules": dict(checkpoint.joules),
        }
        return json.dumps(facts)

    def _read(self, path: Path) -> Checkpoint | None:
        """Return the checkpoint in `path`; None if it is of another run. The zip file's checksums are compared."""
        with reading_result(path), np.load(path) as file:
            facts = json.loads(str(file["facts"]))
            if facts["identity"] != self._identity:
                return None
            state = facts["state"]
            history = tuple(Epoch(**epoch) for epoch in state["history"])
            within = facts["within"]
            return Checkpoint(
                TrainingState(**{**state, "history": history}),
                list(_of_group(file, "variables")),
                list(_of_group(file, "kept")) or None,
                within
                and WithinEpoch(
                    **within, metrics=[*_of_group(file, "metrics")], generators=[*_of_group(file, "seeds")]
                ),
                facts["joules"],
            )


def newest_checkpoint(folder: Path) -> str | None:
    """Return the name of the newest checkpoint of the run in `folder`, whether or not it is whole; None without one."""
    return max((path.name for path in (folder / CHECKPOINTS).glob("checkpoint-*.npz")), default=None)


def _arrays(checkpoint: Checkpoint) -> dict[str, npt.NDArray[Any]]:
    within = checkpoint.within
    groups: dict[str, Sequence[npt.NDArray[Any]]] = {
        "variables": checkpoint.variables,
        "kept": checkpoint.kept or [],
        "metrics": within.metrics if within else [],
        "seeds": within.generators if within else [],
    }
    return {f"{name}-{number}": value for name, values in groups.items() for number, value in enumerate(values)}


def _of_group(file: Mapping[str, Any], name: str) -> Iterator[npt.NDArray[Any]]:
    """Yield the arrays of a group in their order."""
    count = sum(key.startswith(f"{name}-") for key in file)
    return (file[f"{name}-{number}"] for number in range(count))


def _sync_folder(folder: Path) -> None:
    """Make the renaming of a file in `folder` survive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
