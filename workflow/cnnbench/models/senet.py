"""SE-ResNet-50, the SENet of this comparison.

J. Hu, L. Shen, S. Albanie, G. Sun, E. Wu, "Squeeze-and-excitation networks", 2017, arXiv:1709.01507, table 1 and figure
3: a ResNet-50 in which every residual is scaled, channel by channel, by a gate that sees the whole image. Convolutions
have no biases, as in the paper on ResNet; moving averages are not counted among the parameters.
"""

from typing import TYPE_CHECKING

from cnnbench.models.architecture import Architecture, Published, SmallStem

if TYPE_CHECKING:
    from keras import KerasTensor

REDUCTION = 16
# Filters of a block's middle convolutions, and blocks, of each stage.
STAGES = [(64, 3), (128, 4), (256, 6), (512, 3)]


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of SE-ResNet-50 for `images` (batch, height, width, channels)."""
    from keras import layers

    x = layers.ReLU()(_convolution(images, 64, 7, strides=2, name="conv1"))
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool1")(x)
    for stage, (filters, blocks) in enumerate(STAGES, start=1):
        for block in range(1, blocks + 1):
            x = _bottleneck(x, filters, strides=2 if stage > 1 and block == 1 else 1)
        x = layers.Identity(name=f"stage{stage}")(x)
    return layers.Dense(classes, name="classifier")(layers.GlobalAveragePooling2D()(x))


def _convolution(x: "KerasTensor", filters: int, size: int, strides: int = 1, name: str | None = None) -> "KerasTensor":
    from keras import layers

    x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False, name=name)(x)
    return layers.BatchNormalization()(x)


def _bottleneck(x: "KerasTensor", filters: int, strides: int) -> "KerasTensor":
    """The bottleneck block of ResNet, its residual squeezed and excited."""
    from keras import layers

    shortcut = x
    if strides != 1 or x.shape[-1] != 4 * filters:
        shortcut = _convolution(x, 4 * filters, 1, strides)
    residual = layers.ReLU()(_convolution(x, filters, 1, strides))
    residual = layers.ReLU()(_convolution(residual, filters, 3))
    residual = _squeeze_and_excite(_convolution(residual, 4 * filters, 1))
    return layers.ReLU()(layers.Add()([shortcut, residual]))


def _squeeze_and_excite(x: "KerasTensor") -> "KerasTensor":
    """Scale every channel by a gate between 0 and 1 (section 3.1 and 3.2)."""
    from keras import layers

    channels = x.shape[-1]
    gate = layers.GlobalAveragePooling2D(keepdims=True)(x)
    gate = layers.Dense(channels // REDUCTION, activation="relu")(gate)
    gate = layers.Dense(channels, activation="sigmoid")(gate)
    return layers.Multiply()([x, gate])


ARCHITECTURE = Architecture(
    title="SE-ResNet-50",
    paper="Hu et al., Squeeze-and-excitation networks, 2017",
    year=2017,
    default_size=32,
    minimum_size=32,
    published=Published(image_shape=(224, 224, 3), classes=1000, parameters=28_088_024, flops=7_740_000_000),
    build=build,
    stage_ends=("stage1", "stage2", "stage3"),
    small_stem=SmallStem(convolutions=("conv1",), left_out=("pool1",)),
)
