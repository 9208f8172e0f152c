"""A network is read from its file, and code that the file holds is never run."""

from pathlib import Path

import keras
import pytest
from cnnbench.errors import UserError
from cnnbench.evaluation.network import load_network
from cnnbench.files import write_sealed_json
from cnnbench.run_files import facts_of


def test_code_in_the_file_of_a_network_is_refused_in_one_line_and_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    trace = tmp_path / "trace"
    images = keras.Input((8, 8, 1))
    doubled = keras.layers.Lambda(lambda x: (__import__("pathlib").Path("trace").touch(), 2 * x)[1])(images)
    keras.Model(images, doubled).save(tmp_path / "model.keras")
    trace.unlink()
    # As if the training itself had written it: the checksum is right.
    write_sealed_json(tmp_path / "training.json", {"files": {"model.keras": facts_of(tmp_path / "model.keras")}})
    with pytest.raises(UserError, match=r"model\.keras holds code of its own, .* remove the file") as caught:
        load_network(tmp_path)
    assert "\n" not in str(caught.value)
    assert "safe_mode" not in str(caught.value)
    assert not trace.exists()
