"""Changing what a recipe changes in any architecture, ready-made ones included, by rebuilding the finished graph.

Activations, the stem, dropout and batch normalisation are settings of layers, or layers between others. Whatever is
changed, a rebuilt network starts from the weights that the architecture draws for the seed, so that a comparison shows
the change alone.
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import keras
from keras import layers

from cnnbench.errors import UserError
from cnnbench.models.architecture import Architecture
from cnnbench.study.recipe import ActivationName, LeakyReLU, Recipe

HIDDEN_ACTIVATIONS = frozenset({*get_args(ActivationName), "relu6"} - {"own"})
"""Activations between layers, by the names that Keras gives them. A sigmoid is a gate and does not belong here;
a softmax or none marks an output."""


def rebuild(core: keras.Model, shape: tuple[int, int, int], architecture: Architecture, recipe: Recipe) -> keras.Model:
    """Return a network like `core`, changed as the recipe says, with the weights of `core`.

    Args:
        core: what `architecture.build` made, from images to logits, both in one plain graph.
        shape: height, width and channels of the images that the new network reads; height and width may differ
            from those that `core` was built for if the architecture has a small stem.
        architecture: says which layers are the stem and where stages end.
        recipe: says what to change.
    """
    following = _inserted_layers(core, architecture, recipe)

    def call(operation: Any, *arguments: Any, **named: Any) -> Any:
        result = operation(*arguments, **named)
        for make_layer in following.get(operation.name, []):
            result = make_layer()(result)
        return result

    rebuilt = keras.models.clone_model(
        core,
        input_tensors=keras.Input(shape),
        clone_function=partial(_edited, architecture=architecture, recipe=recipe),
        call_function=call,
    )
    for layer in core.layers:
        if layer.weights:
            rebuilt.get_layer(layer.name).set_weights(layer.get_weights())
    return rebuilt


def _inserted_layers(
    core: keras.Model, architecture: Architecture, recipe: Recipe
) -> dict[str, list[Callable[[], layers.Layer]]]:
    """Return functions that make the layers to insert, in order, by the name of the layer that they follow."""
    following: dict[str, list[Callable[[], layers.Layer]]] = defaultdict(list)
    if recipe.activation.name != "own":
        for layer in core.layers:
            if layer.weights and hidden_activation(layer):
                following[layer.name].append(partial(make_activation, recipe, f"{layer.name}_activation"))
    if recipe.dropout.stages:
        for name in architecture.stage_ends:
            following[name].append(partial(layers.Dropout, recipe.dropout.stages, name=f"{name}_dropout"))
    if recipe.dropout.head and not any(map(_is_head_dropout, core.layers)):
        features = core.outputs[0]._keras_history.operation.input._keras_history.operation
        following[features.name].append(partial(layers.Dropout, recipe.dropout.head, name="head_dropout"))
    return following


def _edited(operation: Any, architecture: Architecture, recipe: Recipe) -> Any:
    """Return the layer that takes the place of `operation`."""
    if not isinstance(operation, layers.Layer):
        return operation  # a function of keras.ops, without weights or settings
    if recipe.stem == "small" and architecture.small_stem is not None:
        if operation.name in architecture.small_stem.left_out:
            return layers.Identity(name=operation.name)
        if operation.name in architecture.small_stem.convolutions:
            operation = _copy(operation, strides=1, padding="same")
    if recipe.activation.name != "own" and hidden_activation(operation):
        # A layer that is an activation becomes the new one; one that ends with an activation loses it, and the new one
        # is inserted behind it.
        return _copy(operation, activation="linear") if operation.weights else make_activation(recipe, operation.name)
    if isinstance(operation, layers.BatchNormalization):
        if not architecture.batch_normalisation:
            raise UserError(
                f"{architecture.title} has batch normalisation ('{operation.name}'), but its file says"
                " batch_normalisation=False; leave that out"
            )
        return _copy(operation, momentum=recipe.batch_norm_momentum)
    if _is_head_dropout(operation) and recipe.dropout.head is not None:
        return _copy(operation, rate=recipe.dropout.head)
    return _copy(operation)


def hidden_activation(layer: layers.Layer) -> str | None:
    """Return the name of the activation that `layer` is or ends with, if it is one between layers."""
    if isinstance(layer, layers.ReLU):
        return "relu"
    if isinstance(layer, layers.LeakyReLU):
        return "leaky_relu"
    name = getattr(getattr(layer, "activation", None), "__name__", None)
    return name if name in HIDDEN_ACTIVATIONS else None


def make_activation(recipe: Recipe, name: str) -> layers.Layer:
    """Return the recipe's activation as a layer."""
    if isinstance(recipe.activation, LeakyReLU):
        return layers.LeakyReLU(negative_slope=recipe.activation.slope, name=name)
    return layers.Activation(recipe.activation.name, name=name)


def _copy(layer: layers.Layer, **changes: Any) -> layers.Layer:
    """Return a new layer like `layer` except for the changed settings."""
    copied: layers.Layer = type(layer).from_config({**layer.get_config(), **changes})
    return copied


def _is_head_dropout(operation: Any) -> bool:
    # Dropout with a noise shape drops whole residuals: stochastic depth, not a head's.
    return isinstance(operation, layers.Dropout) and operation.noise_shape is None
