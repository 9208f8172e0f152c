"""From a recipe to Keras's optimizer and loss."""

import keras

from cnnbench.study.recipe import Recipe


def make_optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    """Return the recipe's optimizer."""
    common = {"learning_rate": recipe.learning_rate, "weight_decay": recipe.weight_decay or None}
    if recipe.optimizer == "sgd":
        return keras.optimizers.SGD(momentum=0.9, nesterov=True, **common)
    if recipe.optimizer == "adamw":
        return keras.optimizers.AdamW(**{**common, "weight_decay": recipe.weight_decay})
    return keras.optimizers.Adam(**common)


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
