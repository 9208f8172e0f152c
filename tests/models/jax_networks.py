"""What `test_architectures.py` asks of every network under JAX, in a process of its own.

A network's update is compiled for a GPU up to where JAX hands it to XLA: an operation that JAX lacks, or that mixes
types or shapes, fails there. What XLA makes of it is left to the few networks that `test_architectures.py` really
trains, because it takes most of the time.
"""

from pathlib import Path
from typing import Any

import jax
import keras
import numpy as np
import numpy.typing as npt
import pytest
from cnnbench.models.network.build import ImageFacts, build_network, main_head
from cnnbench.models.registry import architectures
from cnnbench.study.recipe import Input, Recipe
from cnnbench.training.feeding import feed_by_index

ARCHITECTURES = architectures()
IMAGES = np.zeros((4, 28, 28, 1), np.uint8)
INDICES = np.arange(len(IMAGES), dtype=np.int32)


@pytest.fixture(autouse=True)
def quick_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw initial weights with NumPy, because JAX compiles a program for each of their shapes."""
    generator = np.random.default_rng(0)

    def draw(key: jax.Array, shape: tuple[int, ...], dtype: str, **limits: float) -> npt.NDArray[np.float32]:
        return generator.random(shape, dtype)

    for distribution in ("uniform", "normal", "truncated_normal"):
        monkeypatch.setattr(jax.random, distribution, draw)


def _kinds(arrays: Any) -> Any:
    """Shapes and types in place of arrays."""
    return jax.tree.map(lambda array: (array.shape, str(array.dtype)), arrays)


@pytest.mark.parametrize("name", list(ARCHITECTURES))
def test_network_is_made_ready_for_a_gpu_and_saved(name: str, tmp_path: Path) -> None:
    """One test, because building the large networks takes as long as what is asked of them."""
    network = build_network(
        ARCHITECTURES[name], 10, ImageFacts((28, 28, 1), 43.8, 84.2), Recipe(input=Input(mode="pad"))
    )
    model = feed_by_index(network, IMAGES, Recipe())
    model.compile(keras.optimizers.Adam())
    assert model.jit_compile, "Keras compiles its updates"
    model.optimizer.build(model.trainable_variables)
    state = [
        [variable.value for variable in variables]
        for variables in (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
            model.metrics_variables,
        )
    ]
    update = jax.jit(model.train_step).trace(tuple(state), ([INDICES, INDICES], INDICES))
    logs, updated = update.out_info
    assert _kinds(logs) == {"loss": ((), "float32")}
    # Otherwise the second update would be compiled again, or fail.
    assert [_kinds(list(part)) for part in updated] == _kinds(state)
    assert update.lower(lowering_platforms=("cpu", "cuda")).as_text()

    main = main_head(network)
    assert (main.output.shape, main.output.dtype) == ((None, 10), "float32")
    main.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    for ours, theirs in zip(loaded.weights, main.weights, strict=True):
        np.testing.assert_array_equal(ours, theirs)
