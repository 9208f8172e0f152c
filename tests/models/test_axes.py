"""What a recipe changes in an architecture is changed, in every architecture, and nothing else is."""

from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
from cnnbench.errors import UserError
from cnnbench.models.network.build import ImageFacts, build_network, main_head
from cnnbench.models.network.complexity import count_flops, count_parameters
from cnnbench.models.network.layers import leaf_layers
from cnnbench.models.registry import architectures
from cnnbench.study.recipe import Recipe
from cnnbench.training.randomness import seed_initial_weights

ARCHITECTURES = architectures()
EMNIST = ImageFacts(shape=(28, 28, 1), mean=43.8, standard_deviation=84.2)
IMAGES = np.random.default_rng(0).integers(0, 256, (2, 28, 28, 1)).astype(np.uint8)
with_small_stem = [name for name, architecture in ARCHITECTURES.items() if architecture.small_stem]
# Layers that are nonlinear between others, by class and by the name of the function they end with.
OTHER_CLASSES = (keras.layers.ReLU, keras.layers.ELU, keras.layers.PReLU)
OUTPUTS_AND_GATES = {None, "linear", "sigmoid"}


def _network(name: str, **recipe: Any) -> keras.Model:
    seed_initial_weights(0)
    return main_head(build_network(ARCHITECTURES[name], 10, EMNIST, Recipe.model_validate(recipe)))


@dataclass(frozen=True)
class Own:
    """An architecture as its default recipe has it."""

    name: str
    network: keras.Model
    logits: npt.NDArray[np.float32]


# Of the module, so that the tests of one architecture follow each other and share it: building takes the time.
@pytest.fixture(scope="module", params=list(ARCHITECTURES))
def own(request: pytest.FixtureRequest) -> Own:
    network = _network(request.param)
    return Own(request.param, network, _logits(network))


def _logits(network: keras.Model, training: bool = False) -> npt.NDArray[np.float32]:
    return np.asarray(keras.ops.convert_to_numpy(network(IMAGES, training=training)))


def _functions(network: keras.Model) -> set[str | None]:
    """The names of the functions that layers end with."""
    return {getattr(getattr(layer, "activation", None), "__name__", None) for layer in leaf_layers(network)}


def _same_weights(one: keras.Model, other: keras.Model) -> bool:
    """Whether both have the same weights, whatever layers without weights stand between."""
    ours, theirs = ({w.path: w.numpy() for w in network.weights} for network in (one, other))
    pairs = zip(ours.values(), theirs.values(), strict=True)
    return all(a.shape == b.shape and (a == b).all() for a, b in pairs)


def test_activation_is_replaced_throughout_and_weights_stay(own: Own) -> None:
    leaky = _network(own.name, activation={"name": "leaky_relu", "slope": 0.3})
    assert _functions(leaky) <= OUTPUTS_AND_GATES
    assert not [layer for layer in leaf_layers(leaky) if isinstance(layer, OTHER_CLASSES)]
    slopes = {layer.negative_slope for layer in leaf_layers(leaky) if isinstance(layer, keras.layers.LeakyReLU)}
    assert slopes == {0.3}
    gates = [
        sum(getattr(layer, "activation", None) is keras.activations.sigmoid for layer in leaf_layers(network))
        for network in (own.network, leaky)
    ]
    assert gates[0] == gates[1]
    assert count_parameters(leaky) == count_parameters(own.network)
    assert _same_weights(leaky, own.network)
    assert not np.allclose(_logits(leaky), own.logits, rtol=1e-2, atol=0)


@pytest.mark.parametrize("activation", ["relu", "elu", "gelu", "silu", "tanh"])
@pytest.mark.parametrize("name", ["lenet5", "mobilenet_v2", "vgg16", "cspnet"])
def test_every_activation_can_take_the_place(name: str, activation: str) -> None:
    network = _network(name, activation=activation)
    assert _functions(network) == {None, "linear", activation}
    assert not [layer for layer in leaf_layers(network) if isinstance(layer, (*OTHER_CLASSES, keras.layers.LeakyReLU))]
    assert np.isfinite(_logits(network)).all()


def test_replaced_activation_by_hand() -> None:
    """LeNet-5's last hidden layer is its dense layer's sum through the new activation."""
    network = _network("lenet5", activation="elu")
    layers = {layer.name: layer for layer in leaf_layers(network)}
    inner = next(layer for layer in network.layers if isinstance(layer, keras.Model))
    before = keras.Model(inner.input, [layers["F6"].output, layers["F6_activation"].output])
    sums, activated = before.predict(np.random.default_rng(0).normal(size=(2, 32, 32, 1)), verbose=0)
    np.testing.assert_allclose(activated, np.where(sums > 0, sums, np.expm1(sums)), rtol=1e-5, atol=1e-6)


