"""What the project knows about an architecture."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keras import KerasTensor


@dataclass(frozen=True)
class Published:
    """What the architecture's source says about its size, so that a test can check the built network against it."""

    image_shape: tuple[int, int, int]
    """Height, width and channels of the original input."""

    classes: int
    """Number of classes of the original task."""

    parameters: int
    """Parameters at that input and that number of classes, to as many digits as the source gives. Keras counts the
    moving averages of batch normalisation among them; papers do not."""

    flops: int
    """Floating-point operations of one image's forward pass, two per multiply-add."""


@dataclass(frozen=True)
class SmallStem:
    """What changes in an architecture made for large images to make it read small ones."""

    convolutions: tuple[str, ...]
    """Names of the layers whose stride becomes 1 instead of 2."""

    left_out: tuple[str, ...]
    """Names of the paddings and poolings that are left out."""

    default_size: int = 32
    """Side in pixels that small images are brought to unless the recipe says otherwise."""

    minimum_size: int = 16
    """Smallest side in pixels that the network can be built for."""


@dataclass(frozen=True)
class Architecture:
    """A registered architecture; its file in `cnnbench.models` has the same name."""

    title: str
    """The name as a report shows it."""

    paper: str
    """Authors, title and year of the paper."""

    year: int
    """Year of the paper's first publication."""

    default_size: int
    """Side in pixels that small images are brought to unless the recipe says otherwise."""

    minimum_size: int
    """Smallest side in pixels that the architecture can be built for."""

    published: Published
    """What the source says about its size."""

    build: "Callable[[KerasTensor, int], KerasTensor | list[KerasTensor]]"
    """From standardised images (batch, height, width, channels) and a number of classes to logits (batch, classes); in
    a list, those of auxiliary heads follow, which only training uses."""

    stage_ends: tuple[str, ...] = ()
    """Names of the layers after which a recipe may put dropout: the ends of all stages but the last."""

    batch_normalisation: bool = True
    """Whether it has batch normalisation. Without it, recipes with different momenta are one run."""

    small_stem: SmallStem | None = None
    """The small-image stem, where the architecture has one."""
