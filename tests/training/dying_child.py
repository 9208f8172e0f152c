"""Stands for a training: dies as `plan.json` in its folder says, one death for each time that it is started."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType


def main() -> None:
    """Do what is next in the plan."""
    folder, size = Path(sys.argv[1]), int(sys.argv[sys.argv.index("--images-at-once") + 1])
    record = folder / "sizes.json"
    sizes = [*(json.loads(record.read_text()) if record.exists() else []), size]
    record.write_text(json.dumps(sizes))
    plan = json.loads((folder / "plan.json").read_text())
    if len(sizes) > len(plan["deaths"]):
        return
    actions = plan["deaths"][len(sizes) - 1].split(" and ")
    if "forget" not in actions:
        plan["attempt"]["summary"]["computed_batch_size"] = size
        (folder / "checkpoints").mkdir(exist_ok=True)
        (folder / "checkpoints" / "attempt.json").write_text(json.dumps(plan["attempt"]))
    for action in actions:
        _do(action, folder, len(sizes))


def _do(action: str, folder: Path, time_started: int) -> None:
    word, _, rest = action.partition(" ")
    if word == "say":
        print(rest, file=sys.stderr, flush=True)
    elif word == "exit":
        sys.exit(int(rest))
    elif word == "die":
        os.kill(os.getpid(), int(rest))
    elif word == "checkpoint":
        (folder / "checkpoints" / f"checkpoint-{time_started:09d}.npz").touch()
    elif word in ("wait", "wait-and-be-killed"):
        _wait(folder, killed=word == "wait-and-be-killed")


def _wait(folder: Path, killed: bool) -> None:
    def end(number: int, frame: FrameType | None) -> None:
        time.sleep(0.5)
        (folder / "ended").write_text(str(int(number)))
        if killed:
            os.kill(os.getpid(), signal.SIGKILL)
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    from cnnbench.training.interruption import Interruption

    Interruption().listen_for_end_of(0)
    print("waiting", flush=True)
    time.sleep(60)


if __name__ == "__main__":
    main()
