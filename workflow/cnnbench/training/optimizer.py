"""From a recipe to Keras's optimizer."""

from typing import Any

import keras

from cnnbench.study.recipe import Recipe

_CLASSES = {
    "adam": "Adam",
    "adamw": "AdamW",
    "adadelta": "Adadelta",
    "adafactor": "Adafactor",
    "adagrad": "Adagrad",
    "adamax": "Adamax",
    "lamb": "Lamb",
    "lion": "Lion",
    "nadam": "Nadam",
    "rmsprop": "RMSprop",
    "sgd": "SGD",
}


def make_optimizer(recipe: Recipe, parts: int = 1) -> keras.optimizers.Optimizer:
    """Return the recipe's optimizer.

    Args:
        recipe: names the optimizer and all its settings.
        parts: batches whose gradients make one update.
    """
    settings: dict[str, Any] = {"learning_rate": recipe.learning_rate, "global_clipnorm": recipe.gradient_clip}
    # AdamW has a weight decay of its own where none is given.
    settings["weight_decay"] = recipe.weight_decay or (0.0 if recipe.optimizer == "adamw" else None)
    if recipe.optimizer == "sgd":
        settings |= {"momentum": 0.9, "nesterov": True}
    if recipe.moving_average is not None:
        settings |= {"use_ema": True, "ema_momentum": recipe.moving_average}
    if parts > 1:
        settings["gradient_accumulation_steps"] = parts
    return getattr(keras.optimizers, _CLASSES[recipe.optimizer])(**settings)
