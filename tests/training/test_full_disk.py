"""A full disk costs no training: checkpoints wait for space, and a result that did not fit comes with the next run."""

import errno
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from cnnbench.data.prepare import prepare
from cnnbench.data.sample import write_sample
from cnnbench.errors import UserError
from cnnbench.study.dataset import PreparedDataset
from cnnbench.study.recipe import Recipe
from cnnbench.training import space
from cnnbench.training.run import RunSettings, train_run

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> RunSettings:
    """Three short epochs, with a checkpoint after every batch."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder / "sample.zip")
    prepare(PreparedDataset(name="sample", subset=0.1), folder / "sample.zip", folder / "data")
    recipe = Recipe(epochs=3, batch_size=64)
    return RunSettings("lenet5", recipe, 3, folder / "data", threads=1, code="abc", checkpoint_minutes=0.0)


def test_checkpoints_that_do_not_fit_are_left_out_with_a_line(
    settings: RunSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = np.savez
    calls: list[int] = []

    def savez(*arguments: Any, **arrays: Any) -> None:
        calls.append(1)
        if 3 <= len(calls) <= 6:
            raise FULL
        saved(*arguments, **arrays)

    monkeypatch.setattr(np, "savez", savez)
    lines: list[str] = []
    train_run(settings, tmp_path / "run", lines.append)
    assert (tmp_path / "run" / "training.json").is_file()
    warnings = [line for line in lines if "no checkpoint was written, training goes on" in line]
    # The third is tried again after the oldest has made room, and then there is only one.
    assert len(warnings) == 3
    assert all("no space is left" in line for line in warnings)


def test_result_that_does_not_fit_is_written_by_the_next_run_without_training(
    settings: RunSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: Any, **options: Any) -> None:
        raise FULL

    with monkeypatch.context() as patch:
        patch.setattr(keras.Model, "save", full)
        with pytest.raises(UserError, match=r"run/model\.keras: no space is left"):
            train_run(settings, tmp_path / "run", lambda line: None)
    lines: list[str] = []
    train_run(settings, tmp_path / "run", lines.append)
    assert "going on after epoch 3" in lines
    assert not any(line.startswith("epoch") for line in lines)


def test_training_that_will_not_fit_is_not_begun(
    settings: RunSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def refuse(folder: Path, needed: int, what: str) -> None:
        asked.append(needed)
        raise UserError(f"{folder}: {what}")

    monkeypatch.setattr(space, "require_space", refuse)
    lines: list[str] = []
    with pytest.raises(UserError, match="run: this training"):
        train_run(settings, tmp_path / "run", lines.append)
    assert not any(line.startswith("epoch") for line in lines)
    weights = 61_706 * 4
    # Three checkpoints of weights, best weights and Adam's two values for each weight, and the network itself.
    assert weights * 13 <= asked[0] < weights * 14
