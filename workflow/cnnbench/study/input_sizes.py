"""Which sizes of images an architecture reads, and whether a recipe brings images to one of them."""

from typing import Protocol

from cnnbench.errors import UserError
from cnnbench.study.recipe import Input, Recipe


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

    @property
    def stage_ends(self) -> tuple[str, ...]:
        """Where `dropout.stages` puts dropout."""

    @property
    def batch_normalisation(self) -> bool:
        """Whether there is batch normalisation, to which `batch_norm_momentum` applies."""


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


def input_problem(
    architecture: ArchitectureFacts, sizes: InputSizes, settings: Input, height: int, width: int
) -> str | None:
    """Say why images of some size cannot be brought to one that the architecture reads, and what to change.

    Args:
        architecture: what the network is built as.
        sizes: what it reads with the recipe's stem.
        settings: how the recipe brings images to the network.
        height: of the images, in pixels.
        width: of the images, in pixels.

    Returns:
        The message, or None if nothing is wrong.
    """
    minimum, size, longest = sizes.minimum_size, settings.size or sizes.default_size, max(height, width)
    needs = f"{architecture.title} needs images of at least {minimum} pixels, but"
    if settings.mode == "none":
        if min(height, width) >= minimum:
            return None
        return f"{needs} input.mode: none leaves them at {height} x {width}; set input.mode to pad or resize"
    if size < minimum:
        return f"{needs} input.size is {size}; set input.size to {minimum} or more, or leave it out"
    if settings.mode == "pad" and size < longest:
        default = f", the default of {architecture.title}" if size == sizes.default_size else ""
        return (
            f"input.mode: pad cannot bring {height} x {width} pixels to input.size: {size}{default}; set input.size to"
            f" {longest} or more, or input.mode to resize"
        )
    return None
