"""Architectures that come with Keras: without trained weights, for any number of channels and classes."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import KerasTensor


def application(name: str) -> "Callable[[KerasTensor, int], KerasTensor]":
    """Return the function that builds `keras.applications.<name>` from images and a number of classes."""

    def build(images: "KerasTensor", classes: int) -> "KerasTensor":
        import keras

        construct = getattr(keras.applications, name)
        network = construct(
            weights=None,
            input_tensor=images,
            input_shape=images.shape[1:],
            classes=classes,
            classifier_activation=None,
        )
        return network.output

    return build
