"""A training that was killed goes on where it was, and ends with the bits of one that never stopped."""

import io
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pandas as pd
import psutil
import pytest
from cnnbench.data.prepare import prepare
from cnnbench.data.sample import write_sample
from cnnbench.files import canonical_json, read_json
from cnnbench.study.dataset import PreparedDataset
from cnnbench.study.recipe import Recipe
from cnnbench.training import checkpoint as checkpoint_module
from cnnbench.training import results as results_module
from cnnbench.training import run as run_module
from cnnbench.training.checkpoint import Checkpoint, Checkpoints
from cnnbench.training.ownership import RESULTS, sole_owner
from cnnbench.training.results import RunSettings
from cnnbench.training.run import train_run
from cnnbench.training.state import TrainingState

RECIPE: dict[str, Any] = {
    "epochs": 4,
    "batch_size": 64,
    "input": {"mode": "pad", "size": 32},
    "optimizer": "adamw",
    "weight_decay": 0.01,
    "dropout": {"head": 0.3},
    "augmentation": "handwriting",
    "schedule": {"name": "reduce_on_plateau", "patience": 1},
}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the sample, prepared: ten batches."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder / "sample.zip")
    prepare(PreparedDataset(name="sample", subset=0.5), folder / "sample.zip", folder / "data")
    return folder / "data"


def settings_of(dataset: Path, **recipe: Any) -> RunSettings:
    """Settings with a checkpoint after every batch."""
    merged = Recipe.model_validate({**RECIPE, **recipe})
    return RunSettings("lenet5", merged, 3, dataset, threads=2, code="abc", checkpoint_minutes=0.0)


def result(folder: Path) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """The weights of a run, and its history without times."""
    with zipfile.ZipFile(folder / "model.keras") as archive:
        file = h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r")
    weights: dict[str, np.ndarray] = {}
    file.visititems(lambda name, item: weights.update({name: item[()]}) if isinstance(item, h5py.Dataset) else None)
    return weights, pd.read_csv(folder / "history.csv").drop(columns=["seconds", "images_per_second"])


def assert_same_bits(one: Path, other: Path) -> None:
    (weights, history), (other_weights, other_history) = result(one), result(other)
    assert weights.keys() == other_weights.keys()
    for name, values in weights.items():
        assert values.tobytes() == other_weights[name].tobytes(), name
    pd.testing.assert_frame_equal(history, other_history, check_exact=True)


class KilledError(BaseException):
    """Ends a training as a kill does: nothing may catch it."""


