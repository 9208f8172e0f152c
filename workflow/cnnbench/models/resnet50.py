"""ResNet-50.

K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition", 2015, arXiv:1512.03385, table 1.
Keras's own: its convolutions have biases, which the paper's have not (25,636,712 parameters instead of 25,557,032).
"""

from typing import TYPE_CHECKING

from cnnbench.models.architecture import Architecture, Published

if TYPE_CHECKING:
    from keras import KerasTensor


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of ResNet-50 for `images` (batch, height, width, channels)."""
    from keras.applications import ResNet50

    network = ResNet50(weights=None, input_shape=images.shape[1:], classes=classes, classifier_activation=None)
    return network(images)


ARCHITECTURE = Architecture(
    title="ResNet-50",
    paper="He et al., Deep residual learning for image recognition, 2015",
    year=2015,
    default_size=32,
    minimum_size=32,
    published=Published(image_shape=(224, 224, 3), classes=1000, parameters=25_636_712, flops=7_600_000_000),
    build=build,
)
