"""GoogLeNet with batch normalisation, in the form that PyTorch's torchvision has made common.

S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift",
2015, arXiv:1502.03167, section 4.2, put it into GoogLeNet; the widths here are the first GoogLeNet's. Convolutions have
no biases, local response normalisation is gone, and as in torchvision, whose parameters are counted, the branches that
the paper calls 5 × 5 are 3 × 3. Moving averages are not counted.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnbench.models import googlenet
from cnnbench.models.architecture import Published

if TYPE_CHECKING:
    from keras import KerasTensor


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of GoogLeNet for `images` (batch, height, width, channels)."""
    x = googlenet.halve(_convolution(images, 64, 7, "conv1", strides=2), "pool1")
    x = _convolution(_convolution(x, 64, 1, "conv2_reduce"), 192, 3, "conv2")
    return googlenet.classifier(dict(googlenet.modules(googlenet.halve(x, "pool2"), _inception))["5b"], classes)


def _convolution(x: "KerasTensor", filters: int, size: int, name: str, strides: int = 1) -> "KerasTensor":
    from keras import layers

    x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False, name=name)(x)
    return layers.ReLU(name=f"{name}_relu")(layers.BatchNormalization(epsilon=1e-3, name=f"{name}_bn")(x))


def _inception(x: "KerasTensor", name: str, filters: googlenet.Filters) -> "KerasTensor":
    from keras import layers

    ones, before_threes, threes, before_fives, fives, after_pool = filters
    part = f"inception_{name}"
    branches = [
        _convolution(x, ones, 1, f"{part}_1x1"),
        _convolution(_convolution(x, before_threes, 1, f"{part}_3x3_reduce"), threes, 3, f"{part}_3x3"),
        _convolution(_convolution(x, before_fives, 1, f"{part}_5x5_reduce"), fives, 3, f"{part}_5x5"),
        _convolution(layers.MaxPooling2D(3, strides=1, padding="same")(x), after_pool, 1, f"{part}_pool_projection"),
    ]
    return layers.Concatenate(name=part)(branches)


ARCHITECTURE = replace(
    googlenet.ARCHITECTURE,
    title="GoogLeNet with batch normalisation",
    paper="Ioffe and Szegedy, Batch normalization, 2015",
    year=2015,
    # Operations as torchvision gives them for its own: 1.498 billion multiply-adds.
    published=Published(image_shape=(224, 224, 3), classes=1000, parameters=6_624_904, flops=2_996_000_000),
    build=build,
    batch_normalisation=True,
)
