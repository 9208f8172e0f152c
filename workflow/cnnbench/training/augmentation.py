"""Random changes to training images, drawn for each image at every step, as layers of the training model.

Keras has layers for some of this, but those that move images use a TensorFlow operation that XLA cannot compile, so the
network could not be compiled on a GPU either. They have no elastic deformation, several in a row would blur the strokes
once each, and their mixing and erasing change more than characters can bear. Here all movement is one field of
displacements and one bilinear look-up, on `keras.ops` alone.

Whatever is random is drawn from a `SeedGenerator` that is a plain attribute of its layer, where
`training/randomness.py` finds it. Images are never mirrored, since a mirrored character is another one or none.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from typing import Any, TypeVar

import keras
import numpy as np
import numpy.typing as npt
from keras import KerasTensor, ops
from scipy import stats

from cnnbench.study.recipe import Augmentation, Policy

Pair = Sequence[KerasTensor]
_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Movement:
    """The largest movement of an image, in either direction."""

    shift: float = 0.0
    """Share of the image's side."""
    rotate: float = 0.0
    """Radians."""
    zoom: float = 0.0
    """By how much the factor differs from 1."""
    shear: float = 0.0
    """Radians by which an upright line leans."""
    elastic: float = 0.0
    """Standard deviation of the displacement of each pixel, share of the image's side."""


USUAL = Movement(
    # 2 of 28 pixels: EMNIST's characters have a margin of 2 to 4, so at most the tips of strokes are lost.
    shift=0.08,
    # Much more would turn a 1 into a 7, a V into an L.
    rotate=math.radians(12),
    zoom=0.1,
    # 8.6 degrees, about the difference in slant between one hand and another.
    shear=0.15,
    # 1 of 28 pixels; Simard's sigma of 4 and alpha of 34 give 1.4 of 29, which opens some loops and closes others.
    elastic=0.036,
)
"""The movements at strength 1, small enough that a character stays legible and keeps its label."""

_AFFINE = ("shift", "rotate", "zoom", "shear")
_MOVEMENTS: dict[Policy, tuple[str, ...]] = {
    "shift": ("shift",),
    "rotate": ("rotate",),
    "zoom": ("zoom",),
    "shear": ("shear",),
    "affine": _AFFINE,
    "elastic": ("elastic",),
    "handwriting": (*_AFFINE, "elastic"),
    "strong": (*_AFFINE, "elastic"),
}

SMOOTHNESS = 4 / 28
"""Standard deviation of the Gaussian that smooths elastic displacement, share of the image's side. It is 4 of about 28
pixels, as in P. Simard et al., "Best practices for convolutional neural networks applied to visual document analysis",
2003, section 2."""

ERASED_AREA = (0.02, 0.12)
"""Share of the image that a rectangle covers. The paper goes up to 0.4, for photographs; that is a whole character."""

ERASED_ASPECT = (0.3, 1 / 0.3)
"""Height over width of that rectangle, as in the paper."""

MIXUP_ALPHA = 0.2
"""Both parameters of the Beta distribution of mixup's share, the paper's value for ImageNet."""


def augment(images: KerasTensor, targets: KerasTensor, settings: Augmentation) -> tuple[KerasTensor, KerasTensor]:
    """Return `images` and `targets` randomly changed as the policy says; with `none`, unchanged.

    Args:
        images: uint8 (batch, height, width, channels), background 0.
        targets: float32 (batch, classes), rows that sum to one.
        settings: the policy and its strength.

    Returns:
        Images and targets of the same shapes and types.
    """
    policy = settings.policy
    if policy in _MOVEMENTS:
        images = Move(movement(settings))(images)
    if policy in ("erase", "strong"):
        images = Erase(settings.strength)(images)
    if policy == "mixup":
        images, targets = Mixup()(images, targets)
    if policy == "cutmix":
        images, targets = CutMix()(images, targets)
    return images, targets


def movement(settings: Augmentation) -> Movement:
    """Return how far the policy moves images at its strength."""
    return Movement(**{name: getattr(USUAL, name) * settings.strength for name in _MOVEMENTS.get(settings.policy, ())})


