"""The loss, the optimizers and feeding by index do what their names say."""

from typing import Any, get_args

import keras
import numpy as np
import numpy.typing as npt
import pytest
from cnnbench.study.recipe import OptimizerName, Recipe
from cnnbench.training.averaging import TrainedWeights
from cnnbench.training.batches import Batches, divide_batches
from cnnbench.training.failures import is_out_of_memory
from cnnbench.training.feeding import feed_by_index
from cnnbench.training.loss import make_loss
from cnnbench.training.optimizer import make_optimizer


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


@pytest.mark.parametrize("name", get_args(OptimizerName))
def test_optimizer_is_the_recipes(name: str) -> None:
    recipe = {
        "optimizer": name,
        "learning_rate": 0.02,
        "weight_decay": 0.3,
        "gradient_clip": 2.0,
        "moving_average": 0.9,
    }
    optimizer = make_optimizer(Recipe.model_validate(recipe))
    assert type(optimizer).__name__.lower() == name
    assert float(optimizer.learning_rate) == pytest.approx(0.02)
    assert optimizer.weight_decay == pytest.approx(0.3)
    assert optimizer.global_clipnorm == 2.0
    assert optimizer.use_ema
    assert optimizer.ema_momentum == 0.9
    if name == "sgd":
        assert optimizer.nesterov
        assert optimizer.momentum == 0.9


@pytest.mark.parametrize("name", get_args(OptimizerName))
def test_nothing_is_added_that_the_recipe_does_not_ask_for(name: str) -> None:
    optimizer = make_optimizer(Recipe.model_validate({"optimizer": name}))
    assert not optimizer.weight_decay
    assert optimizer.global_clipnorm is None
    assert not optimizer.use_ema
    assert optimizer.gradient_accumulation_steps is None


IMAGES = np.random.default_rng(0).integers(0, 256, (24, 4, 4, 1)).astype(np.uint8)
LABELS = np.arange(24, dtype=np.int32) % 3


def _small_network(seed: int = 0) -> keras.Model:
    keras.utils.set_random_seed(seed)
    stored = keras.Input((4, 4, 1), dtype="uint8")
    x = keras.layers.Flatten()(keras.layers.Rescaling(1 / 255)(stored))
    return keras.Model(stored, keras.layers.Dense(3)(keras.layers.Dense(8, activation="tanh")(x)))


def _updated(size: int, **recipe: Any) -> list[npt.NDArray[np.float32]]:
    """The weights after an epoch over the images, computed `size` at a time."""
    network, full = _small_network(), Recipe.model_validate({"batch_size": 12, **recipe})
    batches = divide_batches(full, len(IMAGES))
    assert batches.size == size
    model = feed_by_index(network, IMAGES, full)
    model.compile(make_optimizer(full, batches.parts), jit_compile=False)
    model.fit([np.arange(24, dtype=np.int32), LABELS], LABELS, batch_size=batches.size, shuffle=False, verbose=0)
    weights: list[npt.NDArray[np.float32]] = network.get_weights()
    return weights


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
@pytest.mark.parametrize("size", [1, 4, 6])
def test_parts_of_a_batch_make_the_same_update(optimizer: str, size: int) -> None:
    settings = {"optimizer": optimizer, "weight_decay": 0.1, "gradient_clip": 0.1, "learning_rate": 0.05}
    whole = _updated(12, **settings)
    for parts, together, before in zip(
        _updated(size, micro_batch_size=size, **settings), whole, _small_network().get_weights(), strict=True
    ):
        np.testing.assert_allclose(parts, together, rtol=1e-4, atol=1e-6)
        assert (parts != before).any()


@pytest.mark.parametrize(
    ("batch_size", "micro_batch_size", "images", "size", "parts"),
    [
        (256, None, 1000, 256, 1),
        (256, 64, 1000, 64, 4),
        (256, None, 100, 100, 1),
        (256, 64, 100, 64, 1),
        (256, 64, 9, 9, 1),
    ],
)
def test_batches_by_hand(batch_size: int, micro_batch_size: int | None, images: int, size: int, parts: int) -> None:
    recipe = Recipe(batch_size=batch_size, micro_batch_size=micro_batch_size)
    assert divide_batches(recipe, images) == Batches(size, parts)


