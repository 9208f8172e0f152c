"""A run ends in its files, the same bits every time, whatever happens on the way."""

import csv
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import keras
import numpy as np
import pytest
from cnnbench.data.arrays import load_part
from cnnbench.data.prepare import prepare
from cnnbench.data.sample import write_sample
from cnnbench.models.network.layers import leaf_layers
from cnnbench.study.dataset import PreparedDataset
from cnnbench.study.recipe import Recipe
from cnnbench.training import run as run_module
from cnnbench.training.interruption import TimeIsUpError
from cnnbench.training.loop import Trained
from cnnbench.training.numerics import numerics
from cnnbench.training.ownership import RESULTS
from cnnbench.training.results import RunSettings
from cnnbench.training.run import train_run
from cnnbench.training.saving import Saver
from cnnbench.training.schedule import scheduled_rate
from cnnbench.training.state import Epoch, TrainingState
from training.user_settings import KERAS_JSON, REMOVED, REPLACED

RECIPE = {"epochs": 2, "batch_size": 64, "input": {"mode": "pad", "size": 32}}


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, prepared."""
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder / "sample.zip")
    prepare(PreparedDataset(name="sample"), folder / "sample.zip", folder / "data")
    return folder / "data"


def _train(dataset: Path, folder: Path, **recipe: Any) -> dict[str, Any]:
    settings = RunSettings("lenet5", Recipe.model_validate({**RECIPE, **recipe}), 0, dataset, threads=2, code="abc")
    train_run(settings, folder, say=lambda line: None)
    summary: dict[str, Any] = json.loads((folder / "training.json").read_text())
    return summary


def _command(
    dataset: Path,
    folder: Path,
    backend: str = "tensorflow",
    seed: int = 0,
    before: str = "",
    variables: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Train in a process of its own, as a job does, after the Python code `before`; return what it printed.

    The process has the environment variables of this one, and `variables`.
    """
    run = json.dumps({"architecture": "lenet5", "recipe": {**RECIPE, "backend": backend}, "seed": seed})
    arguments = ["train", "--run", run, "--dataset", str(dataset), "--folder", str(folder), "--threads", "2"]
    code = f"{before}\nimport sys; sys.argv = {arguments!r}\nfrom cnnbench.commands.train_attempt import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _history(folder: Path) -> list[dict[str, str]]:
    with (folder / "history.csv").open() as file:
        return list(csv.DictReader(file))


def _bits(folder: Path) -> tuple[bytes, list[tuple[str, ...]]]:
    """The weights, and the history without its times."""
    with zipfile.ZipFile(folder / "model.keras") as archive:
        weights = archive.read("model.weights.h5")
    return weights, [tuple(list(row.values())[:6]) for row in _history(folder)]


def test_run_has_all_its_files(dataset: Path, tmp_path: Path) -> None:
    summary = _train(dataset, tmp_path / "run")
    names = {path.name for path in (tmp_path / "run").iterdir()}
    # The last two keep the run from being trained twice.
    assert names == {"model.keras", "history.csv", "recipe.json", "training.json", "finished", "training.lock"}
    assert Recipe.model_validate(json.loads((tmp_path / "run/recipe.json").read_text())).epochs == 2
    assert summary["status"] == "done"
    assert summary["reason"] is None
    assert summary["parameters"] == 61_706
    assert summary["epochs"] == 2
    assert summary["seconds"] > 0
    assert summary["images_per_second"] > 0
    assert summary["hardware"]["device"] in ("CPU", "GPU")
    assert {"python", "keras", "tensorflow", "numpy"} <= set(summary["versions"])
    assert summary["dataset"]["checksums"] == json.loads((dataset / "dataset.json").read_text())["checksums"]


def test_saved_network_is_that_of_the_best_epoch(dataset: Path, tmp_path: Path) -> None:
    """With a rate that destroys what was learnt, the first epochs are better than the last."""
    summary = _train(dataset, tmp_path, epochs=6, learning_rate=0.05, selection="validation_loss")
    rows = _history(tmp_path)
    losses = [float(row["validation_loss"]) for row in rows]
    assert summary["best_epoch"] == 1 + int(np.argmin(losses))
    network = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    images, labels = load_part(dataset, "validation")
    accuracy = (network.predict(images, verbose=0).argmax(axis=1) == labels).mean()
    assert accuracy == pytest.approx(float(rows[summary["best_epoch"] - 1]["validation_accuracy"]), abs=1e-6)


