"""From a recipe to Keras's optimizer and loss."""

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


def make_loss(recipe: Recipe, classes: int) -> keras.losses.Loss:
    """Return the cross-entropy of logits (batch, classes) against class indices (batch,), smoothed by the recipe."""
    if recipe.label_smoothing == 0:
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return SmoothedCrossentropy(classes, recipe.label_smoothing)


class SmoothedCrossentropy(keras.losses.Loss):
    """Cross-entropy against targets of which a share is spread evenly over all classes.

    C. Szegedy et al., "Rethinking the inception architecture for computer vision", 2015, section 7. Keras's own takes
    one-hot targets only.
    """

    def __init__(self, classes: int, smoothing: float) -> None:
        super().__init__(name="smoothed_crossentropy")
        self.classes = classes
        self.smoothing = smoothing

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """Return the losses (batch,) of logits `y_pred` (batch, classes) for class indices `y_true`."""
        targets = keras.ops.one_hot(keras.ops.reshape(y_true, (-1,)), self.classes)
        return keras.losses.categorical_crossentropy(targets, y_pred, from_logits=True, label_smoothing=self.smoothing)
