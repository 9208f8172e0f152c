"""The random changes to training images that a study has, and what they are called."""

from collections.abc import Iterable

from cnnbench.study.effective import WITHOUT_STRENGTH
from cnnbench.study.recipe import Augmentation, Recipe


def distinct_augmentations(recipes: Iterable[Recipe]) -> list[Augmentation]:
    """Return each setting other than `none` once, in an order that depends on the settings alone."""
    settings = {(recipe.augmentation.policy, recipe.augmentation.strength) for recipe in recipes}
    return [Augmentation(policy=policy, strength=strength) for policy, strength in sorted(settings) if policy != "none"]


def augmentation_label(settings: Augmentation) -> str:
    """Write a setting for a reader: `affine, strength 1`."""
    if settings.policy in WITHOUT_STRENGTH:
        return settings.policy
    return f"{settings.policy}, strength {settings.strength:g}"
