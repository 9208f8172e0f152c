"""Feeding a network by index: the images stay on the device, and an update names the ones it uses.

LeNet-5 on a CPU trains about twice as fast as when arrays of images are fed; on a GPU, the host is no bottleneck.
Random changes to training images are part of the same graph.
"""

from typing import Any

import keras
import numpy as np
import numpy.typing as npt
from keras import ops

from cnnbench.study.recipe import Recipe
from cnnbench.training.augmentation import augment
from cnnbench.training.loss import smoothed_cross_entropy

AUXILIARY_WEIGHT = 0.3
"""Weight of an auxiliary head's loss, relative to the main one's (C. Szegedy et al., "Going deeper with
convolutions", 2014, section 5)."""


class Gather(keras.layers.Layer):
    """Looks up images by index in a set that the layer holds."""

    def __init__(self, images: npt.NDArray[np.uint8]) -> None:
        super().__init__(name="gather")
        self.images = self.add_weight(shape=images.shape, dtype="uint8", initializer="zeros", trainable=False)
        self.images.assign(images)

    def call(self, indices: keras.KerasTensor) -> keras.KerasTensor:
        """Return the images (batch, height, width, channels) at `indices` (batch,)."""
        return ops.take(self.images, indices, axis=0)


class TrainingModel(keras.Model):
    """From indices and labels to a list: the targets, followed by the logits of every head.

    The targets are part of the graph because augmentation may mix them.
    """

    label_smoothing = 0.0

    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> keras.KerasTensor:
        """Return the mean cross-entropy of the batch: the main head's, plus that of auxiliary heads, weighted."""
        targets, main, *auxiliary = y_pred
        losses = [
            ops.mean(smoothed_cross_entropy(targets, logits, self.label_smoothing)) for logits in (main, *auxiliary)
        ]
        return losses[0] + AUXILIARY_WEIGHT * sum(losses[1:])

    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Return the metrics of the main head."""
        metrics: dict[str, Any] = super().compute_metrics(x, y, y_pred[1], sample_weight)
        return metrics


def feed_by_index(network: keras.Model, images: npt.NDArray[np.uint8], recipe: Recipe) -> TrainingModel:
    """Return a model that trains `network` as the recipe augments, on batches [indices, labels].

    Args:
        network: from images (batch, height, width, channels) to the logits (batch, classes) of one or several heads.
        images: all training images, (n, height, width, channels); indices (batch,) choose among them.
        recipe: its augmentation and label smoothing are those of the model.
    """
    indices = keras.Input((), dtype="int32", name="indices")
    labels = keras.Input((), dtype="int32", name="labels")
    targets = ops.one_hot(labels, network.outputs[0].shape[-1], dtype="float32")
    chosen, targets = augment(Gather(images)(indices), targets, recipe.augmentation)
    heads = network(chosen)
    model = TrainingModel([indices, labels], [targets, *(heads if isinstance(heads, list) else [heads])])
    model.label_smoothing = recipe.label_smoothing
    return model
