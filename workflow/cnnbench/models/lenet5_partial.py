"""LeNet-5 with the partial connections of its paper: every map of C3 sees only some of the maps of S2.

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition", 1998, table I. C3
then has 1,516 parameters instead of 2,416. All else is as in `lenet5`.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnbench.models import lenet5
from cnnbench.models.architecture import Published

if TYPE_CHECKING:
    from keras import KerasTensor

# Table I: the maps of S2 that each map of C3 is connected to.
CONNECTIONS = [
    (0, 1, 2),
    (1, 2, 3),
    (2, 3, 4),
    (3, 4, 5),
    (0, 4, 5),
    (0, 1, 5),
    (0, 1, 2, 3),
    (1, 2, 3, 4),
    (2, 3, 4, 5),
    (0, 3, 4, 5),
    (0, 1, 4, 5),
    (0, 1, 2, 5),
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
]


def build(images: "KerasTensor", classes: int) -> "KerasTensor":
    """Return the logits (batch, classes) of this LeNet-5 for `images` (batch, 32, 32, channels)."""
    return lenet5.head(_c3(lenet5.stem(images)), classes)


def _c3(x: "KerasTensor") -> "KerasTensor":
    from keras import layers, ops

    maps = [
        layers.Conv2D(1, 5, activation="tanh", name=f"C3_{number}")(ops.take(x, list(seen), axis=-1))
        for number, seen in enumerate(CONNECTIONS)
    ]
    return layers.Concatenate(name="C3")(maps)


ARCHITECTURE = replace(
    lenet5.ARCHITECTURE,
    title="LeNet-5 with partial connections",
    # 900 parameters and, at 10 × 10 positions, 90,000 multiply-adds fewer than with full connections.
    published=Published(image_shape=(32, 32, 1), classes=10, parameters=60_806, flops=653_040),
    build=build,
)