def test_last_epoch_is_kept_where_the_best_is_not_to_be_restored(dataset: Path, tmp_path: Path) -> None:
    """Training that stops an epoch after the best one has not seen its best in the last."""
    stopping = {"patience": 1, "restore_best": False}
    summary = _train(
        dataset, tmp_path, epochs=50, learning_rate=0.05, selection="validation_loss", early_stopping=stopping
    )
    assert summary["best_epoch"] == summary["epochs"] - 1
    assert summary["kept_epoch"] == summary["epochs"] < 50
    network = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    images, labels = load_part(dataset, "validation")
    accuracy = (network.predict(images, verbose=0).argmax(axis=1) == labels).mean()
    assert accuracy == pytest.approx(float(_history(tmp_path)[-1]["validation_accuracy"]), abs=1e-6)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_computes_in_16_bits_and_keeps_32(dataset: Path, tmp_path: Path, precision: str) -> None:
    summary = _train(dataset, tmp_path, precision=precision)
    assert summary["status"] == "done"
    network = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    layers = {layer.name: layer for layer in leaf_layers(network)}
    assert layers["C3"].compute_dtype == precision.removeprefix("mixed_")
    assert layers["C3"].variable_dtype == "float32"
    assert layers["standardise"].compute_dtype == "float32"
    assert layers["logits"].compute_dtype == "float32"
    assert float(_history(tmp_path)[-1]["validation_accuracy"]) > 0.7
    assert keras.config.dtype_policy().name == "float32", "the next run computes as its own recipe says"


def test_everything_at_once(dataset: Path, tmp_path: Path) -> None:
    """All axes of the recipe go together, and a batch larger than the training part is one batch."""
    summary = _train(
        dataset,
        tmp_path,
        epochs=2,
        batch_size=4096,
        micro_batch_size=512,
        optimizer="adamw",
        weight_decay=0.01,
        gradient_clip=1.0,
        schedule={"name": "cosine", "warm_up": 1},
        activation={"name": "leaky_relu", "slope": 0.1},
        dropout={"head": 0.2, "stages": 0.1},
        label_smoothing=0.1,
        augmentation="strong",
        precision="mixed_bfloat16",
    )
    assert summary["status"] == "done"
    assert summary["epochs"] == 2