@pytest.fixture
def kill(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the training die after so many more checkpoints."""
    left = [0]
    save = Checkpoints.save

    def save_and_die(self: Checkpoints, checkpoint: Checkpoint) -> None:
        save(self, checkpoint)
        left[0] -= 1
        if left[0] == 0:
            raise KilledError

    monkeypatch.setattr(Checkpoints, "save", save_and_die)
    return lambda after: left.__setitem__(0, after)


CARRIES_STATE: dict[str, dict[str, Any]] = {
    "optimizer, dropout, augmentation, plateau": {},
    "moving average": {"moving_average": 0.9},
    "parts of a batch": {"micro_batch_size": 16, "optimizer": "sgd", "weight_decay": 0.0},
    "early stopping": {"early_stopping": {"patience": 1, "restore_best": True}, "learning_rate": 0.01},
    "16 bits": {"precision": "mixed_float16"},
}


@pytest.mark.parametrize("recipe", CARRIES_STATE.values(), ids=CARRIES_STATE)
def test_killed_training_ends_with_the_same_bits(
    recipe: dict[str, Any], dataset: Path, kill: Callable[[int], None], tmp_path: Path
) -> None:
    settings = settings_of(dataset, **recipe)
    kill(0)
    train_run(replace(settings, checkpoint_minutes=10.0), tmp_path / "whole", lambda line: None)
    moments = np.random.default_rng(0).integers(1, 12, 4).tolist()
    for after in moments:
        kill(after)
        with pytest.raises(KilledError):
            train_run(settings, tmp_path / "killed", lambda line: None)
    kill(0)
    said: list[str] = []
    train_run(settings, tmp_path / "killed", said.append)
    assert any(line.startswith("going on after epoch") for line in said)
    assert_same_bits(tmp_path / "killed", tmp_path / "whole")
    assert not (tmp_path / "killed" / "checkpoints").exists()


def _die(*arguments: object, **names: object) -> None:
    raise KilledError


MOMENTS: dict[str, tuple[Any, str]] = {
    "while a checkpoint is written": (checkpoint_module.np, "savez"),
    "before a checkpoint has its name": (checkpoint_module.os, "fsync"),
    "when a checkpoint has its name": (checkpoint_module, "_sync_folder"),
    "before the recipe is written": (results_module, "write_json"),
    "before the summary is written": (run_module, "write_results"),
    "before the results are kept": (run_module, "keep_results"),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_training_can_be_killed_at_any_moment(
    moment: str,
    dataset: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    whole: Path,
    kill: Callable[[int], None],
) -> None:
    settings = settings_of(dataset, epochs=2)
    kill(7)
    with pytest.raises(KilledError):
        train_run(settings, tmp_path / "killed", lambda line: None)
    kill(0)
    with monkeypatch.context() as patch:
        patch.setattr(*MOMENTS[moment], _die)
        with pytest.raises(KilledError):
            train_run(settings, tmp_path / "killed", lambda line: None)
    train_run(settings, tmp_path / "killed", lambda line: None)
    assert_same_bits(tmp_path / "killed", whole)


@pytest.fixture(scope="module")
def whole(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two epochs that was never killed."""
    folder = tmp_path_factory.mktemp("whole")
    train_run(settings_of(dataset, epochs=2), folder, lambda line: None)
    return folder


@pytest.mark.parametrize("request_to_end", [signal.SIGTERM, signal.SIGINT])
def test_request_to_end_saves_and_ends_at_once(
    request_to_end: signal.Signals, dataset: Path, whole: Path, tmp_path: Path
) -> None:
    settings = settings_of(dataset, epochs=2)
    run = {"architecture": "lenet5", "recipe": settings.recipe.model_dump(mode="json"), "seed": 3}
    # Slow enough to be met within an epoch, and only saved because it is asked to end.
    slow = (
        "import time, sys; from cnnbench.training import progress;"
        "progress.StepProgress.on_train_batch_begin = lambda self, batch, logs=None: time.sleep(0.2);"
        "from cnnbench.commands import train_attempt; train_attempt.main()"
    )
    arguments = ["--run", canonical_json(run), "--dataset", str(dataset), "--folder", str(tmp_path / "run")]
    arguments += ["--threads", "2", "--code", "abc", "--checkpoint-minutes", "60"]
    code = f"from cnnbench.training.backend import set_up_backend; set_up_backend('tensorflow', 2); {slow}"
    process = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    next(line for line in process.stdout if line.startswith("[lenet5") and "epoch 1/2" in line)
    process.send_signal(request_to_end)
    process.communicate(timeout=60)
    assert process.returncode == 128 + request_to_end
    assert list((tmp_path / "run" / "checkpoints").glob("checkpoint-*.npz"))
    said: list[str] = []
    train_run(settings, tmp_path / "run", said.append)
    assert any(line.startswith("going on after epoch 1") for line in said)
    assert_same_bits(tmp_path / "run", whole)


def test_run_that_is_out_of_time_goes_on_with_more(dataset: Path, whole: Path, tmp_path: Path) -> None:
    settings, folder = settings_of(dataset, epochs=2), tmp_path / "run"
    for limit in (1e-6, 2e-6):
        train_run(replace(settings, time_limit_minutes=limit), folder, lambda line: None)
        training = read_json(folder / "training.json")
        assert training["status"] == "timed_out"
        assert training["time_limit_minutes"] == limit
        assert training["reason"] == (
            f"timed out: {limit:g} minutes were over after 0 of 2 epochs; no epoch was finished"
        )
        assert (folder / "model.keras").stat().st_size == 0
    said: list[str] = []
    train_run(settings, folder, said.append)
    assert any(line.startswith("going on after epoch 0 and ") for line in said)
    assert_same_bits(folder, whole)


def test_killed_child_of_a_supervisor_ends_with_the_same_bits(dataset: Path, whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = subprocess.Popen(_supervised(dataset, folder), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    next(line for line in process.stdout if "epoch 1/2" in line)
    (child,) = psutil.Process(process.pid).children()
    child.kill()
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "the training was killed; another process goes on" in said
    assert_same_bits(folder, whole)
    assert read_json(folder / "training.json")["computed_batch_size"] == 64


def test_training_without_memory_ends_in_smaller_parts(dataset: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    starved = (
        "from cnnbench.training.backend import set_up_backend; set_up_backend('tensorflow', 2)\n"
        "from cnnbench.training import loop\n"
        "build = loop._build\n"
        "def starve(model, batch):\n"
        "    if batch > 32: raise MemoryError(f'no room for {batch} images')\n"
        "    build(model, batch)\n"
        "loop._build = starve\n"
        "from cnnbench.commands import train_attempt; train_attempt.main()"
    )
    supervisor = (
        "import sys; from cnnbench.training import supervision\n"
        "run_child = supervision.run_child\n"
        f"starved = [sys.executable, '-c', {starved!r}]\n"
        "supervision.run_child = lambda command, *rest: run_child([*starved, *command[3:]], *rest)\n"
        "from cnnbench.commands import train; train.main()"
    )
    command = [sys.executable, "-c", supervisor, *_supervised(dataset, folder)[3:]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "out of memory with 64 images at once; now with 32: no room for 64 images" in done.stdout
    training = read_json(folder / "training.json")
    assert (training["status"], training["planned_batch_size"], training["computed_batch_size"]) == ("done", 64, 32)
    assert read_json(folder / "recipe.json")["micro_batch_size"] is None, "the recipe stays what it is"


def _supervised(dataset: Path, folder: Path) -> list[str]:
    """The command that a job runs."""
    run = {"architecture": "lenet5", "recipe": settings_of(dataset, epochs=2).recipe.model_dump(mode="json"), "seed": 3}
    arguments = ["--run", canonical_json(run), "--dataset", str(dataset), "--folder", str(folder), "--threads", "2"]
    arguments += ["--code", "abc", "--checkpoint-minutes", "0.00001"]
    return [sys.executable, "-m", "cnnbench.commands.train", *arguments]


IDENTITY = {"recipe": 1, "code": "a"}


def _checkpoint(value: float) -> Checkpoint:
    return Checkpoint(TrainingState(value), [np.full(1000, value)], None, None, {})


def test_newest_whole_checkpoint_is_taken(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "c", IDENTITY)
    for value in (1.0, 2.0, 3.0):
        checkpoints.save(_checkpoint(value))
    *_, newest = sorted((tmp_path / "c").iterdir())
    assert len(list((tmp_path / "c").iterdir())) == 2
    found = checkpoints.newest()
    assert found is not None
    assert found.variables[0][0] == 3.0
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 1
    newest.write_bytes(content)
    found = checkpoints.newest()
    assert found is not None
    assert found.variables[0][0] == 2.0


@pytest.mark.parametrize("damage", [lambda content: b"", lambda content: content[:-100], lambda content: b"x" * 50])
def test_damaged_checkpoints_are_not_taken(damage: Callable[[bytes], bytes], tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path / "c", IDENTITY)
    checkpoints.save(_checkpoint(1.0))
    for path in (tmp_path / "c").iterdir():
        path.write_bytes(damage(path.read_bytes()))
    assert checkpoints.newest() is None


@pytest.mark.parametrize("other", [{"recipe": 2, "code": "a"}, {"recipe": 1, "code": "b"}, {}])
def test_checkpoint_of_another_run_is_not_taken(other: dict[str, Any], tmp_path: Path) -> None:
    Checkpoints(tmp_path / "c", other).save(_checkpoint(1.0))
    assert Checkpoints(tmp_path / "c", IDENTITY).newest() is None


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make any training fail."""
    monkeypatch.setattr(run_module, "train", _die)


def _copy(whole: Path, folder: Path) -> Path:
    shutil.copytree(whole, folder)
    for name in RESULTS:
        (folder / name).unlink()
    return folder


@pytest.mark.usefixtures("no_training")
def test_finished_training_is_adopted(dataset: Path, whole: Path, tmp_path: Path) -> None:
    folder = _copy(whole, tmp_path / "run")
    train_run(settings_of(dataset, epochs=2), folder, lambda line: None)
    assert_same_bits(folder, whole)
    assert read_json(folder / "training.json") == read_json(whole / "training.json")


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(
    "change",
    [
        lambda folder, settings: replace(settings, code="other"),
        lambda folder, settings: replace(settings, seed=4),
        lambda folder, settings: replace(settings, recipe=settings.recipe.model_copy(update={"epochs": 3})),
        lambda folder, settings: (folder / "finished/history.csv").write_text("epoch\n") and settings,
        lambda folder, settings: (folder / "finished/model.keras").unlink() or settings,
        lambda folder, settings: (folder / "finished/finished.json").write_text("{") and settings,
    ],
    ids=["code", "seed", "recipe", "damaged", "incomplete", "damaged list"],
)
def test_what_another_training_finished_is_not_adopted(
    change: Callable[[Path, RunSettings], RunSettings], dataset: Path, whole: Path, tmp_path: Path
) -> None:
    folder = _copy(whole, tmp_path / "run")
    settings = change(folder, settings_of(dataset, epochs=2))
    with pytest.raises(KilledError):
        train_run(settings, folder, lambda line: None)


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that trains the run in the folder `run`."""
    code = (
        "import sys, time; from pathlib import Path; from cnnbench.training.ownership import sole_owner\n"
        "with sole_owner(Path(sys.argv[1]), print): print('owner', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "run")], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "owner\n"
    yield process
    process.kill()
    process.wait()


def test_run_has_one_trainer_and_a_killed_one_lets_go(owner: subprocess.Popen[str], tmp_path: Path) -> None:
    said: list[str] = []

    def say_and_kill(line: str) -> None:
        said.append(line)
        owner.kill()

    with sole_owner(tmp_path / "run", say_and_kill):
        assert owner.wait(timeout=10) == -signal.SIGKILL
    assert said == ["another process is training this run; waiting for it"]