def fused(function: _Function) -> _Function:
    """Let XLA compile `function` of tensors under TensorFlow; under JAX, the whole step is compiled anyway.

    On a CPU, networks train without XLA, because it makes their convolutions slow. The arithmetic of a movement,
    however, is ten times as fast with it.
    """
    if keras.backend.backend() != "tensorflow":
        return function
    import tensorflow

    compiled: _Function = tensorflow.function(function, jit_compile=True, autograph=False)
    return compiled


class RandomLayer(keras.layers.Layer):
    """A layer with a random generator; it computes in float32 whatever the precision of the network."""

    def __init__(self) -> None:
        super().__init__(dtype="float32")
        # Given a state at the start of every epoch (training/randomness.py).
        self.seed_generator = keras.random.SeedGenerator(seed=0)

    def draw(self, *shape: Any) -> KerasTensor:
        """Return random numbers, uniform between 0 and 1."""
        return keras.random.uniform(shape, seed=self.seed_generator)


class Move(RandomLayer):
    """Shifts, turns, zooms, slants and bends images in a single look-up of pixels."""

    def __init__(self, most: Movement) -> None:
        super().__init__()
        self.most = most

    def call(self, images: KerasTensor) -> KerasTensor:
        """Return the images (batch, height, width, channels), uint8, moved."""
        batch, (height, width) = ops.shape(images)[0], images.shape[1:3]
        affine = 2 * self.draw(batch, 5) - 1
        if not self.most.elastic:
            return _move(images, affine, None, astuple(self.most))
        nodes = smoothing(height).shape[1], smoothing(width).shape[1]
        # Uniform noise as in Simard's paper, scaled to a standard deviation of 1.
        noise = math.sqrt(3) * (2 * self.draw(batch, 2, *nodes) - 1)
        return _move(images, affine, noise, astuple(self.most))


class Erase(RandomLayer):
    """Blots a rectangle out of every image. Z. Zhong et al., "Random erasing data augmentation", 2017.

    Every image gets a rectangle, while the paper spares half of the images: many rectangles hit only background anyway.
    """

    def __init__(self, strength: float) -> None:
        super().__init__()
        self.strength = strength

    def call(self, images: KerasTensor) -> KerasTensor:
        """Return the images (batch, height, width, channels), uint8, with a rectangle of background."""
        return _erase(images, self.draw(ops.shape(images)[0], 4), self.strength)


class Mixup(RandomLayer):
    """Mixes every image with its neighbour in the batch, by a share of its own. H. Zhang et al., "mixup", 2017.

    The neighbour is a random image of the batch, because the order of the images is random already.
    """

    def call(self, images: KerasTensor, targets: KerasTensor) -> tuple[KerasTensor, KerasTensor]:
        """Return the images (batch, height, width, channels), uint8, and the targets (batch, classes), mixed."""
        return _mixup(images, targets, self.draw(ops.shape(images)[0]))


class CutMix(RandomLayer):
    """Puts a piece of its neighbour in the batch into every image. S. Yun et al., "CutMix", 2017, section 3.1.

    The neighbour is a random image of the batch, because the order of the images is random already.
    """

    def call(self, images: KerasTensor, targets: KerasTensor) -> tuple[KerasTensor, KerasTensor]:
        """Return the images (batch, height, width, channels), uint8, and the targets (batch, classes), mixed."""
        return _cut_and_mix(images, targets, self.draw(ops.shape(images)[0], 3))


def warp(
    images: KerasTensor, matrices: KerasTensor, shifts: KerasTensor, displacement: KerasTensor | None = None
) -> KerasTensor:
    """Return images whose pixel at c + p is looked up, bilinearly, at c + matrix · (p − shift) + displacement.

    c is the image's centre; outside of the image is zero.

    Args:
        images: uint8 (batch, height, width, channels).
        matrices: (batch, 2, 2), rows and columns in the order y, x.
        shifts: pixels (batch, 2).
        displacement: pixels (batch, 2, height, width).

    Returns:
        Moved images, rounded, uint8 (batch, height, width, channels).
    """
    height, width = images.shape[1:3]
    matrix = ops.reshape(matrices, (-1, 2, 2, 1, 1))
    shift = ops.reshape(shifts, (-1, 2, 1, 1))
    y = ops.reshape(ops.arange(height, dtype="float32") - (height - 1) / 2, (1, height, 1)) - shift[:, 0]
    x = ops.reshape(ops.arange(width, dtype="float32") - (width - 1) / 2, (1, 1, width)) - shift[:, 1]
    rows = matrix[:, 0, 0] * y + matrix[:, 0, 1] * x + (height - 1) / 2
    columns = matrix[:, 1, 0] * y + matrix[:, 1, 1] * x + (width - 1) / 2
    if displacement is not None:
        rows, columns = rows + displacement[:, 0], columns + displacement[:, 1]
    return ops.cast(ops.round(_look_up(images, rows, columns)), "uint8")


