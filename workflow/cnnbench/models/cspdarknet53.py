"""CSPDarknet-53, the larger CSPNet.

C.-Y. Wang, H.-Y. M. Liao, I.-H. Yeh, Y.-H. Wu, P.-Y. Chen, J.-W. Hsieh, "CSPNet: a new backbone that can enhance
learning capability of CNN", 2019, arXiv:1911.11929, figure 2b, in Darknet-53 (J. Redmon, A. Farhadi, "YOLOv3", 2018).
Leaky ReLU with a slope of 0.01 and widths as in the public PyTorch implementation (timm, `cspdarknet53`), whose
parameters and operations, at 256 × 256, are those below; moving averages are not counted.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnbench.models import cspnet
from cnnbench.models.architecture import Published, SmallStem

if TYPE_CHECKING:
    from keras import KerasTensor

# Channels and residual blocks of each stage.
STAGES = [(64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)]


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of CSPDarknet-53 for `images` (batch, height, width, channels)."""
    from keras import layers

    x = cspnet.convolution(images, 32, 3)
    for stage, (channels, blocks) in enumerate(STAGES, start=1):
        x = cspnet.convolution(x, channels, 3, strides=2, name=f"down{stage}")
        x = layers.Identity(name=f"stage{stage}")(_cross_stage(x, channels, blocks, first=stage == 1))
    return layers.Dense(classes, name="classifier")(layers.GlobalAveragePooling2D()(x))


def _cross_stage(x: "KerasTensor", channels: int, blocks: int, first: bool) -> "KerasTensor":
    """A cross stage partial stage; the first one is twice as wide inside, so that its half has as many channels."""
    from keras import layers, ops

    wide = 2 * channels if first else channels
    past, through = ops.split(cspnet.convolution(x, wide, 1), 2, axis=-1)
    for _ in range(blocks):
        through = _dark_block(through, middle=through.shape[-1] // 2 if first else through.shape[-1])
    through = cspnet.convolution(through, wide // 2, 1)
    return cspnet.convolution(layers.Concatenate()([past, through]), channels, 1)


def _dark_block(x: "KerasTensor", middle: int) -> "KerasTensor":
    """Darknet's residual block: a 1 × 1 and a 3 × 3 convolution beside a shortcut."""
    from keras import layers

    residual = cspnet.convolution(cspnet.convolution(x, middle, 1), x.shape[-1], 3)
    return layers.Add()([x, residual])


ARCHITECTURE = replace(
    cspnet.ARCHITECTURE,
    title="CSPDarknet-53",
    published=Published(image_shape=(256, 256, 3), classes=1000, parameters=27_640_000, flops=13_140_000_000),
    build=build,
    stage_ends=("stage1", "stage2", "stage3", "stage4"),
    small_stem=SmallStem(convolutions=("down1",), left_out=()),
)