def test_dropout_differs_in_training_only(own: Own) -> None:
    dropped = _network(own.name, dropout={"head": 0.5, "stages": 0.2})
    assert _same_weights(dropped, own.network)
    np.testing.assert_allclose(_logits(dropped), own.logits, rtol=1e-3, atol=1e-4 * np.abs(own.logits).max())
    rates = [
        layer.rate
        for layer in leaf_layers(dropped)
        if isinstance(layer, keras.layers.Dropout) and not layer.noise_shape
    ]
    ends = ARCHITECTURES[own.name].stage_ends
    assert len(ends) >= 2
    assert rates.count(0.2) == len(ends)
    assert rates.count(0.5) == len(rates) - len(ends) >= 1
    # Batch statistics would hide the difference in a batch of equal behaviour: two passes must differ.
    assert not np.allclose(_logits(dropped, training=True), _logits(dropped, training=True))


def test_an_architectures_own_dropout_stays_unless_changed() -> None:
    rates = [layer.rate for layer in leaf_layers(_network("googlenet")) if isinstance(layer, keras.layers.Dropout)]
    assert rates == [0.4]
    changed = leaf_layers(_network("googlenet", dropout=0.0))
    assert [layer.rate for layer in changed if isinstance(layer, keras.layers.Dropout)] == [0.0]


def test_the_families_made_for_large_images_have_a_small_stem() -> None:
    families = {"resnet50", "senet", "cspnet", "cspdarknet53", "efficientnet_b1", "mobilenet_v2", "xception"}
    assert set(with_small_stem) == families


@pytest.mark.parametrize("name", with_small_stem)
def test_small_stem_keeps_the_image_larger_and_the_weights(name: str) -> None:
    size = {"input": {"mode": "resize", "size": 75}}
    own, small = _network(name, **size), _network(name, **size, stem="small")
    assert count_parameters(own) == count_parameters(small)
    assert _same_weights(own, small)
    # Twice the height and width is four times the work; a pooling less, four times that.
    factor = 16 if any("pool" in left_out for left_out in ARCHITECTURES[name].small_stem.left_out) else 4
    assert count_flops(small) / count_flops(own) == pytest.approx(factor, rel=0.35)


@pytest.mark.parametrize("name", with_small_stem)
def test_small_stem_reads_images_as_they_are(name: str) -> None:
    network = _network(name, stem="small", input={"mode": "none"})
    assert _logits(network).shape == (2, 10)
    smallest = ARCHITECTURES[name].small_stem.minimum_size
    build_network(
        ARCHITECTURES[name],
        10,
        ImageFacts((smallest, smallest, 1), 0.0, 1.0),
        Recipe.model_validate({"stem": "small", "input": {"mode": "none"}}),
    )
    with pytest.raises(UserError, match=f"at least {smallest} pixels"):
        build_network(
            ARCHITECTURES[name],
            10,
            ImageFacts((8, 8, 1), 0.0, 1.0),
            Recipe.model_validate({"stem": "small", "input": {"mode": "none"}}),
        )


def test_small_stem_is_refused_where_there_is_none() -> None:
    with pytest.raises(UserError, match="VGG16 has no stem: small; allowed: original"):
        _network("vgg16", stem="small")


@pytest.mark.parametrize("name", ["resnet50", "inception_v3", "efficientnet_b1", "senet"])
def test_batch_norm_momentum_reaches_every_layer(name: str) -> None:
    network = _network(name, batch_norm_momentum=0.7)
    momenta = {layer.momentum for layer in leaf_layers(network) if isinstance(layer, keras.layers.BatchNormalization)}
    assert momenta == {0.7}


def test_batch_normalisation_is_there_where_the_architecture_says_so(own: Own) -> None:
    found = any(isinstance(layer, keras.layers.BatchNormalization) for layer in leaf_layers(own.network))
    assert found == ARCHITECTURES[own.name].batch_normalisation


def test_batch_normalisation_that_the_architecture_denies_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ARCHITECTURES, "senet", replace(ARCHITECTURES["senet"], batch_normalisation=False))
    with pytest.raises(UserError, match="SE-ResNet-50 has batch normalisation"):
        _network("senet")


def test_initial_weights_depend_on_the_seed() -> None:
    one = _network("lenet5")
    seed_initial_weights(1)
    assert not _same_weights(one, build_network(ARCHITECTURES["lenet5"], 10, EMNIST, Recipe()))


def test_auxiliary_heads_are_there_to_be_trained_by_and_not_to_be_asked() -> None:
    network = build_network(ARCHITECTURES["googlenet_auxiliary"], 10, EMNIST, Recipe())
    assert [tensor.shape for tensor in network.outputs] == [(None, 10)] * 3
    assert count_parameters(main_head(network)) == count_parameters(_network("googlenet"))