def test_gradients_are_cut_to_their_norm() -> None:
    """Under plain gradient descent, the way that the weights go is the gradient's norm times the rate."""
    settings = {"optimizer": "sgd", "learning_rate": 1.0, "batch_size": 24}
    start = _small_network().get_weights()

    def way(**clip: float) -> float:
        return float(
            np.sqrt(sum(((a - b) ** 2).sum() for a, b in zip(_updated(24, **settings, **clip), start, strict=True)))
        )

    # Nesterov's first step from rest goes 1 + momentum times as far.
    assert way(gradient_clip=0.01) == pytest.approx(0.019, rel=1e-3)
    assert way() > 0.1


def test_average_is_validated_and_training_goes_on_from_the_weights() -> None:
    """Averages by hand after every update of two epochs; the updates are those of a training without average."""
    momentum, recipe = 0.6, {"batch_size": 12, "optimizer": "sgd", "learning_rate": 0.1, "epochs": 2}

    def trained(**more: float) -> tuple[list[Any], list[Any]]:
        network, full = _small_network(), Recipe.model_validate({**recipe, **more})
        model = feed_by_index(network, IMAGES, full)
        model.compile(make_optimizer(full), jit_compile=False)
        weights, validated, raw = TrainedWeights(model), [], []
        for _ in range(2):
            model.fit(
                [np.arange(24, dtype=np.int32), LABELS], LABELS, 12, shuffle=False, verbose=0, callbacks=[weights]
            )
            validated.append(network.get_weights())
            weights.put_back()
            raw.append(network.get_weights())
        return validated, raw

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            updates.append([variable.numpy() for variable in self.model.trainable_variables])

    updates: list[list[Any]] = []
    network, full = _small_network(), Recipe.model_validate(recipe)
    model = feed_by_index(network, IMAGES, full)
    model.compile(make_optimizer(full), jit_compile=False)
    for _ in range(2):
        model.fit([np.arange(24, dtype=np.int32), LABELS], LABELS, 12, shuffle=False, verbose=0, callbacks=[Watch()])
    average = updates[0]
    averages = [average]
    for update in updates[1:]:
        average = [momentum * a + (1 - momentum) * b for a, b in zip(average, update, strict=True)]
        averages.append(average)
    validated, raw = trained(moving_average=momentum)
    for epoch in range(2):
        for ours, expected in zip(validated[epoch], averages[2 * epoch + 1], strict=True):
            np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)
        for ours, expected in zip(raw[epoch], updates[2 * epoch + 1], strict=True):
            np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-6)


def test_index_means_the_image() -> None:
    stored = keras.Input((4, 4, 1), dtype="uint8")
    network = keras.Model(stored, keras.layers.Flatten()(keras.layers.Rescaling(1.0)(stored)))
    order, labels = np.array([3, 19, 0, 3], np.int32), np.array([0, 5, 15, 1], np.int32)
    targets, pixels = feed_by_index(network, IMAGES, Recipe()).predict([order, labels], verbose=0)
    np.testing.assert_array_equal(pixels, IMAGES[order].reshape(4, 16).astype(np.float32))
    np.testing.assert_array_equal(targets, np.eye(16)[labels])


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_training_loss_is_that_of_validation(smoothing: float) -> None:
    network, recipe = _small_network(), Recipe(label_smoothing=smoothing)
    model = feed_by_index(network, IMAGES, recipe)
    model.compile(
        make_optimizer(Recipe(learning_rate=1e-9)), metrics=["sparse_categorical_accuracy"], jit_compile=False
    )
    logs = model.fit([np.arange(24, dtype=np.int32), LABELS], LABELS, 24, shuffle=False, verbose=0).history
    network.compile(loss=make_loss(recipe, 3), metrics=["sparse_categorical_accuracy"])
    scores = network.evaluate(IMAGES, LABELS, batch_size=24, verbose=0, return_dict=True)
    assert logs["loss"][0] == pytest.approx(scores["loss"], rel=1e-5)
    assert logs["sparse_categorical_accuracy"][0] == pytest.approx(scores["sparse_categorical_accuracy"])


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
