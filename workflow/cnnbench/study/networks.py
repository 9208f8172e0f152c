"""Which runs train the same network: measuring the latency of one of them is enough."""

from collections.abc import Mapping
from typing import Any

from cnnbench.files import canonical_json

FORWARD_PASS = ("backend", "precision", "input", "stem", "activation")
"""Keys of a recipe that change what a trained network computes, or what it is computed with. Dropout does nothing after
training, and the momentum of batch normalisation changes numbers, not operations."""


def network_of(architecture: str, recipe: Mapping[str, Any]) -> str:
    """Return the identity of the network that runs of `architecture` with `recipe` train, whatever its weights.

    Args:
        architecture: registered name.
        recipe: the resolved recipe as plain values.
    """
    return canonical_json({"architecture": architecture, **{key: recipe[key] for key in FORWARD_PASS}})
