"""AlexNet.

A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional neural networks", 2012,
section 3.5 and figure 2. One tower: the paper's two groups of filters, one per GPU, were a matter of memory (62,378,344
parameters instead of 60,965,224). The layers carry the paper's names. The dropout of one half in front of the first
two dense layers is the paper's (section 4.2).
"""

from typing import TYPE_CHECKING

from cnnbench.models.architecture import Architecture, Published

if TYPE_CHECKING:
    from keras import KerasTensor


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of AlexNet for `images` (batch, height, width, channels)."""
    from keras import layers

    from cnnbench.models.network.normalization import LocalResponseNormalization

    x = layers.Conv2D(96, 11, strides=4, activation="relu", name="conv1")(images)
    x = layers.MaxPooling2D(3, strides=2, name="pool1")(LocalResponseNormalization(name="norm1")(x))
    x = layers.Conv2D(256, 5, padding="same", activation="relu", name="conv2")(x)
    x = layers.MaxPooling2D(3, strides=2, name="pool2")(LocalResponseNormalization(name="norm2")(x))
    x = layers.Conv2D(384, 3, padding="same", activation="relu", name="conv3")(x)
    x = layers.Conv2D(384, 3, padding="same", activation="relu", name="conv4")(x)
    x = layers.Conv2D(256, 3, padding="same", activation="relu", name="conv5")(x)
    x = layers.Flatten()(layers.MaxPooling2D(3, strides=2, name="pool5")(x))
    x = layers.Dense(4096, activation="relu", name="fc6")(layers.Dropout(0.5)(x))
    x = layers.Dense(4096, activation="relu", name="fc7")(layers.Dropout(0.5)(x))
    return layers.Dense(classes, name="fc8")(x)


ARCHITECTURE = Architecture(
    title="AlexNet",
    paper="Krizhevsky et al., ImageNet classification with deep convolutional neural networks, 2012",
    year=2012,
    default_size=67,
    minimum_size=67,
    # The operations follow from the paper's table of layers: 1,135 million multiply-adds.
    published=Published(image_shape=(227, 227, 3), classes=1000, parameters=62_378_344, flops=2_270_000_000),
    build=build,
    stage_ends=("pool1", "pool2"),
    batch_normalisation=False,
)
