"""From stored images to logits: the part that all architectures share."""

from dataclasses import dataclass

import keras
from keras import layers

from cnnbench.errors import UserError
from cnnbench.models.architecture import Architecture
from cnnbench.models.network.rewriting import rebuild
from cnnbench.study.input_sizes import input_problem, input_sizes
from cnnbench.study.recipe import Recipe


@dataclass(frozen=True)
class ImageFacts:
    """What a network must know about the images it reads."""

    shape: tuple[int, int, int]
    """Height, width and channels as stored."""

    mean: float
    """Mean of the training pixels, 0 to 255."""

    standard_deviation: float
    """Standard deviation of the training pixels."""


def build_network(architecture: Architecture, classes: int, images: ImageFacts, recipe: Recipe) -> keras.Model:
    """Return a network from stored images, uint8 (batch, height, width, channels), to logits (batch, classes), float32.

    It contains everything that happens to an image, so that a saved network reads images as they are stored. Where the
    architecture has auxiliary heads, their logits follow as further outputs.

    Raises:
        UserError: the images cannot be brought to a size that the architecture reads.
    """
    # Until it is standardised, an image needs more digits than the 16-bit formats of a recipe's precision have.
    stored = keras.Input(images.shape, dtype="uint8", name="images")
    x = layers.Rescaling(1.0, dtype="float32", name="to_float")(stored)
    x = _fit(x, architecture, recipe)
    # Padding comes first: the pixels around a character are background, as dark as those of the image itself.
    x = layers.Rescaling(
        1.0 / images.standard_deviation,
        offset=-images.mean / images.standard_deviation,
        dtype="float32",
        name="standardise",
    )(x)
    # Keras's own networks cannot be built for small images, whatever their stem; the rebuilt network reads them.
    height, width = (max(side, architecture.minimum_size) for side in x.shape[1:3])
    made_for = keras.Input((height, width, x.shape[3]))
    core = keras.Model(made_for, architecture.build(made_for, classes))
    heads = rebuild(core, x.shape[1:], architecture, recipe)(x)
    main, *auxiliary = heads if isinstance(heads, list) else [heads]
    logits = layers.Activation("linear", dtype="float32", name="logits")(main)
    # Sixteen bits are too few for the logarithms of a loss.
    others = [
        layers.Activation("linear", dtype="float32", name=f"auxiliary_logits{n}")(x) for n, x in enumerate(auxiliary)
    ]
    return keras.Model(stored, [logits, *others] if others else logits)


def main_head(network: keras.Model) -> keras.Model:
    """Return what `build_network` built without its auxiliary heads, which only serve training.

    Its layers and their weights are those of `network`.
    """
    if len(network.outputs) == 1:
        return network
    (core,) = (layer for layer in network.layers if isinstance(layer, keras.Model))
    main = keras.Model(core.inputs, core.outputs[0])
    logits = main(network.get_layer("standardise").output)
    return keras.Model(network.input, layers.Activation("linear", dtype="float32", name="logits")(logits))


def _fit(images: keras.KerasTensor, architecture: Architecture, recipe: Recipe) -> keras.KerasTensor:
    """Bring `images` to the recipe's input size."""
    height, width = images.shape[1:3]
    settings, sizes = recipe.input, input_sizes(architecture, recipe, "recipe")
    if problem := input_problem(architecture, sizes, settings, height, width):
        raise UserError(problem)
    size = settings.size or sizes.default_size
    if settings.mode == "resize":
        return layers.Resizing(size, size, interpolation="bilinear", dtype="float32", name="resize")(images)
    if settings.mode == "none":
        return images
    above, left = (size - height) // 2, (size - width) // 2
    borders = ((above, size - height - above), (left, size - width - left))
    return layers.ZeroPadding2D(borders, dtype="float32", name="pad")(images)
