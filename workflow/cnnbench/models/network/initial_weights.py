"""Initial weights other than those of a ready-made architecture."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import KerasTensor


def drawn_by_he(
    build: "Callable[[KerasTensor, int], KerasTensor]",
) -> "Callable[[KerasTensor, int], KerasTensor]":
    """Return a function that builds what `build` does, with kernels drawn by He et al.'s normal distribution.

    K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", 2015, arXiv:1502.01852, section 2.2.
    """

    def build_and_draw(images: "KerasTensor", classes: int) -> "KerasTensor":
        import keras

        logits = build(images, classes)
        for layer in keras.Model(images, logits).layers:
            if hasattr(layer, "kernel"):
                layer.kernel.assign(keras.initializers.HeNormal()(layer.kernel.shape))
        return logits

    return build_and_draw
