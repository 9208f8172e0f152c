"""How many images an update sees, and in how many parts they are computed."""

from dataclasses import dataclass

from cnnbench.study.recipe import Recipe


@dataclass(frozen=True)
class Batches:
    """The parts of an update."""

    size: int
    """Images computed at once."""

    parts: int
    """Batches whose gradients make one update."""

    @property
    def update(self) -> int:
        """Images of one update."""
        return self.size * self.parts


def divide_batches(recipe: Recipe, images: int) -> Batches:
    """Return how the recipe's batch is computed with `images` training images; fewer than a batch make one."""
    update = min(recipe.batch_size, images)
    size = min(recipe.micro_batch_size or update, update)
    return Batches(size, update // size)
