"""The loss: cross-entropy against smoothed targets.

C. Szegedy et al., "Rethinking the inception architecture for computer vision", 2015, section 7.
"""

import keras

from cnnbench.study.recipe import Recipe


def smoothed_cross_entropy(
    targets: keras.KerasTensor, logits: keras.KerasTensor, smoothing: float
) -> keras.KerasTensor:
    """Return the cross-entropies (batch,) against targets of which a share is spread evenly over all classes.

    Args:
        targets: (batch, classes), rows that sum to one.
        logits: (batch, classes).
        smoothing: the share.
    """
    return keras.losses.categorical_crossentropy(targets, logits, from_logits=True, label_smoothing=smoothing)


def make_loss(recipe: Recipe, classes: int) -> keras.losses.Loss:
    """Return the cross-entropy of logits (batch, classes) against class indices (batch,), smoothed by the recipe."""
    if recipe.label_smoothing == 0:
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return SmoothedCrossentropy(classes, recipe.label_smoothing)


class SmoothedCrossentropy(keras.losses.Loss):
    """Cross-entropy for class indices; Keras smooths one-hot targets only."""

    def __init__(self, classes: int, smoothing: float) -> None:
        super().__init__(name="smoothed_crossentropy")
        self.classes = classes
        self.smoothing = smoothing

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        """Return the losses (batch,) of logits `y_pred` (batch, classes) for class indices `y_true`."""
        targets = keras.ops.one_hot(keras.ops.reshape(y_true, (-1,)), self.classes)
        return smoothed_cross_entropy(targets, y_pred, self.smoothing)
