"""Settings that have no effect in a recipe get one fixed value, so that runs that are equal in effect are one run.

What is replaced here must not change a single bit of a result. The fixed values are those of old: a run would be given
another name if one of them followed a default that changes.
"""

from cnnbench.study.input_sizes import ArchitectureFacts, InputSizes
from cnnbench.study.recipe import (
    Augmentation,
    Constant,
    Cosine,
    Dropout,
    EarlyStopping,
    Exponential,
    Input,
    Recipe,
    ReduceOnPlateau,
    Schedule,
    StepDecay,
)

WITHOUT_STRENGTH = ("none", "mixup", "cutmix")
"""Policies whose strength is ignored."""


def effective(recipe: Recipe, architecture: ArchitectureFacts, sizes: InputSizes) -> Recipe:
    """Return the recipe that does the same to `architecture` as `recipe`, and is the same for all such recipes.

    Args:
        recipe: as the study has it.
        architecture: what is trained.
        sizes: which images it reads with the recipe's stem.
    """
    return recipe.model_copy(
        update={
            "micro_batch_size": None if recipe.micro_batch_size == recipe.batch_size else recipe.micro_batch_size,
            "schedule": _schedule(recipe),
            "input": _input(recipe.input, sizes),
            "dropout": recipe.dropout if architecture.stage_ends else Dropout(head=recipe.dropout.head, stages=0.0),
            "batch_norm_momentum": recipe.batch_norm_momentum if architecture.batch_normalisation else 0.9,
            "augmentation": _augmentation(recipe.augmentation),
            "early_stopping": _early_stopping(recipe),
            # Of a single epoch there is nothing to select.
            "selection": "validation_accuracy" if recipe.epochs == 1 else recipe.selection,
        }
    )


def _schedule(recipe: Recipe) -> Schedule:
    """Return the schedule, or the constant one if it never changes the learning rate of an epoch that is trained."""
    schedule, after_warm_up = recipe.schedule, recipe.epochs - recipe.warm_up
    if isinstance(schedule, ReduceOnPlateau):
        # The first epoch is always the best so far. After `patience` others the rate falls, which the next one sees.
        never_falls = schedule.patience > recipe.epochs - 2 or schedule.floor >= recipe.learning_rate
        return Constant() if never_falls else schedule
    never_changes = (isinstance(schedule, StepDecay) and schedule.every >= after_warm_up) or (
        isinstance(schedule, Exponential | Cosine) and after_warm_up == 1
    )
    return Constant(warm_up=recipe.warm_up) if never_changes else schedule


def _input(settings: Input, sizes: InputSizes) -> Input:
    size = None if settings.mode == "none" else settings.size or sizes.default_size
    return Input(mode=settings.mode, size=size)


def _augmentation(settings: Augmentation) -> Augmentation:
    return Augmentation(policy=settings.policy) if settings.policy in WITHOUT_STRENGTH else settings


def _early_stopping(recipe: Recipe) -> EarlyStopping | None:
    """Return when to stop, or None if the last epoch is always trained and the best one's weights are kept."""
    settings, epochs = recipe.early_stopping, recipe.epochs
    # The first epoch is a best one, so that before the last, at most `epochs` - 2 can have passed without a better one.
    if settings is None or settings.patience <= epochs - 2:
        return settings
    if settings.restore_best or epochs == 1:
        return None
    return EarlyStopping(patience=epochs, restore_best=False)
