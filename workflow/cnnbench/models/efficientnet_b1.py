"""EfficientNetB1.

M. Tan, Q. Le, "EfficientNet: rethinking model scaling for convolutional neural networks", 2019, arXiv:1905.11946,
table 2. Keras's own implementation, which divides its input by 255.
"""

from typing import TYPE_CHECKING

from cnnbench.models.architecture import Architecture, Published, SmallStem
from cnnbench.models.network.applications import application

if TYPE_CHECKING:
    from keras import KerasTensor


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of EfficientNetB1 for `images` (batch, height, width, channels)."""
    from keras import layers

    # Keras's network would otherwise divide images that are already standardised.
    return application("EfficientNetB1")(layers.Rescaling(255.0)(images), classes)


ARCHITECTURE = Architecture(
    title="EfficientNetB1",
    paper="Tan and Le, EfficientNet: rethinking model scaling for convolutional neural networks, 2019",
    year=2019,
    default_size=32,
    minimum_size=32,
    published=Published(image_shape=(240, 240, 3), classes=1000, parameters=7_856_239, flops=1_400_000_000),
    build=build,
    stage_ends=("block1b_add", "block2c_add", "block3c_add", "block5d_add"),
    small_stem=SmallStem(convolutions=("stem_conv",), left_out=("stem_conv_pad",)),
)
