"""The recipe: every training hyper-parameter of a run."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from cnnbench.study.section import Section


class Input(Section):
    """How an image gets to the size that the network reads."""

    mode: Literal["none", "pad", "resize"] = "pad"
    """`pad`: zeros around the image; `resize`: bilinear interpolation; `none`: as it is."""

    size: int | None = Field(default=None, ge=8, le=1024)
    """Side in pixels after padding or resizing. Empty: the architecture's default size. Has no meaning for `none`."""


class Constant(Section):
    """The learning rate stays as it is."""

    name: Literal["constant"] = "constant"
    """The schedule's name."""


class ReduceOnPlateau(Section):
    """The learning rate is multiplied by `factor` after `patience` epochs without a lower validation loss."""

    name: Literal["reduce_on_plateau"]
    """The schedule's name."""

    factor: float = Field(default=0.5, gt=0.0, lt=1.0)
    """What the learning rate is multiplied by."""

    patience: int = Field(default=2, ge=1, le=1000)
    """Epochs without a lower validation loss before the learning rate falls."""

    floor: float = Field(default=1e-6, ge=0.0, le=1.0)
    """The learning rate never falls below this."""


def _name_alone(value: Any) -> Any:
    """Let `schedule: constant` stand for `schedule: {name: constant}`."""
    return {"name": value} if isinstance(value, str) else value


Schedule = Annotated[Constant | ReduceOnPlateau, Field(discriminator="name"), BeforeValidator(_name_alone)]


class Recipe(Section):
    """Every training hyper-parameter of a run; the defaults are the base recipe of a study that says nothing."""

    backend: Literal["tensorflow", "jax"] = "tensorflow"
    """What Keras computes with; `jax` is an optional extra."""

    epochs: int = Field(default=12, ge=1, le=10_000)
    """Passes over the training images, at most (see `early_stopping`)."""

    batch_size: int = Field(default=256, ge=1, le=65_536)
    """Images per update of the weights."""

    optimizer: Literal["sgd", "adam", "adamw"] = "adam"
    """`sgd` has Nesterov momentum 0.9; the others have Keras's defaults."""

    learning_rate: float = Field(default=0.001, gt=0.0, le=100.0)
    """The (initial) learning rate."""

    weight_decay: float = Field(default=0.0, ge=0.0, le=1.0)
    """Decoupled weight decay per update, relative to the learning rate."""

    schedule: Schedule = Constant()
    """How the learning rate changes from epoch to epoch: `constant`, or `reduce_on_plateau` with its settings."""

    input: Input = Input()
    """How 28 × 28 pixels get to the size that the architecture reads."""

    batch_norm_momentum: float = Field(default=0.9, ge=0.0, lt=1.0)
    """Share of the old value in batch normalisation's moving averages, which a network uses once it is trained. Keras's
    own networks have 0.99 or 0.999 and so need thousands of updates before the averages are those of the images."""

    label_smoothing: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Share of the target probability that is spread evenly over all classes."""

    early_stopping: int | None = Field(default=None, ge=1, le=10_000)
    """Stop after this many epochs without a better `selection` value. Empty: train all epochs."""

    selection: Literal["validation_accuracy", "validation_loss"] = "validation_accuracy"
    """What decides which epoch's weights are kept, and when to stop early."""
