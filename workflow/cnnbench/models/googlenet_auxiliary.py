"""GoogLeNet with its two auxiliary heads, which add to the loss during training and are left out afterwards.

C. Szegedy et al., "Going deeper with convolutions", 2014, arXiv:1409.4842, section 5: on top of the modules 4a and 4d,
average pooling of 5 × 5 with stride 3, 128 convolutions of 1 × 1, a dense layer of 1,024 units, dropout of 70 %, and a
classifier. Where small images leave fewer than 5 × 5 positions, the pooling takes what there is.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from cnnbench.models import googlenet
from cnnbench.models.architecture import Published

if TYPE_CHECKING:
    from keras import KerasTensor

HEADS_ON = ("4a", "4d")


def build(images: "KerasTensor", classes: int) -> "list[KerasTensor]":
    """Return the logits (batch, classes) of GoogLeNet and its heads for `images` (batch, height, width, channels)."""
    modules = dict(googlenet.modules(googlenet.stem(images), googlenet.inception))
    heads = [_head(modules[name], classes, f"auxiliary_{name}") for name in HEADS_ON]
    return [googlenet.classifier(modules["5b"], classes), *heads]


def _head(x: "KerasTensor", classes: int, name: str) -> "KerasTensor":
    from keras import layers

    side = min(5, *x.shape[1:3])
    x = layers.AveragePooling2D(side, strides=3)(x)
    x = layers.Conv2D(128, 1, activation="relu", name=f"{name}_reduce")(x)
    x = layers.Dense(1024, activation="relu", name=f"{name}_fc")(layers.Flatten()(x))
    return layers.Dense(classes, name=f"{name}_classifier")(layers.Dropout(0.7)(x))


ARCHITECTURE = replace(
    googlenet.ARCHITECTURE,
    title="GoogLeNet with auxiliary heads",
    # As in the authors' public Caffe model; a head has 3.19 million parameters and 4.2 million multiply-adds.
    published=Published(image_shape=(224, 224, 3), classes=1000, parameters=13_378_280, flops=3_149_000_000),
    build=build,
)
