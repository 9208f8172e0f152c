"""The learning rate of an epoch, for schedules that depend on the epoch alone."""

import math

from cnnbench.study.recipe import Cosine, Exponential, Recipe, StepDecay


def scheduled_rate(recipe: Recipe, epoch: int) -> float:
    """Return the learning rate of epoch `epoch` (from 1); under `reduce_on_plateau`, the one that training starts with.

    A warm-up of n epochs comes first; the schedule's own curve starts after it.
    """
    if epoch <= recipe.warm_up:
        return recipe.learning_rate * epoch / (recipe.warm_up + 1)
    return recipe.learning_rate * _share(recipe, epoch - recipe.warm_up - 1, recipe.epochs - recipe.warm_up)


def _share(recipe: Recipe, done: int, epochs: int) -> float:
    """Return the share of the full learning rate after `done` of the `epochs` that follow the warm-up."""
    schedule = recipe.schedule
    if isinstance(schedule, StepDecay):
        return float(schedule.factor ** (done // schedule.every))
    if isinstance(schedule, Exponential):
        return float(schedule.factor**done)
    if isinstance(schedule, Cosine):
        return schedule.floor + (1 - schedule.floor) * (1 + math.cos(math.pi * done / epochs)) / 2
    return 1.0
