"""Every registered architecture is the real one, and learns. A new architecture is tested by existing."""

import math
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import keras
import numpy as np
import pytest
from cnnbench.errors import UserError
from cnnbench.models.architecture import Architecture
from cnnbench.models.network.build import ImageFacts, build_network, main_head
from cnnbench.models.network.complexity import count_flops, count_parameters
from cnnbench.models.registry import architectures
from cnnbench.study.recipe import Input, Recipe
from cnnbench.training.feeding import feed_by_index
from cnnbench.training.randomness import seed_generators, seed_initial_weights

ARCHITECTURES = architectures()
EMNIST = ImageFacts(shape=(28, 28, 1), mean=43.8, standard_deviation=84.2)
each_architecture = pytest.mark.parametrize("name", list(ARCHITECTURES))


def _original(architecture: Architecture) -> keras.Model:
    images = keras.Input(architecture.published.image_shape)
    return keras.Model(images, architecture.build(images, architecture.published.classes))


BATCH = 8
# Under TensorFlow, the few updates take less time than tracing them. JAX compiles single operations, too, and is done
# sooner with all of them at once.
WAY = {"jit_compile": True} if keras.backend.backend() == "jax" else {"run_eagerly": True, "jit_compile": False}


def _small(name: str, classes: int = 10) -> keras.Model:
    return build_network(ARCHITECTURES[name], classes, EMNIST, Recipe(input=Input(mode="pad")))


def _rounded_like(published: int, counts: set[int]) -> bool:
    """Say whether one of the counts is the published number, to as many digits as that has."""
    zeros = len(str(published)) - len(str(published).rstrip("0"))
    return published in {round(count, -zeros) for count in counts}


@each_architecture
def test_size_at_its_original_input_is_the_published_one(name: str) -> None:
    published = ARCHITECTURES[name].published
    network = _original(ARCHITECTURES[name])
    trainable = sum(math.prod(weight.shape) for weight in network.trainable_weights)
    assert _rounded_like(published.parameters, {count_parameters(network), trainable})
    # Papers round, and differ in whether they count the cheap layers.
    assert count_flops(network) == pytest.approx(published.flops, rel=0.03)


@each_architecture
def test_network_learns_and_is_saved(name: str, tmp_path: Path) -> None:
    """Small images become logits, updates lower the loss and move every weight, and a saved network answers alike.

    One test, because building and differentiating the large networks is what takes the time.
    """
    seed_initial_weights(0)
    network = _small(name)
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (BATCH, 28, 28, 1)).astype(np.uint8)
    order, labels = np.arange(BATCH, dtype=np.int32), np.arange(BATCH, dtype=np.int32) % 10
    before = [np.array(weight) for weight in network.trainable_weights]

    model = feed_by_index(network, images, Recipe())
    model.compile(keras.optimizers.Adam(3e-5), **WAY)
    losses = []
    for _ in range(3):
        # The same dropout at every step: the losses are then of one and the same function of the weights.
        seed_generators(model, 0, 1)
        losses.append(model.train_on_batch([order, labels], labels))
    assert min(losses[1:]) < losses[0]
    for weight, old in zip(network.trainable_weights, before, strict=True):
        assert (np.array(weight) != old).any(), f"{weight.path} does not learn"

    main = main_head(network)
    main.compile(**WAY)
    logits = main.predict_on_batch(images)
    assert logits.shape == (BATCH, 10)
    assert logits.dtype == np.float32
    assert np.isfinite(logits).all()
    main.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", compile=False)
    loaded.compile(**WAY)
    again = loaded.predict_on_batch(images)
    np.testing.assert_allclose(again, logits, rtol=1e-5, atol=1e-6)


@pytest.mark.skipif(find_spec("jax") is None, reason="JAX is an optional extra")
@pytest.mark.skipif(keras.backend.backend() == "jax", reason="the process that this test starts")
def test_every_network_is_trained_and_saved_under_jax() -> None:
    """All are compiled for a GPU up to where XLA takes over; three that have the usual layers are really trained."""
    trained = ["alexnet", "lenet5_partial", "mobilenet_v2"]
    learns = f"{__file__}::{test_network_learns_and_is_saved.__name__}"
    tests = [str(Path(__file__).with_name("jax_networks.py")), *(f"{learns}[{name}]" for name in trained)]
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    # Set up as a job is: TensorFlow cannot be imported.
    code = (
        "from cnnbench.training.backend import set_up_backend; set_up_backend('jax', threads=1);"
        # Quick to compile is what counts here; a job would not let a variable of its user's decide that.
        " import os; os.environ['XLA_FLAGS'] = '--xla_backend_optimization_level=0';"
        f" import pytest; raise SystemExit(pytest.main({arguments!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(ARCHITECTURES) + len(trained)} passed" in done.stdout


def test_padding_is_background() -> None:
    """The pixels around a character are as dark as its own background, and none is lost."""
    network = build_network(
        ARCHITECTURES["lenet5"], 10, ImageFacts((28, 28, 1), 50.0, 100.0), Recipe(input=Input(mode="pad", size=33))
    )
    padded = keras.Model(network.input, network.get_layer("standardise").output)
    image = np.arange(28 * 28, dtype=np.uint8).reshape(1, 28, 28, 1)
    result = padded.predict(image, verbose=0)
    assert result.shape == (1, 33, 33, 1)
    np.testing.assert_allclose(result[:, 2:30, 2:30], (image - 50.0) / 100.0, rtol=1e-5)
    np.testing.assert_allclose(result[:, 30:], -0.5, rtol=1e-6)


def test_input_that_cannot_fit_is_refused() -> None:
    with pytest.raises(UserError, match=r"LeNet-5 needs images of at least 32 pixels"):
        build_network(ARCHITECTURES["lenet5"], 10, EMNIST, Recipe(input=Input(mode="none")))
    with pytest.raises(UserError, match=r"pad cannot bring 40 x 40 pixels to input\.size: 32"):
        build_network(
            ARCHITECTURES["lenet5"], 10, ImageFacts((40, 40, 1), 0.0, 1.0), Recipe(input=Input(mode="pad", size=32))
        )


def test_operations_of_a_convolution_by_hand() -> None:
    images = keras.Input((8, 8, 4))
    x = keras.layers.Conv2D(6, 3, groups=2, padding="same")(images)  # 64 positions × 6 filters × 3 · 3 · 2 weights
    x = keras.layers.DepthwiseConv2D(3, strides=2, padding="same")(x)  # 16 positions × 6 channels × 9 weights
    x = keras.layers.SeparableConv2D(5, 1)(x)  # 16 positions × (6 + 6 · 5) weights
    x = keras.layers.Dense(3)(keras.layers.Flatten()(x))  # 80 × 3 weights
    network = keras.Model(images, x)
    assert count_flops(network) == 2 * (64 * 6 * 18 + 16 * 6 * 9 + 16 * 36 + 240)


def test_listing_architectures_does_not_import_keras() -> None:
    code = (
        "import sys; from cnnbench.models.registry import architectures; architectures(); print('keras' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