def test_test_part_is_not_read_in_training(dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parts: list[str] = []

    def watched(folder: Path, part: Any) -> Any:
        parts.append(part)
        return load_part(folder, part)

    monkeypatch.setattr(run_module, "load_part", watched)
    _train(dataset, tmp_path, epochs=1)
    assert sorted(parts) == ["train", "validation"]


def test_learning_rate_of_every_epoch_follows_the_schedule(dataset: Path, tmp_path: Path) -> None:
    _train(
        dataset,
        tmp_path,
        epochs=5,
        learning_rate=1e-12,
        schedule={"name": "reduce_on_plateau", "patience": 1, "floor": 0},
    )
    losses = [float(row["validation_loss"]) for row in _history(tmp_path)]
    expected, best = [1e-12], float("inf")
    for loss in losses[:-1]:
        expected.append(expected[-1] if loss < best else expected[-1] / 2)
        best = min(best, loss)
    assert [float(row["learning_rate"]) for row in _history(tmp_path)] == pytest.approx(expected)


@pytest.mark.parametrize(
    "schedule",
    [
        {"name": "step", "every": 1},
        "exponential",
        "cosine",
        {"name": "cosine", "warm_up": 2},
        {"name": "constant", "warm_up": 1},
    ],
)
def test_logged_learning_rate_follows_the_schedule(dataset: Path, tmp_path: Path, schedule: Any) -> None:
    _train(dataset, tmp_path, epochs=3, schedule=schedule)
    recipe = Recipe.model_validate({**RECIPE, "epochs": 3, "schedule": schedule})
    expected = [scheduled_rate(recipe, epoch) for epoch in (1, 2, 3)]
    assert [float(row["learning_rate"]) for row in _history(tmp_path)] == pytest.approx(expected)


@pytest.fixture(scope="module")
def of_a_process(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run with seed 0, trained in a process of its own."""
    folder = tmp_path_factory.mktemp("process")
    _command(dataset, folder)
    return folder


def test_two_processes_give_the_same_bits(dataset: Path, of_a_process: Path, tmp_path: Path) -> None:
    _command(dataset, tmp_path)
    assert _bits(tmp_path) == _bits(of_a_process)


def test_another_seed_gives_other_weights(dataset: Path, of_a_process: Path, tmp_path: Path) -> None:
    _command(dataset, tmp_path, seed=1)
    assert _bits(tmp_path)[0] != _bits(of_a_process)[0]


@pytest.fixture
def user_settings(tmp_path: Path) -> dict[str, str]:
    """Variables of a user who has settings for everything, and whose Keras finds two files that disagree with a run."""
    for folder in ("home/.keras", "keras_home"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "keras.json").write_text(json.dumps(KERAS_JSON))
    return {**REMOVED, **REPLACED, "HOME": f"{tmp_path}/home", "KERAS_HOME": f"{tmp_path}/keras_home"}


def test_settings_of_a_user_do_not_change_a_run(
    dataset: Path, of_a_process: Path, user_settings: dict[str, str], tmp_path: Path
) -> None:
    _command(dataset, tmp_path / "run", variables=user_settings)
    assert _bits(tmp_path / "run") == _bits(of_a_process)
    summaries = [json.loads((folder / "training.json").read_text()) for folder in (tmp_path / "run", of_a_process)]
    assert summaries[0]["environment"] == summaries[1]["environment"]
    assert summaries[0]["environment"]["TF_DETERMINISTIC_OPS"] == "0"


def test_settings_of_a_user_do_not_change_a_run_under_jax(
    dataset: Path, under_jax: "Finished", user_settings: dict[str, str], tmp_path: Path
) -> None:
    _command(dataset, tmp_path / "run", backend="jax", variables=user_settings)
    assert _bits(tmp_path / "run") == _bits(under_jax.folder)


@pytest.mark.parametrize("home", ["", os.devnull], ids=["writable", "unwritable"])
def test_settings_of_a_user_do_not_change_predictions(
    dataset: Path, of_a_process: Path, user_settings: dict[str, str], home: str, tmp_path: Path
) -> None:
    arguments = ["--backend", "tensorflow", "--dataset", str(dataset), "--folder", str(of_a_process), "--threads", "2"]
    answers = []
    (tmp_path / "new home").mkdir()
    without = {"HOME": str(tmp_path / "new home")}
    for number, variables in enumerate([without, user_settings | ({"HOME": home} if home else {})]):
        output = tmp_path / f"{number}.npz"
        command = [sys.executable, "-m", "cnnbench.commands.predict", *arguments, "--output", str(output)]
        subprocess.run(command, env=os.environ | variables, capture_output=True, check=True)
        with np.load(output) as predictions:
            answers.append(predictions["probabilities"])
    np.testing.assert_array_equal(answers[0], answers[1])
    assert not (tmp_path / "new home" / ".keras").exists(), "Keras leaves no settings behind"


KERAS_SETTINGS: dict[str, Any] = {
    "floatx": "float16",
    "epsilon": 0.1,
    "image_data_format": "channels_first",
    "max_epochs": 1,
    "max_steps_per_epoch": 1,
    "dtype_policy": "bfloat16",
}


@pytest.fixture
def settings_of_keras() -> Iterator[None]:
    """Keras as earlier code in this process has set it up."""
    with numerics("float32"):
        for name, value in KERAS_SETTINGS.items():
            getattr(keras.config, f"set_{name}")(value)
        yield


def test_a_run_does_not_depend_on_what_keras_was_set_to_before(
    dataset: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    _train(dataset, tmp_path / "clean")
    request.getfixturevalue("settings_of_keras")
    _train(dataset, tmp_path / "after")
    assert _bits(tmp_path / "after")[1] == _bits(tmp_path / "clean")[1]
    networks = [
        keras.saving.load_model(tmp_path / folder / "model.keras", compile=False) for folder in ("after", "clean")
    ]
    for weights, clean in zip(*(network.get_weights() for network in networks), strict=True):
        np.testing.assert_array_equal(weights, clean, strict=True)
    after = {name: getattr(keras.config, name)() for name in KERAS_SETTINGS}
    assert after | {"dtype_policy": after["dtype_policy"].name} == KERAS_SETTINGS, "Keras is left as it was"


WATCH_IMPORTS = """
import sys
class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "tensorflow":
            raise SystemExit("tensorflow is imported")
sys.meta_path.append(Watch())
import atexit
atexit.register(lambda: print("tensorflow" in sys.modules))
"""


@dataclass(frozen=True)
class Finished:
    """A run that has ended."""

    folder: Path
    printed: str


@pytest.fixture(scope="module")
def under_jax(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Trained by JAX, which had to do without TensorFlow."""
    pytest.importorskip("jax")
    folder = tmp_path_factory.mktemp("jax")
    return Finished(folder, _command(dataset, folder, backend="jax", before=WATCH_IMPORTS))


def test_jax_trains_without_importing_tensorflow(under_jax: Finished) -> None:
    assert under_jax.printed.splitlines()[-1] == "False"
    summary = json.loads((under_jax.folder / "training.json").read_text())
    assert summary["backend"] == "jax"
    assert "jax" in summary["versions"]
    assert float(_history(under_jax.folder)[-1]["validation_accuracy"]) > 0.7


def test_jax_predicts_without_importing_tensorflow(dataset: Path, under_jax: Finished, tmp_path: Path) -> None:
    arguments = [
        "--backend",
        "jax",
        "--dataset",
        str(dataset),
        "--folder",
        str(under_jax.folder),
        "--output",
        f"{tmp_path}/p.npz",
    ]
    code = (
        f"{WATCH_IMPORTS}\nsys.argv = {['predict', *arguments]!r}\nfrom cnnbench.commands.predict import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False"
    with np.load(tmp_path / "p.npz") as predictions:
        np.testing.assert_allclose(predictions["probabilities"].sum(axis=1), 1.0, rtol=1e-5)
        assert (predictions["probabilities"].argmax(axis=1) == predictions["labels"]).mean() > 0.7


def test_backend_that_is_not_installed_is_named(dataset: Path, tmp_path: Path) -> None:
    hide = (
        "import importlib.util as u; find = u.find_spec; u.find_spec = lambda n, *a: n != 'jax' and find(n, *a) or None"
    )
    with pytest.raises(AssertionError, match=r"recipe\.backend: jax is not installed here"):
        _command(dataset, tmp_path, backend="jax", before=hide)


def test_run_that_diverges_is_a_result(dataset: Path, tmp_path: Path) -> None:
    summary = _train(dataset, tmp_path, epochs=50, optimizer="sgd", learning_rate=100.0, weight_decay=1.0)
    assert summary["status"] == "diverged"
    assert re.match(rf"diverged in epoch {summary['epochs']}, step \d+: training loss ", summary["reason"])
    assert summary["epochs"] < 50, "training ends where the loss is lost"
    assert (tmp_path / "model.keras").stat().st_size == 0


METRICS = {
    "loss": "training loss",
    "accuracy": "training accuracy",
    "validation_loss": "validation loss",
    "validation_accuracy": "validation accuracy",
}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize(("metric", "step"), [*((metric, None) for metric in METRICS), ("loss", 3)])
def test_reason_names_the_metric_that_diverged(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, metric: str, value: float, step: int | None
) -> None:
    epoch = replace(Epoch(1, 0.1, 1.0, 0.5, 1.0, 0.5, 1.0, 100.0), **{metric: value})
    state = TrainingState(0.1, (epoch,), diverged_in_step=step)
    monkeypatch.setattr(run_module, "train", lambda network, *_: Trained(state, network))
    summary = _train(dataset, tmp_path)
    assert summary["status"] == "diverged"
    where = "after its last step" if step is None else f"step {step}"
    assert summary["reason"] == f"diverged in epoch 1, {where}: {METRICS[metric]} {value:g}"
    assert (tmp_path / "model.keras").stat().st_size == 0


def _raise(error: Exception) -> Callable[..., Any]:
    def raising(*arguments: Any, **keywords: Any) -> Any:
        raise error

    return raising


@pytest.mark.parametrize("rate", [1.0, 100.0])
def test_run_that_learns_nothing_is_a_failure_with_its_history(dataset: Path, tmp_path: Path, rate: float) -> None:
    summary = _train(dataset, tmp_path, learning_rate=rate)
    assert summary["status"] == "did_not_learn"
    assert summary["reason"].startswith("did not learn: ")
    assert summary["epochs"] == len(_history(tmp_path)) == 2
    assert (tmp_path / "model.keras").stat().st_size == 0


def test_run_that_is_out_of_time_says_what_it_reached(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end_after_an_epoch(self: Saver, state: TrainingState, seconds: float) -> None:
        if state.epoch == 1:
            raise TimeIsUpError(state)

    monkeypatch.setattr(Saver, "end_in_time", end_after_an_epoch)
    settings = RunSettings("lenet5", Recipe.model_validate(RECIPE), 0, dataset, 2, "abc", time_limit_minutes=30.0)
    train_run(settings, tmp_path, lambda line: None)
    summary = json.loads((tmp_path / "training.json").read_text())
    best = float(_history(tmp_path)[0]["validation_accuracy"])
    assert summary["reason"] == (
        f"timed out: 30 minutes were over after 1 of 2 epochs; the best validation accuracy was {best:.2%}, in epoch 1"
    )
    assert summary["epochs"] == 1
    assert summary["seconds"] > 0


def test_any_other_error_stops_the_run_and_leaves_nothing(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "train", _raise(ValueError("a mistake in the code")))
    with pytest.raises(ValueError, match="a mistake in the code"):
        _train(dataset, tmp_path / "run")
    assert not any((tmp_path / "run" / name).exists() for name in RESULTS)


@pytest.mark.skipif("EMNIST_ARCHIVE" not in os.environ, reason="needs EMNIST_ARCHIVE, a copy of the EMNIST archive")
def test_real_letters_are_learnt(tmp_path: Path) -> None:
    settings = PreparedDataset(name="emnist", split="letters", subset=0.5)
    content = prepare(settings, Path(os.environ["EMNIST_ARCHIVE"]), tmp_path / "data")
    assert content["classes"][0] == "A/a"
    summary = _train(tmp_path / "data", tmp_path / "run", epochs=6)
    assert summary["status"] == "done"
    best = _history(tmp_path / "run")[summary["best_epoch"] - 1]
    assert float(best["validation_accuracy"]) > 0.75