def inverse_matrices(angles: KerasTensor, zooms: KerasTensor, shears: KerasTensor) -> KerasTensor:
    """Return the matrices (batch, 2, 2), in the order y, x, that lead from a moved pixel back to where it came from.

    Args:
        angles: radians (batch,), counter-clockwise as one sees the image.
        zooms: factors (batch,), above 1 for larger characters.
        shears: radians (batch,) by which upright lines lean to the right.
    """
    cosine, sine, lean = ops.cos(angles), ops.sin(angles), ops.tan(shears)
    # Undone in the opposite order: the character is zoomed, slanted, then turned. y points down.
    rows = [
        [cosine, sine],
        [lean * cosine - sine, lean * sine + cosine],
    ]
    return ops.stack([ops.stack(row, axis=1) for row in rows], axis=1) / zooms[:, None, None]


def smoothing(side: int) -> npt.NDArray[np.float32]:
    """Return the matrix (side, nodes) that turns independent noise at the nodes of a grid into smooth displacement.

    Its rows are Gaussians of norm 1, so that noise of standard deviation 1 becomes displacement of standard deviation 1
    at every pixel, up to the edges. Nodes lie one standard deviation of the Gaussian apart: that takes fewer random
    numbers than one per pixel, and is as smooth.
    """
    sigma = SMOOTHNESS * side
    nodes = sigma * np.arange(-1, math.ceil(1 / SMOOTHNESS) + 2)
    matrix = np.exp(-0.5 * ((np.arange(side)[:, None] - nodes) / sigma) ** 2)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    return matrix.astype(np.float32)


def rectangle(images: KerasTensor, centre: Pair, sides: Pair) -> KerasTensor:
    """Return which pixels have their centre inside a rectangle, Boolean (batch, height, width, 1).

    Args:
        images: (batch, height, width, channels), for their size.
        centre: y and x, shares of the image's sides, (batch,) each.
        sides: height and width, shares of the image's sides, (batch,) each.
    """
    rows, columns = (
        ops.abs((ops.arange(pixels, dtype="float32") + 0.5) / pixels - middle[:, None]) < side[:, None] / 2
        for pixels, middle, side in zip(images.shape[1:3], centre, sides, strict=True)
    )
    return ops.logical_and(rows[:, :, None, None], columns[:, None, :, None])


def beta_quantile(probability: KerasTensor, alpha: float) -> KerasTensor:
    """Return the quantiles of Beta(alpha, alpha), by linear interpolation between 1,025 of them.

    Keras's own draw from this distribution keeps XLA from compiling a TensorFlow network.

    Args:
        probability: between 0 and 1, (batch,).
        alpha: both parameters of the distribution.
    """
    steps = 1024
    table = ops.convert_to_tensor(stats.beta.ppf(np.linspace(0, 1, steps + 1), alpha, alpha).astype(np.float32))
    below = ops.minimum(ops.cast(probability * steps, "int32"), steps - 1)
    left, right = ops.take(table, below), ops.take(table, below + 1)
    return left + (probability * steps - ops.cast(below, "float32")) * (right - left)


