"""How many images an update sees, and in how many parts they are computed."""

from dataclasses import dataclass

from cnnbench.study.recipe import Recipe

VALIDATED_AT_ONCE = 512


@dataclass(frozen=True)
class Batches:
    """The parts of an update, and of the validation images."""

    size: int
    """Images computed at once."""

    parts: int
    """Batches whose gradients make one update."""

    validated: int = VALIDATED_AT_ONCE
    """Images validated at once."""

    @property
    def update(self) -> int:
        """Images of one update."""
        return self.size * self.parts


def divide_batches(recipe: Recipe, images: int, images_at_once: int | None = None) -> Batches:
    """Return how the recipe's batch is computed with `images` training images; fewer than a batch make one.

    Args:
        recipe: its batch, and how many images of it are computed at once.
        images: number of training images.
        images_at_once: divides the update, and takes the place of what the recipe says; None: as the recipe says.
    """
    update = min(recipe.batch_size, images)
    size = min(recipe.micro_batch_size or update, update)
    planned = Batches(size, update // size)
    return planned if images_at_once in (None, size) else _in_parts(planned.update, images_at_once)


def smaller_parts(batches: Batches, recipe: Recipe) -> Batches | None:
    """Return the same update in parts of at most half the size; None if it cannot be divided further.

    With a moving average of the weights, which counts every part as an update, nothing can be divided.
    """
    if batches.size == 1 or recipe.moving_average is not None:
        return None
    size = next(size for size in range(batches.size // 2, 0, -1) if batches.update % size == 0)
    return _in_parts(batches.update, size)


def _in_parts(update: int, size: int) -> Batches:
    """Return an update in parts of `size` because memory is short; validation takes no more at once."""
    return Batches(size, update // size, min(size, VALIDATED_AT_ONCE))
