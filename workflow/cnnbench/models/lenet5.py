"""LeNet-5.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition", Proceedings of
the IEEE 86(11), 1998, section II.B and figure 2.

The layers carry the paper's names. Where this file follows the paper, and where it does not:

- Input of 32 × 32: the 28 × 28 characters are padded, so that strokes reach the centre of the receptive fields.
- Scaled hyperbolic tangent, 1.7159 tanh(2a/3) (appendix A). Here: plain tanh, the form in which the network is usually
  rebuilt; the scale is absorbed by the weights.
- Subsampling S2 and S4 average 2 × 2 pixels, multiply by a trainable coefficient, add a trainable bias and squash.
  Here: the average alone.
- C3 sees only some of the maps of S2 (table I: 1,516 parameters). Here: all of them (2,416);
  `lenet5_partial` has the paper's connections.
- The output compares F6 with fixed 7 × 12 bitmaps of the characters (Euclidean radial basis functions). Here: a trained
  linear layer and softmax, since EMNIST's classes have no such bitmaps.
"""

from typing import TYPE_CHECKING

from cnnbench.models.architecture import Architecture, Published

if TYPE_CHECKING:
    from keras import KerasTensor


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of LeNet-5 for `images` (batch, 32, 32, channels)."""
    from keras import layers

    return head(layers.Conv2D(16, 5, activation="tanh", name="C3")(stem(images)), classes)


def stem(images: "KerasTensor") -> "KerasTensor":
    """Return what C3 reads."""
    from keras import layers

    x = layers.Conv2D(6, 5, activation="tanh", name="C1")(images)
    return layers.AveragePooling2D(2, name="S2")(x)


def head(x: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) for the output of C3."""
    from keras import layers

    x = layers.AveragePooling2D(2, name="S4")(x)
    x = layers.Conv2D(120, 5, activation="tanh", name="C5")(x)
    x = layers.Flatten()(x)
    x = layers.Dense(84, activation="tanh", name="F6")(x)
    return layers.Dense(classes, name="output")(x)


ARCHITECTURE = Architecture(
    title="LeNet-5",
    paper="LeCun et al., Gradient-based learning applied to document recognition, 1998",
    year=1998,
    default_size=32,
    minimum_size=32,
    published=Published(image_shape=(32, 32, 1), classes=10, parameters=61_706, flops=833_040),
    build=build,
    stage_ends=("S2", "S4"),
    batch_normalisation=False,
)
