import json
from pathlib import Path

import keras
import pytest
from cnnbench.errors import UserError
from cnnbench.evaluation.latency import REPETITIONS, measure_run, median_seconds
from cnnbench.run_files import facts_of_training


def _write_run(folder: Path, status: str) -> None:
    images = keras.Input((8, 8, 1), dtype="uint8")
    logits = keras.layers.Dense(3)(keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(images)))
    keras.Model(images, logits).save(folder / "model.keras")
    for name in ("history.csv", "recipe.json"):
        (folder / name).touch()
    training = {"status": status, "architecture": "tiny", "files": facts_of_training(folder)}
    (folder / "training.json").write_text(json.dumps(training))


def test_latency_of_a_finished_run_is_positive_for_each_batch(tmp_path: Path) -> None:
    _write_run(tmp_path, "done")
    measure_run(tmp_path, 1, tmp_path / "latency.json", "")
    content = json.loads((tmp_path / "latency.json").read_text())
    assert content["architecture"] == "tiny"
    assert content["hardware"]["threads"] == 1
    assert set(content["milliseconds"]) == {"1", "256"}
    assert all(value > 0 for value in content["milliseconds"].values())


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 no network", None])
def test_network_that_is_damaged_is_refused_by_name(damage: bytes | None, tmp_path: Path) -> None:
    _write_run(tmp_path, "done")
    path = tmp_path / "model.keras"
    path.write_bytes(path.read_bytes()[:-1] + b"x" if damage is None else damage)
    with pytest.raises(UserError, match=r"model\.keras and the training\.json beside it are not of the same training"):
        measure_run(tmp_path, 1, tmp_path / "latency.json", "")


def test_a_failed_run_has_none(tmp_path: Path) -> None:
    _write_run(tmp_path, "diverged")
    measure_run(tmp_path, 1, tmp_path / "latency.json", "")
    assert json.loads((tmp_path / "latency.json").read_text())["milliseconds"] == {}


class Network:
    """Slow while cold, and disturbed now and then, on a clock of its own."""

    input_shape = (None, 8, 8, 1)
    calls = 0
    clock = 0.0

    def predict_on_batch(self, images: object) -> None:
        self.calls += 1
        self.clock += 9.0 if self.calls <= 3 or self.calls % 5 == 0 else 0.125


def test_latency_is_the_median_of_warm_repetitions(monkeypatch: pytest.MonkeyPatch) -> None:
    network = Network()
    monkeypatch.setattr("cnnbench.evaluation.latency.time.perf_counter", lambda: network.clock)
    assert median_seconds(network, 1) == 0.125
    assert network.calls >= REPETITIONS + 3
