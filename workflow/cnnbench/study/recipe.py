"""The recipe: every training hyper-parameter of a run."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from cnnbench.study.section import Neutral, Section

OptimizerName = Literal[
    "sgd", "adam", "adamw", "adadelta", "adafactor", "adagrad", "adamax", "lamb", "lion", "nadam", "rmsprop"
]
Policy = Literal[
    "none",
    "shift",
    "rotate",
    "zoom",
    "shear",
    "affine",
    "elastic",
    "erase",
    "handwriting",
    "strong",
    "mixup",
    "cutmix",
]


class Input(Section):
    """How an image is brought to the size that the network reads."""

    mode: Literal["none", "pad", "resize"] = "pad"
    """`pad` puts zeros around the image, `resize` interpolates bilinearly, `none` leaves the image as it is."""

    size: int | None = Field(default=None, ge=8, le=1024)
    """Side in pixels after padding or resizing. Empty: the architecture's default size. Ignored for `none`."""


class WarmUp(Section):
    """What schedules that depend on the epoch alone have in common."""

    name: str
    """The schedule's name."""

    warm_up: Annotated[int, Neutral(0)] = Field(default=0, ge=0, le=1000)
    """Number of epochs of linear warm-up: in epoch k of n, the learning rate is k / (n + 1) of its full value."""


class Constant(WarmUp):
    """The learning rate stays the same."""

    name: Literal["constant"] = "constant"
    """The schedule's name."""


class StepDecay(WarmUp):
    """The learning rate is multiplied by `factor` every `every` epochs."""

    name: Literal["step"]
    """The schedule's name."""

    every: int = Field(default=4, ge=1, le=1000)
    """Number of epochs between two changes."""

    factor: float = Field(default=0.3, gt=0.0, lt=1.0)
    """The factor."""


class Exponential(WarmUp):
    """The learning rate is multiplied by `factor` after every epoch."""

    name: Literal["exponential"]
    """The schedule's name."""

    factor: float = Field(default=0.9, gt=0.0, lt=1.0)
    """The factor."""


class Cosine(WarmUp):
    """The learning rate falls along half a cosine wave, from its full value to `floor` after the last epoch.

    I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", 2016, equation 5.
    """

    name: Literal["cosine"]
    """The schedule's name."""

    floor: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Where the curve ends, as a share of the full learning rate."""


class ReduceOnPlateau(Section):
    """The learning rate is multiplied by `factor` after `patience` epochs without a lower validation loss."""

    name: Literal["reduce_on_plateau"]
    """The schedule's name."""

    factor: float = Field(default=0.5, gt=0.0, lt=1.0)
    """The factor."""

    patience: int = Field(default=2, ge=1, le=1000)
    """Number of epochs without a lower validation loss before the learning rate falls."""

    floor: float = Field(default=1e-6, ge=0.0, le=1.0)
    """The learning rate never falls below this."""


class PlainActivation(Section):
    """An activation without settings; `own` keeps those of the architecture."""

    name: Literal["own", "relu", "elu", "gelu", "silu", "tanh"] = "own"
    """The activation's name."""


class LeakyReLU(Section):
    """Leaky ReLU: x above zero, `slope` times x below."""

    name: Literal["leaky_relu"]
    """The activation's name."""

    slope: float = Field(default=0.01, gt=0.0, lt=1.0)
    """Slope below zero."""


class Dropout(Section):
    """Shares of activations that are set to zero during training."""

    head: Annotated[float | None, Neutral(None)] = Field(default=None, ge=0.0, lt=1.0)
    """In the head: where the architecture has dropout itself, otherwise in front of the classifier. Empty: the
    architecture's own share, if it has dropout."""

    stages: Annotated[float, Neutral(0.0)] = Field(default=0.0, ge=0.0, lt=1.0)
    """Between the stages of the architecture."""


class Augmentation(Section):
    """How training images (and no others) are changed at random, each image on its own and anew in every epoch."""

    policy: Annotated[Policy, Neutral("none")] = "none"
    """`shift`, `rotate`, `zoom`, `shear`: one kind of movement; `affine`: all four together; `elastic`: every part of
    the stroke moves a little; `erase`: a rectangle is blanked out; `handwriting`: affine and elastic; `strong`: affine,
    elastic and erase; `mixup`, `cutmix`: two images and their labels are mixed. Images are never mirrored."""

    strength: Annotated[float, Neutral(1.0)] = Field(default=1.0, gt=0.0, le=3.0)
    """Multiplies the policy's usual range of change. Ignored for `mixup`, `cutmix` and `none`."""


class EarlyStopping(Section):
    """Stopping before the last epoch."""

    patience: int = Field(ge=1, le=10_000)
    """Stop after this many epochs without a better `selection` value."""

    restore_best: bool = True
    """Whether to keep the weights of the best epoch instead of those of the last one."""


def _alone(key: str, allowed: Any) -> BeforeValidator:
    """Let a plain value stand for a section that has it as `key`, as `schedule: constant` stands for its `name`.

    Args:
        key: the section's key that the plain value is for.
        allowed: type of the section, or of the plain value, for the JSON schema.
    """

    def expanded(value: Any) -> Any:
        return {key: value} if isinstance(value, str | int | float) else value

    return BeforeValidator(expanded, json_schema_input_type=allowed)


ScheduleName = Literal["constant", "step", "exponential", "cosine", "reduce_on_plateau"]
ActivationName = Literal["own", "relu", "elu", "gelu", "silu", "tanh", "leaky_relu"]
_Schedule = Annotated[Constant | StepDecay | Exponential | Cosine | ReduceOnPlateau, Field(discriminator="name")]
_Activation = Annotated[PlainActivation | LeakyReLU, Field(discriminator="name")]
Schedule = Annotated[_Schedule, _alone("name", _Schedule | ScheduleName)]
Activation = Annotated[_Activation, _alone("name", _Activation | ActivationName)]


