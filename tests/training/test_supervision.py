"""Whatever a training dies of, the run gets its row, goes on, or fails loudly."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from cnnbench.files import read_json, write_json
from cnnbench.study.recipe import Recipe
from cnnbench.training.attempt import Attempt, note_attempt
from cnnbench.training.batches import Batches, divide_batches, smaller_parts
from cnnbench.training.child import Ending
from cnnbench.training.memory import MemoryWatch, processes_killed_for_memory
from cnnbench.training.results import RunSettings, identity_of
from cnnbench.training.supervision import MEMORY_RAN_OUT, Cause, cause_of, supervise

DATASET = {"checksums": {"train_images.npy": "0"}, "official": None, "counts": {"train": [60, 40]}}
CHILD = Path(__file__).parent / "dying_child.py"


@pytest.fixture
def settings(tmp_path: Path) -> RunSettings:
    """A run with a batch of eight images."""
    write_json(tmp_path / "data" / "dataset.json", DATASET)
    return RunSettings("lenet5", Recipe(batch_size=8), 0, tmp_path / "data", 1, "abc")


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Give back the signal handlers that a supervisor takes."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def command_of(settings: RunSettings, folder: Path, deaths: Sequence[str]) -> list[str]:
    """A child that dies of these one after the other, and then ends well."""
    attempt = Attempt(identity_of(settings, DATASET), {"parameters": 5, "computed_batch_size": 0}, Batches(1, 1))
    folder.mkdir(exist_ok=True)
    (folder / "plan.json").write_text(json.dumps({"deaths": list(deaths), "attempt": asdict(attempt)}))
    return [sys.executable, str(CHILD), str(folder)]


def sizes(folder: Path) -> list[int]:
    """How many images each child computed at once."""
    return json.loads((folder / "sizes.json").read_text())


DEATHS = {
    "an exception that says so": "exit 12",
    "a crash that says so": "say terminate called after throwing an instance of 'std::bad_alloc' and die 6",
    "a segmentation fault after a message": "say Out of memory and die 11",
    "a shell that reports such a crash": "say Cannot allocate memory and exit 139",
}


@pytest.mark.parametrize("death", DEATHS.values(), ids=DEATHS)
def test_memory_that_runs_out_leads_to_smaller_parts(death: str, settings: RunSettings, tmp_path: Path) -> None:
    said: list[str] = []
    folder = tmp_path / "run"
    assert supervise(settings, folder, command_of(settings, folder, [death, death]), said.append) == 0
    assert sizes(folder) == [8, 4, 2]
    assert [line.partition(":")[0] for line in said] == [
        "out of memory with 8 images at once; now with 4",
        "out of memory with 4 images at once; now with 2",
    ]
    assert not (folder / "training.json").exists(), "the child writes its own results"


def test_run_that_fits_in_no_parts_is_a_row(settings: RunSettings, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = command_of(settings, folder, ["say out of memory: 7 bytes and exit 12"] * 4)
    assert supervise(settings, folder, command, lambda line: None) == 0
    assert sizes(folder) == [8, 4, 2, 1]
    row = read_json(folder / "training.json")
    assert row["status"] == "out_of_memory"
    assert row["reason"] == "out of memory with 1 image at once: 7 bytes"
    assert row["computed_batch_size"] == 1
    assert row["parameters"] == 5
    assert (row["epochs"], row["kept_epoch"], row["seconds"]) == (0, None, 0)
    assert (folder / "model.keras").stat().st_size == 0
    assert not (folder / "checkpoints").exists()


def test_moving_average_is_not_computed_in_parts(settings: RunSettings, tmp_path: Path) -> None:
    settings = replace(settings, recipe=Recipe(batch_size=8, moving_average=0.9))
    folder = tmp_path / "run"
    assert supervise(settings, folder, command_of(settings, folder, ["exit 12"]), lambda line: None) == 0
    assert sizes(folder) == [8]
    assert read_json(folder / "training.json")["reason"].startswith(
        "out of memory with 8 images at once (with a moving"
    )


def test_killed_child_goes_on_as_it_was_while_it_gets_further(settings: RunSettings, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = command_of(settings, folder, ["checkpoint and die 9"] * 4)
    assert supervise(settings, folder, command, lambda line: None) == 0
    assert sizes(folder) == [8] * 5


def test_child_that_is_killed_twice_in_vain_had_no_memory(settings: RunSettings, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = command_of(settings, folder, ["die 9", "checkpoint and die 9", "exit 137", "die 9", "die 9"])
    assert supervise(settings, folder, command, lambda line: None) == 0
    assert sizes(folder) == [8, 8, 8, 8, 4, 4]


@pytest.mark.parametrize(("death", "status"), [("exit 1", 1), ("die 11", 139), ("die 6", 134), ("exit 3", 3)])
def test_bug_ends_the_job_and_leaves_no_row(
    death: str, status: int, settings: RunSettings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    command = command_of(settings, folder, [f"say a traceback and {death}"])
    assert supervise(settings, folder, command, lambda line: None) == status
    assert sizes(folder) == [8]
    assert not (folder / "training.json").exists()
    shown = capfd.readouterr().err.splitlines()
    assert shown.count("a traceback") == 1
    assert len(shown) == (2 if death.startswith("die") else 1)


def test_memory_that_ran_out_before_anything_was_known_is_no_row(settings: RunSettings, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = command_of(settings, folder, ["forget and exit 12"] * 4)
    assert supervise(settings, folder, command, lambda line: None) == 1
    assert not (folder / "training.json").exists()


def test_interrupted_attempt_is_taken_up_in_its_parts(settings: RunSettings, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = command_of(settings, folder, [])
    note_attempt(folder, Attempt(identity_of(settings, DATASET), {}, Batches(2, 4, 2)))
    assert supervise(settings, folder, command, lambda line: None) == 0
    assert sizes(folder) == [2]


@pytest.mark.parametrize("other", [{"seed": 1}, {"code": "b"}, {"architecture": "vgg16"}, {"recipe": Recipe(epochs=3)}])
def test_attempt_at_another_run_is_not_taken_up(other: dict[str, Any], settings: RunSettings, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = command_of(settings, folder, [])
    note_attempt(folder, Attempt(identity_of(replace(settings, **other), DATASET), {}, Batches(2, 4, 2)))
    assert supervise(settings, folder, command, lambda line: None) == 0
    assert sizes(folder) == [8]


def start_supervisor(settings: RunSettings, folder: Path, child: str = "wait") -> subprocess.Popen[str]:
    """A supervisor of a child that runs until it is asked to end, and then takes its time."""
    command = command_of(settings, folder, [child])
    code = (
        "import sys; from pathlib import Path; from cnnbench.study.recipe import Recipe\n"
        "from cnnbench.training.results import RunSettings; from cnnbench.training.supervision import supervise\n"
        f"settings = RunSettings('lenet5', Recipe(batch_size=8), 0, Path({str(settings.dataset)!r}), 1, 'abc')\n"
        f"sys.exit(supervise(settings, Path({str(folder)!r}), {command!r}, print))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "waiting\n"
    return process


@pytest.mark.parametrize("child", ["wait", "wait-and-be-killed"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_request_to_end_reaches_the_child_and_is_no_failure(
    number: signal.Signals, child: str, settings: RunSettings, tmp_path: Path
) -> None:
    """Even if a scheduler has no patience and kills the child after its request."""
    folder = tmp_path / "run"
    process = start_supervisor(settings, folder, child)
    process.send_signal(number)
    assert process.communicate(timeout=20) == ("", ""), "nothing more is started, and nobody speaks of a bug"
    assert process.returncode == 128 + number
    assert (folder / "ended").read_text() == str(int(number)), "it was waited for"
    assert sizes(folder) == [8]
    assert not (folder / "training.json").exists()


def test_child_learns_that_its_supervisor_was_killed(settings: RunSettings, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = start_supervisor(settings, folder)
    (child,) = psutil.Process(process.pid).children()
    process.kill()
    process.communicate()
    child.wait(20)
    assert (folder / "ended").read_text() == str(int(signal.SIGTERM))


@pytest.mark.parametrize(
    ("ending", "cause"),
    [
        (Ending(MEMORY_RAN_OUT), Cause.MEMORY),
        (Ending(-signal.SIGKILL), Cause.KILLED),
        (Ending(128 + signal.SIGKILL), Cause.KILLED),
        (Ending(-signal.SIGKILL, someone_was_killed=True), Cause.MEMORY),
        (Ending(-signal.SIGKILL, memory_was_scarce=True), Cause.MEMORY),
        (Ending(-signal.SIGSEGV), Cause.BUG),
        (Ending(-signal.SIGSEGV, someone_was_killed=True), Cause.BUG),
        (Ending(-signal.SIGSEGV, memory_was_scarce=True), Cause.MEMORY),
        (Ending(-signal.SIGBUS, memory_was_scarce=True), Cause.MEMORY),
        (Ending(128 + signal.SIGABRT, ("what():  std::bad_alloc", "")), Cause.MEMORY),
        (Ending(-signal.SIGABRT, ("free(): invalid pointer",)), Cause.BUG),
        (Ending(-signal.SIGFPE, memory_was_scarce=True), Cause.BUG),
        (Ending(-signal.SIGTERM), Cause.BUG),
        (Ending(1, ("ValueError: no out of memory",), memory_was_scarce=True), Cause.BUG),
    ],
)
def test_cause_of_an_ending(ending: Ending, cause: Cause) -> None:
    assert cause_of(ending) is cause


def test_kernel_says_how_many_processes_it_has_killed(tmp_path: Path) -> None:
    counters = tmp_path / "vmstat"
    assert processes_killed_for_memory(counters) == 0
    counters.write_text("pgfault 12\noom_kill 3\n")
    assert processes_killed_for_memory(counters) == 3
    counters.write_text("something else\nentirely, not numbers\n")
    assert processes_killed_for_memory(counters) == 0


def test_memory_is_scarce_near_the_end_of_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = MemoryWatch(os.getpid())
    watch.look()
    assert not watch.scarce
    little = psutil.virtual_memory()._replace(available=1)
    with monkeypatch.context() as patch:
        patch.setattr(psutil, "virtual_memory", lambda: little)
        watch.look()
    watch.look()
    assert watch.scarce, "what was seen is remembered"


@pytest.mark.parametrize("images", [100, 129, 97, 1])
@pytest.mark.parametrize(
    "recipe", [{"batch_size": 256}, {"batch_size": 96, "micro_batch_size": 24}, {"batch_size": 30}]
)
def test_smaller_parts_make_the_same_update(images: int, recipe: dict[str, int]) -> None:
    settings = Recipe.model_validate(recipe)
    batches = planned = divide_batches(settings, images)
    while smaller := smaller_parts(batches, settings):
        assert smaller.update == planned.update
        assert smaller.size <= batches.size // 2
        assert smaller.validated <= smaller.size
        assert divide_batches(settings, images, smaller.size) == smaller
        batches = smaller
    assert batches.size == 1
    assert divide_batches(settings, images, planned.size) == planned
