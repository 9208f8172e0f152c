"""Which sizes of images an architecture reads."""

from typing import Protocol

from cnnbench.errors import UserError
from cnnbench.study.recipe import Recipe


class InputSizes(Protocol):
    """What a network's input must be like."""

    @property
    def default_size(self) -> int:
        """Side in pixels that small images are brought to unless the recipe says otherwise."""

    @property
    def minimum_size(self) -> int:
        """Smallest side in pixels that the architecture can be built for."""


class ArchitectureFacts(InputSizes, Protocol):
    """What the expansion needs to know of an architecture."""

    @property
    def title(self) -> str:
        """The architecture's name as a report shows it."""

    @property
    def small_stem(self) -> InputSizes | None:
        """The sizes that hold with `stem: small`; None if the architecture has no such stem."""


def input_sizes(architecture: ArchitectureFacts, recipe: Recipe, key: str) -> InputSizes:
    """Return the sizes of images that the architecture reads with the recipe's stem.

    Raises:
        UserError: the architecture has no such stem; the message starts with `key`.
    """
    if recipe.stem == "original":
        return architecture
    if architecture.small_stem is None:
        raise UserError(f"{key}: {architecture.title} has no stem: small; allowed: original")
    return architecture.small_stem
