"""What an attempt to train leaves for whoever comes after it, should it die."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cnnbench.errors import UserError
from cnnbench.files import read_json, write_json
from cnnbench.training.batches import Batches
from cnnbench.training.checkpoint import CHECKPOINTS


@dataclass(frozen=True)
class Attempt:
    """A training that was begun."""

    identity: Mapping[str, Any]
    """All that decides the run's result, as plain JSON values."""
    summary: Mapping[str, Any]
    """What `training.json` says of network and machine, which only Keras knows."""
    batches: Batches
    """How updates are computed."""


def note_attempt(folder: Path, attempt: Attempt) -> None:
    """Keep `attempt` beside the checkpoints in the run's `folder`, with which it is removed."""
    write_json(_path(folder), asdict(attempt))


def last_attempt(folder: Path, identity: Mapping[str, Any]) -> Attempt | None:
    """Return the last attempt at the run in `folder`; None if there is none.

    Args:
        folder: the run's folder.
        identity: what the attempt's must contain; of another run's, nothing is known.
    """
    try:
        content = read_json(_path(folder))
        attempt = Attempt(content["identity"], content["summary"], Batches(**content["batches"]))
        same = all(attempt.identity.get(key) == value for key, value in identity.items())
    except (UserError, KeyError, TypeError, AttributeError):
        return None
    return attempt if same else None


def _path(folder: Path) -> Path:
    return folder / CHECKPOINTS / "attempt.json"
