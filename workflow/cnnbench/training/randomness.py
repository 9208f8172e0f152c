"""Everything random is a function of the seed and the epoch, never of how long the process has been running."""

import random
from collections.abc import Iterator

import keras
import numpy as np
import numpy.typing as npt

from cnnbench.models.network.layers import leaf_layers


def seed_initial_weights(seed: int) -> None:
    """Make the weights of the next network a function of `seed`.

    Keras draws the seed of every initializer from Python's generator. Keras's own `set_random_seed` would import
    TensorFlow under any backend.
    """
    random.seed(seed)


def epoch_order(seed: int, epoch: int, images: int, batch_size: int) -> npt.NDArray[np.int32]:
    """Return the order in which epoch `epoch` visits the training images.

    An incomplete last batch is left out, so that all updates weigh the same and have the same shape, for which the step
    is compiled; other images are left out in each epoch. Fewer images than one batch make one smaller batch.

    Returns:
        Indices of images, int32 (images rounded down to whole batches,).
    """
    order = np.random.default_rng([seed, epoch]).permutation(images).astype(np.int32)
    return order[: images // batch_size * batch_size or images]


def seed_generators(network: keras.Model, seed: int, epoch: int) -> None:
    """Set every random generator in `network` (dropout, augmentation) to its state at the start of `epoch`."""
    for number, generator in enumerate(random_generators(network)):
        entropy = np.random.SeedSequence([seed, epoch, number]).generate_state(2, dtype=np.uint32)
        generator.state.assign(entropy.astype(generator.state.dtype))


def random_generators(network: keras.Model) -> Iterator[keras.random.SeedGenerator]:
    """Yield every random generator in `network`, always in the same order."""
    for layer in leaf_layers(network):
        yield from (value for value in vars(layer).values() if isinstance(value, keras.random.SeedGenerator))