@fused
def _move(images: KerasTensor, affine: KerasTensor, noise: KerasTensor | None, most: tuple[float, ...]) -> KerasTensor:
    """Move images by random numbers between −1 and 1 (batch, 5), and noise (batch, 2, nodes, nodes) for `elastic`."""
    height, width = images.shape[1:3]
    limits = Movement(*most)
    shifts = limits.shift * affine[:, :2] * np.array([height, width], np.float32)
    matrices = inverse_matrices(
        limits.rotate * affine[:, 2], 1 + limits.zoom * affine[:, 3], limits.shear * affine[:, 4]
    )
    if noise is None:
        return warp(images, matrices, shifts)
    pixels = np.reshape(np.array([height, width], np.float32), (2, 1, 1))
    smooth = ops.matmul(ops.matmul(smoothing(height), noise), smoothing(width).T)
    return warp(images, matrices, shifts, limits.elastic * pixels * smooth)


def _look_up(images: KerasTensor, rows: KerasTensor, columns: KerasTensor) -> KerasTensor:
    """Return `images` at fractional pixels (batch, height, width), float32 (batch, height, width, channels)."""
    height, width, channels = images.shape[1:]
    # A border of zeros, to which all that lies outside is clipped; two wide at the end, for the last one's neighbour.
    padded = ops.reshape(ops.pad(images, ((0, 0), (1, 2), (1, 2), (0, 0))), (-1, channels))
    stride = width + 3
    y, x = ops.clip(rows + 1, 0.0, height + 1.0), ops.clip(columns + 1, 0.0, width + 1.0)
    top, left = ops.floor(y), ops.floor(x)
    first = ops.arange(ops.shape(images)[0], dtype="int32")[:, None, None] * ((height + 3) * stride)
    corner = first + ops.cast(top, "int32") * stride + ops.cast(left, "int32")
    down, right = (y - top)[..., None], (x - left)[..., None]

    def pixels(offset: int) -> KerasTensor:
        return ops.cast(ops.take(padded, corner + offset, axis=0), "float32")

    above = pixels(0) * (1 - right) + pixels(1) * right
    below = pixels(stride) * (1 - right) + pixels(stride + 1) * right
    return above * (1 - down) + below * down


@fused
def _erase(images: KerasTensor, draws: KerasTensor, strength: float) -> KerasTensor:
    """Blot out rectangles by random numbers between 0 and 1 (batch, 4): area, aspect, place (y, x)."""
    smallest, largest = (strength * area for area in ERASED_AREA)
    area = smallest + (largest - smallest) * draws[:, 0]
    flattest, tallest = map(math.log, ERASED_ASPECT)
    aspect = ops.exp(flattest + (tallest - flattest) * draws[:, 1])
    sides = [ops.minimum(ops.sqrt(square), 1.0) for square in (area * aspect, area / aspect)]
    centre = [side / 2 + draws[:, 2 + axis] * (1 - side) for axis, side in enumerate(sides)]
    return ops.where(rectangle(images, centre, sides), ops.zeros_like(images), images)


@fused
def _mixup(images: KerasTensor, targets: KerasTensor, draws: KerasTensor) -> tuple[KerasTensor, KerasTensor]:
    """Mix by random numbers between 0 and 1 (batch,)."""
    share = beta_quantile(draws, MIXUP_ALPHA)
    return _mix(images, targets, share[:, None, None, None], share)


@fused
def _cut_and_mix(images: KerasTensor, targets: KerasTensor, draws: KerasTensor) -> tuple[KerasTensor, KerasTensor]:
    """Put in boxes by random numbers between 0 and 1 (batch, 3): area, place (y, x)."""
    # The paper's Beta(1, 1) is the uniform distribution. Boxes may extend beyond the edges; only what is inside counts.
    side = ops.sqrt(draws[:, 0])
    box = ops.cast(rectangle(images, (draws[:, 1], draws[:, 2]), (side, side)), "float32")
    return _mix(images, targets, box, ops.mean(box, axis=(1, 2, 3)))


def _mix(
    images: KerasTensor, targets: KerasTensor, of_pixels: KerasTensor, of_targets: KerasTensor
) -> tuple[KerasTensor, KerasTensor]:
    """Mix with the neighbour in the batch by its shares: (batch, 1 or height, 1 or width, 1), and (batch,)."""
    pixels, weights = ops.cast(images, "float32"), of_targets[:, None]
    mixed = pixels * (1 - of_pixels) + ops.roll(pixels, 1, axis=0) * of_pixels
    return ops.cast(ops.round(mixed), "uint8"), targets * (1 - weights) + ops.roll(targets, 1, axis=0) * weights
