"""The loss, the optimizers and feeding by index do what their names say."""

import keras
import numpy as np
import pytest
from cnnbench.study.recipe import Recipe
from cnnbench.training.failures import is_out_of_memory
from cnnbench.training.feeding import feed_by_index
from cnnbench.training.optimizer import make_loss, make_optimizer


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.5])
def test_loss_is_the_smoothed_cross_entropy(smoothing: float) -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(6, 5)).astype(np.float32)
    labels = generator.integers(0, 5, 6)
    log_probabilities = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    targets = np.full((6, 5), smoothing / 5) + np.eye(5)[labels] * (1 - smoothing)
    expected = -(targets * log_probabilities).sum(axis=1).mean()
    loss = make_loss(Recipe(label_smoothing=smoothing), classes=5)
    assert float(loss(labels, logits)) == pytest.approx(expected, rel=1e-5)
    assert float(loss(labels[:, None], logits)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("name", "kind"), [("sgd", "SGD"), ("adam", "Adam"), ("adamw", "AdamW")])
def test_optimizer_is_the_recipes(name: str, kind: str) -> None:
    optimizer = make_optimizer(Recipe.model_validate({"optimizer": name, "learning_rate": 0.02, "weight_decay": 0.3}))
    assert type(optimizer).__name__ == kind
    assert float(optimizer.learning_rate) == pytest.approx(0.02)
    assert optimizer.weight_decay == pytest.approx(0.3)
    if name == "sgd":
        assert optimizer.nesterov
        assert optimizer.momentum == 0.9


def test_index_means_the_image() -> None:
    images = np.random.default_rng(0).integers(0, 256, (20, 4, 4, 1)).astype(np.uint8)
    stored = keras.Input((4, 4, 1), dtype="uint8")
    network = keras.Model(stored, keras.layers.Flatten()(keras.layers.Rescaling(1.0)(stored)))
    order = np.array([3, 19, 0, 3], np.int32)
    np.testing.assert_array_equal(
        feed_by_index(network, images).predict(order, verbose=0), images[order].reshape(4, 16).astype(np.float32)
    )


class ResourceExhaustedError(Exception):
    """Named as TensorFlow's."""


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (ResourceExhaustedError("OOM when allocating tensor with shape[2048,64,112,112]"), True),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory while trying to allocate 8589934592 bytes."), True),
        (ValueError("shapes do not match"), False),
    ],
)
def test_out_of_memory_is_told_from_other_errors(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected
