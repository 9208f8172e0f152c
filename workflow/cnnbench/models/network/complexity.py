"""Parameters and floating-point operations of a network, counted layer by layer.

Convolutions and dense layers, which do nearly all of the work, count two operations per multiply-add. Biases,
normalisation, activations and pooling are left out, as in papers. Papers that count multiply-adds give half of these
numbers.
"""

from math import prod

import keras
from keras import layers

from cnnbench.models.network.layers import leaf_layers


def count_parameters(network: keras.Model) -> int:
    """Return the number of parameters, trainable or not (moving averages count, states of random generators do not)."""
    return sum(prod(weight.shape) for weight in network.weights)


def count_flops(network: keras.Model) -> int:
    """Return the floating-point operations of one forward pass of one image.

    Raises:
        TypeError: a layer with a matrix of weights is of a kind that this module does not know.
    """
    return 2 * sum(_multiply_adds(layer) for layer in leaf_layers(network))


def _multiply_adds(layer: layers.Layer) -> int:
    if isinstance(layer, layers.SeparableConv2D):
        kernels = prod(layer.depthwise_kernel.shape) + prod(layer.pointwise_kernel.shape)
        return int(prod(layer.output.shape[1:3]) * kernels)
    if isinstance(layer, layers.DepthwiseConv2D | layers.Conv2D):
        # Every weight of the kernel is used once at every position of the output; groups make the kernel smaller.
        return int(prod(layer.output.shape[1:3]) * prod(layer.kernel.shape))
    if isinstance(layer, layers.Dense):
        return int(prod(layer.output.shape[1:-1]) * prod(layer.kernel.shape))
    if any(len(weight.shape) > 1 for weight in layer.weights):
        raise TypeError(f"cannot count the operations of {type(layer).__name__} '{layer.name}'")
    return 0
