"""A kind of normalisation that early architectures use and Keras lacks."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnbench")
class LocalResponseNormalization(keras.layers.Layer):
    """Divides an activation by a power of the activity of neighbouring channels at the same position.

    A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional neural networks", 2012,
    section 3.3, with its constants: b = a / (2 + 0.0001 · sum of squares of 5 channels) ^ 0.75.
    """

    NEIGHBOURS = 2
    """Channels on either side that count."""

    def call(self, activations: keras.KerasTensor) -> keras.KerasTensor:
        """Return the normalised `activations` (batch, height, width, channels)."""
        channels = activations.shape[-1]
        width = 2 * self.NEIGHBOURS + 1
        squares = ops.pad(ops.square(activations), [[0, 0]] * 3 + [[self.NEIGHBOURS, self.NEIGHBOURS]])
        activity = sum(squares[..., shift : shift + channels] for shift in range(width))
        return activations / (2.0 + 1e-4 * activity) ** 0.75
