"""MobileNetV2.

M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen, "MobileNetV2: inverted residuals and linear bottlenecks", 2018,
arXiv:1801.04381, table 2, with width multiplier 1. Keras's own.
"""

from typing import TYPE_CHECKING

from cnnbench.models.architecture import Architecture, Published

if TYPE_CHECKING:
    from keras import KerasTensor


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of MobileNetV2 for `images` (batch, height, width, channels)."""
    from keras.applications import MobileNetV2

    network = MobileNetV2(weights=None, input_shape=images.shape[1:], classes=classes, classifier_activation=None)
    return network(images)


ARCHITECTURE = Architecture(
    title="MobileNetV2",
    paper="Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks, 2018",
    year=2018,
    default_size=32,
    minimum_size=32,
    published=Published(image_shape=(224, 224, 3), classes=1000, parameters=3_538_984, flops=600_000_000),
    build=build,
)
