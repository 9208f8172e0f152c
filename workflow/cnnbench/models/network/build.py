"""From stored images to logits: the part that all architectures share."""

from dataclasses import dataclass

import keras
from keras import layers

from cnnbench.errors import UserError
from cnnbench.models.architecture import Architecture
from cnnbench.models.network.layers import leaf_layers
from cnnbench.study.recipe import Input, Recipe


@dataclass(frozen=True)
class ImageFacts:
    """What a network must know of the images it reads."""

    shape: tuple[int, int, int]
    """Height, width and channels as stored."""

    mean: float
    """Mean of the training pixels, 0 to 255."""

    standard_deviation: float
    """Standard deviation of the training pixels."""


def build_network(architecture: Architecture, classes: int, images: ImageFacts, recipe: Recipe) -> keras.Model:
    """Return a network from stored images, uint8 (batch, height, width, channels), to logits (batch, classes), float32.

    It holds all that happens to an image, so that a saved network reads images as they are stored.

    Raises:
        UserError: the images cannot be brought to a size that the architecture reads.
    """
    stored = keras.Input(images.shape, dtype="uint8", name="images")
    x = layers.Rescaling(1.0, name="to_float")(stored)
    x = _fit(x, recipe.input, architecture)
    # Padding comes first: the pixels around a character are background, as dark as those of the image itself.
    x = layers.Rescaling(
        1.0 / images.standard_deviation, offset=-images.mean / images.standard_deviation, name="standardise"
    )(x)
    logits = architecture.build(x, classes)
    network = keras.Model(stored, layers.Activation("linear", dtype="float32", name="logits")(logits))
    for layer in leaf_layers(network):
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = recipe.batch_norm_momentum
    return network


def _fit(images: keras.KerasTensor, settings: Input, architecture: Architecture) -> keras.KerasTensor:
    """Bring `images` to the recipe's input size."""
    height, width = images.shape[1:3]
    size = settings.size or architecture.default_size
    result = images
    if settings.mode == "resize":
        result = layers.Resizing(size, size, interpolation="bilinear", name="resize")(images)
    elif settings.mode == "pad":
        if size < max(height, width):
            raise UserError(f"input.mode: pad cannot bring {height} x {width} pixels to input.size: {size}; use resize")
        above, left = (size - height) // 2, (size - width) // 2
        borders = ((above, size - height - above), (left, size - width - left))
        result = layers.ZeroPadding2D(borders, name="pad")(images)
    if min(result.shape[1:3]) < architecture.minimum_size:
        raise UserError(
            f"{architecture.title} needs images of at least {architecture.minimum_size} pixels, but input.mode:"
            f" {settings.mode} gives it {result.shape[1]} x {result.shape[2]}; use pad or resize"
        )
    return result
