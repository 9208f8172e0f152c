"""Walking through a network."""

from collections.abc import Iterator

import keras


def leaf_layers(network: keras.Model) -> Iterator[keras.layers.Layer]:
    """Yield the layers of `network` and of the networks nested in it, in order, but not those networks themselves."""
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from leaf_layers(layer)
        else:
            yield layer