class Recipe(Section):
    """Every training hyper-parameter of a run. The defaults are the base recipe of a study that sets nothing."""

    backend: Annotated[Literal["tensorflow", "jax"], Neutral("tensorflow")] = "tensorflow"
    """The library that Keras computes with; `jax` must be installed separately (`make jax`)."""

    precision: Annotated[Literal["float32", "mixed_bfloat16", "mixed_float16"], Neutral("float32")] = "float32"
    """Number format to compute in. Mixed formats keep weights in float32; they pay off only on GPUs made for them."""

    epochs: int = Field(default=12, ge=1, le=10_000)
    """Maximum number of passes over the training images (see `early_stopping`)."""

    batch_size: int = Field(default=256, ge=1, le=65_536)
    """Images per update of the weights."""

    micro_batch_size: Annotated[int | None, Neutral(None)] = Field(default=None, ge=1, le=65_536)
    """Images to compute at once, for a batch that does not fit in memory: the gradients of its parts make one update.
    Batch normalisation sees only single parts. Must divide `batch_size`. Empty: the whole batch."""

    optimizer: OptimizerName = "adam"
    """`sgd` has a Nesterov momentum of 0.9; all others are Keras's, with its defaults."""

    learning_rate: float = Field(default=0.001, gt=0.0, le=100.0)
    """The (initial) learning rate."""

    weight_decay: Annotated[float, Neutral(0.0)] = Field(default=0.0, ge=0.0, le=1.0)
    """Decoupled weight decay per update, relative to the learning rate."""

    gradient_clip: Annotated[float | None, Neutral(None)] = Field(default=None, gt=0.0)
    """Maximum norm of all gradients together; larger ones are scaled down to it. Empty: no limit."""

    moving_average: Annotated[float | None, Neutral(None)] = Field(default=None, gt=0.0, lt=1.0)
    """Momentum of an exponential moving average of the weights over the updates, such as 0.99. The averaged weights are
    validated and kept; training goes on with the others. Empty: no average."""

    schedule: Annotated[Schedule, Neutral({"name": "constant"})] = Constant()
    """How the learning rate changes from epoch to epoch: `constant`, `step`, `exponential` or `cosine`, each with an
    optional `warm_up`, or `reduce_on_plateau`. Either a name, or a name with settings: `{name: cosine, warm_up: 2}`."""

    input: Input = Input()
    """How an image is brought to the size that the architecture reads."""

    stem: Annotated[Literal["original", "small"], Neutral("original")] = "original"
    """`small`: the first convolution has a stride of 1 and the pooling after it is left out, which suits images much
    smaller than those the architecture was made for. Only architectures made for large images have such a stem."""

    activation: Annotated[Activation, Neutral({"name": "own"})] = PlainActivation()
    """The activation throughout the architecture: `own`, `relu`, `elu`, `gelu`, `silu`, `tanh` or `leaky_relu`. Either
    a name, or a name with settings: `{name: leaky_relu, slope: 0.1}`. Gates and outputs stay as they are."""

    dropout: Annotated[Dropout, _alone("head", Dropout | float), Neutral({})] = Dropout()
    """Dropout in the head and between stages. A single number is the share in the head."""

    batch_norm_momentum: float = Field(default=0.9, ge=0.0, lt=1.0)
    """Share of the old value in batch normalisation's moving averages, which a trained network uses. Keras's own
    networks have 0.99 or 0.999, so that it takes thousands of updates until the averages describe the images."""

    label_smoothing: Annotated[float, Neutral(0.0)] = Field(default=0.0, ge=0.0, lt=1.0)
    """Share of the target probability that is spread evenly over all classes."""

    augmentation: Annotated[Augmentation, _alone("policy", Augmentation | Policy), Neutral({})] = Augmentation()
    """How training images are changed at random: the name of a policy, or a policy with settings:
    `{policy: affine, strength: 0.5}`."""

    early_stopping: Annotated[EarlyStopping | None, _alone("patience", EarlyStopping | int | None), Neutral(None)] = (
        None
    )
    """When to stop before the last epoch: a number of epochs without improvement, or settings:
    `{patience: 5, restore_best: false}`. Empty: all epochs are trained, and the best one's weights are kept."""

    selection: Annotated[Literal["validation_accuracy", "validation_loss"], Neutral("validation_accuracy")] = (
        "validation_accuracy"
    )
    """What decides which epoch is the best: its weights are kept, and early stopping waits for a better one. Of equal
    validation accuracies, the one with the lower validation loss is the best."""

    @property
    def warm_up(self) -> int:
        """Epochs of rising learning rate."""
        return self.schedule.warm_up if isinstance(self.schedule, WarmUp) else 0

    @model_validator(mode="after")
    def _refuse_the_impossible(self) -> "Recipe":
        if self.micro_batch_size is not None and self.batch_size % self.micro_batch_size:
            raise ValueError(
                f"micro_batch_size: {self.micro_batch_size} does not divide batch_size: {self.batch_size};"
                " an update needs parts of equal size"
            )
        if self.micro_batch_size not in (None, self.batch_size) and self.moving_average is not None:
            raise ValueError(
                "moving_average cannot be combined with micro_batch_size: every part would count as an update"
            )
        if self.warm_up >= self.epochs:
            raise ValueError(
                f"schedule.warm_up: {self.warm_up} leaves none of the epochs: {self.epochs} at the full learning rate"
            )
        return self
