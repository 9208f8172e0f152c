"""GoogLeNet (Inception v1).

C. Szegedy, W. Liu, Y. Jia, P. Sermanet, S. Reed, D. Anguelov, D. Erhan, V. Vanhoucke, A. Rabinovich, "Going deeper with
convolutions", 2014, arXiv:1409.4842, table 1 and figure 3. Without the auxiliary heads, which
`googlenet_auxiliary` has; `googlenet_bn` has batch normalisation. The layers carry the paper's names; the dropout of
40 % in front of the last layer is the paper's.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cnnbench.models.architecture import Architecture, Published

if TYPE_CHECKING:
    from keras import KerasTensor

    Inception = Callable[[KerasTensor, str, "Filters"], KerasTensor]

Filters = tuple[int, int, int, int, int, int]

# Table 1: filters of 1 × 1, of the reduction before 3 × 3, of 3 × 3, before 5 × 5, of 5 × 5, and after pooling.
MODULES: dict[str, Filters] = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of GoogLeNet for `images` (batch, height, width, channels)."""
    return classifier(dict(modules(stem(images), inception))["5b"], classes)


def stem(images: "KerasTensor") -> "KerasTensor":
    """Return what the first inception module reads."""
    from keras import layers

    from cnnbench.models.network.normalization import LocalResponseNormalization

    x = layers.Conv2D(64, 7, strides=2, padding="same", activation="relu", name="conv1")(images)
    x = LocalResponseNormalization(name="norm1")(halve(x, "pool1"))
    x = layers.Conv2D(64, 1, activation="relu", name="conv2_reduce")(x)
    x = layers.Conv2D(192, 3, padding="same", activation="relu", name="conv2")(x)
    return halve(LocalResponseNormalization(name="norm2")(x), "pool2")


def modules(x: "KerasTensor", inception: "Inception") -> "Iterator[tuple[str, KerasTensor]]":
    """Yield all inception modules by name, each with its output; `inception` builds one."""
    for name, filters in MODULES.items():
        x = inception(x, name, filters)
        yield name, x
        if name in ("3b", "4e"):
            x = halve(x, f"pool{name[0]}")


def classifier(x: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) for the output of the last module."""
    from keras import layers

    return layers.Dense(classes, name="classifier")(layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x)))


def halve(x: "KerasTensor", name: str) -> "KerasTensor":
    """Return `x` pooled to half its height and width."""
    from keras import layers

    return layers.MaxPooling2D(3, strides=2, padding="same", name=name)(x)


def inception(x: "KerasTensor", name: str, filters: Filters) -> "KerasTensor":
    """Return the output of the inception module with dimension reductions (figure 2b)."""
    from keras import layers

    def convolution(x: "KerasTensor", count: int, size: int, part: str) -> "KerasTensor":
        return layers.Conv2D(count, size, padding="same", activation="relu", name=f"inception_{name}_{part}")(x)

    ones, before_threes, threes, before_fives, fives, after_pool = filters
    branches = [
        convolution(x, ones, 1, "1x1"),
        convolution(convolution(x, before_threes, 1, "3x3_reduce"), threes, 3, "3x3"),
        convolution(convolution(x, before_fives, 1, "5x5_reduce"), fives, 5, "5x5"),
        convolution(layers.MaxPooling2D(3, strides=1, padding="same")(x), after_pool, 1, "pool_projection"),
    ]
    return layers.Concatenate(name=f"inception_{name}")(branches)


ARCHITECTURE = Architecture(
    title="GoogLeNet",
    paper="Szegedy et al., Going deeper with convolutions, 2014",
    year=2014,
    default_size=32,
    minimum_size=32,
    # The operations are counted layer by layer: 1,583 million multiply-adds. The column of table 1 adds up to 1,502
    # million, because it gives its first layer 34 million instead of 118 million.
    published=Published(image_shape=(224, 224, 3), classes=1000, parameters=6_998_552, flops=3_165_000_000),
    build=build,
    stage_ends=("pool2", "pool3", "pool4"),
    batch_normalisation=False,
)
