"""CSPResNet-50, the CSPNet of this comparison.

C.-Y. Wang, H.-Y. M. Liao, I.-H. Yeh, Y.-H. Wu, P.-Y. Chen, J.-W. Hsieh, "CSPNet: a new backbone that can enhance
learning capability of CNN", 2019, arXiv:1911.11929, figure 2b; `cspdarknet53` is the larger one. Every stage sends half
of its channels past its residual blocks and joins both halves at the end. Leaky ReLU with a slope of 0.01 and widths as
in the public PyTorch implementation (timm, `cspresnet50`), whose parameters and operations, at 256 × 256, are those
below; moving averages are not counted.
"""

from typing import TYPE_CHECKING

from cnnbench.models.architecture import Architecture, Published, SmallStem

if TYPE_CHECKING:
    from keras import KerasTensor

# Channels and residual blocks of each stage.
STAGES = [(128, 3), (256, 3), (512, 5), (1024, 2)]


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of CSPResNet-50 for `images` (batch, height, width, channels)."""
    from keras import layers

    x = convolution(images, 64, 7, strides=2, name="conv1")
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool1")(x)
    for stage, (channels, blocks) in enumerate(STAGES, start=1):
        if stage > 1:
            x = convolution(x, x.shape[-1], 3, strides=2)
        x = layers.Identity(name=f"stage{stage}")(_cross_stage(x, channels, blocks))
    return layers.Dense(classes, name="classifier")(layers.GlobalAveragePooling2D()(x))


def convolution(
    x: "KerasTensor", filters: int, size: int, strides: int = 1, linear: bool = False, name: str | None = None
) -> "KerasTensor":
    """Return a convolution of `x` without biases, with batch normalisation and, unless `linear`, leaky ReLU."""
    from keras import layers

    x = layers.Conv2D(filters, size, strides=strides, padding="same", use_bias=False, name=name)(x)
    x = layers.BatchNormalization()(x)
    return x if linear else layers.LeakyReLU(negative_slope=0.01)(x)


def _cross_stage(x: "KerasTensor", channels: int, blocks: int) -> "KerasTensor":
    """A cross stage partial stage: expand, send one half through the blocks, join, contract."""
    from keras import layers, ops

    past, through = ops.split(convolution(x, 2 * channels, 1, linear=True), 2, axis=-1)
    for _ in range(blocks):
        through = _bottleneck(through)
    through = convolution(through, channels, 1)
    return convolution(layers.Concatenate()([past, through]), channels, 1)


def _bottleneck(x: "KerasTensor") -> "KerasTensor":
    """A residual block whose middle convolution has half of the channels."""
    from keras import layers

    residual = convolution(x, x.shape[-1] // 2, 1)
    residual = convolution(residual, x.shape[-1] // 2, 3)
    residual = convolution(residual, x.shape[-1], 1, linear=True)
    return layers.LeakyReLU(negative_slope=0.01)(layers.Add()([x, residual]))


ARCHITECTURE = Architecture(
    title="CSPResNet-50",
    paper="Wang et al., CSPNet: a new backbone that can enhance learning capability of CNN, 2019",
    year=2019,
    default_size=32,
    minimum_size=32,
    published=Published(image_shape=(256, 256, 3), classes=1000, parameters=21_620_000, flops=9_080_000_000),
    build=build,
    stage_ends=("stage1", "stage2", "stage3"),
    small_stem=SmallStem(convolutions=("conv1",), left_out=("pool1",)),
)
