"""Augmentation changes each training image at random, never what it says, and the label as it changes the image."""

import os
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from typing import get_args

import keras
import numpy as np
import numpy.typing as npt
import pytest
from cnnbench.study.recipe import Augmentation, Policy
from cnnbench.training.augmentation import (
    ERASED_AREA,
    USUAL,
    augment,
    beta_quantile,
    inverse_matrices,
    smoothing,
    warp,
)
from cnnbench.training.randomness import seed_generators
from keras import ops
from PIL import Image, ImageDraw
from scipy import ndimage, stats

POLICIES = [policy for policy in get_args(Policy) if policy != "none"]
MIXING = ["mixup", "cutmix"]
CHANGING = [policy for policy in POLICIES if policy not in MIXING]
CLASSES = 4
COUNT = 64

Images = npt.NDArray[np.uint8]
Targets = npt.NDArray[np.float32]


def glyph(character: str) -> Images:
    image = Image.new("L", (28, 28))
    ImageDraw.Draw(image).text((7, 1), character, fill=255, font_size=22)
    return np.asarray(image)[..., None]


LABELS = np.arange(COUNT) % CLASSES
GLYPHS = np.stack([glyph("FR4G"[label]) for label in LABELS])
TARGETS = np.eye(CLASSES, dtype=np.float32)[LABELS]


@cache
def training_graph(policy: Policy, strength: float = 1.0) -> keras.Model:
    images, targets = keras.Input((28, 28, 1), dtype="uint8"), keras.Input((CLASSES,))
    outputs = augment(images, targets, Augmentation(policy=policy, strength=strength))
    return keras.Model([images, targets], list(outputs))


def changed(
    policy: Policy, images: Images = GLYPHS, strength: float = 1.0, seed: int = 0, epoch: int = 1
) -> tuple[Images, Targets]:
    """Augment `images`, of the classes 0, 1, 2, 3, 0, ..., in the first step of an epoch."""
    model = training_graph(policy, strength)
    seed_generators(model, seed, epoch)
    return step(model, images)


def step(model: keras.Model, images: Images) -> tuple[Images, Targets]:
    changed_images, targets = model.predict_on_batch([images, TARGETS])
    return np.asarray(changed_images), np.asarray(targets)


def centroids(images: Images) -> npt.NDArray[np.float64]:
    """The centres of ink (n, 2), in pixels."""
    return np.array([ndimage.center_of_mass(image[..., 0].astype(float)) for image in images])


def test_without_a_policy_the_graph_is_as_before() -> None:
    images, targets = keras.Input((28, 28, 1), dtype="uint8"), keras.Input((CLASSES,))
    assert augment(images, targets, Augmentation()) == (images, targets)


@pytest.mark.parametrize("policy", POLICIES)
def test_images_change_and_remain_images(policy: Policy) -> None:
    images, targets = changed(policy, GLYPHS // 2)
    assert images.dtype == np.uint8
    assert images.shape == GLYPHS.shape
    assert images.max() <= 127, "no pixel is darker or lighter than those it is made of"
    assert (images != GLYPHS // 2).any(axis=(1, 2, 3)).mean() > 0.5
    assert targets.dtype == np.float32
    assert targets.shape == TARGETS.shape
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)
    assert targets.min() >= 0


@pytest.mark.parametrize("policy", POLICIES)
def test_equal_images_of_a_batch_change_differently(policy: Policy) -> None:
    images, _ = changed(policy)
    for label in range(CLASSES):
        versions = {image.tobytes() for image in images[label == LABELS]}
        # Mixup's share is often so close to 0 or 1 that rounding takes it away.
        assert len(versions) > 0.5 * (label == LABELS).sum()


@pytest.mark.parametrize("policy", POLICIES)
def test_changes_are_a_function_of_seed_epoch_and_step(policy: Policy) -> None:
    first, again = changed(policy), changed(policy)
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    next_step = step(training_graph(policy), GLYPHS)
    for other in (changed(policy, seed=1), changed(policy, epoch=2), next_step):
        assert (other[0] != first[0]).any(axis=(1, 2, 3)).mean() > 0.5


@pytest.mark.parametrize("policy", CHANGING)
def test_labels_stay_where_images_are_not_mixed(policy: Policy) -> None:
    np.testing.assert_array_equal(changed(policy)[1], TARGETS)


@pytest.mark.parametrize("policy", POLICIES)
def test_no_image_is_mirrored(policy: Policy) -> None:
    """Seen through a blur as wide as characters move, images are closer to the original than to its mirror images.

    Of an L, that is, unless its foot is erased.
    """

    def blurred(images: Images) -> npt.NDArray[np.float64]:
        return ndimage.gaussian_filter(images.astype(float), (0, 2, 2, 0))

    images, original = blurred(changed(policy, np.stack([glyph("L")] * COUNT))[0]), blurred(glyph("L")[None])

    def distance(other: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        difference: npt.NDArray[np.float64] = ((images - other) ** 2).sum(axis=(1, 2, 3))
        return difference

    for mirror in (original[:, ::-1], original[:, :, ::-1], original[:, ::-1, ::-1]):
        assert (distance(original) < distance(mirror)).mean() > 0.9


@pytest.mark.parametrize("policy", CHANGING)
def test_strength_changes_more(policy: Policy) -> None:
    change = [np.abs(changed(policy, strength=s)[0] - GLYPHS.astype(float)).mean() for s in (0.3, 1.0, 2.0)]
    assert change[0] < change[1] < change[2]


@pytest.mark.parametrize("strength", [0.5, 1.0, 2.0])
def test_shift_is_a_translation_of_bounded_length(strength: float) -> None:
    images = np.zeros_like(GLYPHS)
    images[:, 12:15, 11:17] = 200
    moved, _ = changed("shift", images, strength)
    ways, most = centroids(moved) - centroids(images), strength * USUAL.shift * 28
    assert 0.8 * most < np.abs(ways).max() < most + 0.02
    assert np.abs(ways.mean(axis=0)).max() < 0.4 * most, "to both sides alike"
    for image, way in zip(moved, ways, strict=True):
        expected = ndimage.shift(images[0, ..., 0].astype(float), way, order=1, mode="grid-constant")
        np.testing.assert_allclose(image[..., 0], expected, atol=3)


@pytest.mark.parametrize("policy", ["rotate", "zoom", "shear"])
def test_movement_around_the_centre_leaves_it_there(policy: Policy) -> None:
    images = np.zeros_like(GLYPHS)
    images[:, 6:22, 12:16] = 200
    moved, _ = changed(policy, images)
    np.testing.assert_allclose(centroids(moved), 13.5, atol=0.1)


def test_pixels_are_looked_up_as_scipy_does() -> None:
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (5, 9, 12, 2)).astype(np.uint8)
    matrices = (np.eye(2) + generator.normal(0, 0.3, (5, 2, 2))).astype(np.float32)
    shifts = generator.normal(0, 2, (5, 2)).astype(np.float32)
    moved = ops.convert_to_numpy(warp(images, matrices, shifts))
    centre = np.array([4, 5.5])
    for image, matrix, shift, result in zip(images, matrices, shifts, moved, strict=True):
        offset = centre - matrix @ (centre + shift)
        for channel in range(2):
            expected = ndimage.affine_transform(
                image[..., channel].astype(float), matrix, offset, order=1, mode="grid-constant"
            )
            np.testing.assert_allclose(result[..., channel], expected, atol=0.51)


def test_displacement_is_added_in_pixels() -> None:
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (5, 9, 12, 1)).astype(np.uint8)
    displacement = generator.normal(0, 2, (5, 2, 9, 12)).astype(np.float32)
    same = np.stack([np.eye(2, dtype=np.float32)] * 5)
    moved = ops.convert_to_numpy(warp(images, same, np.zeros((5, 2), np.float32), displacement))
    for image, field, result in zip(images, displacement, moved, strict=True):
        coordinates = np.indices((9, 12)) + field
        expected = ndimage.map_coordinates(image[..., 0].astype(float), coordinates, order=1, mode="grid-constant")
        np.testing.assert_allclose(result[..., 0], expected, atol=0.51)


def _warped(angle: float = 0.0, zoom: float = 1.0, shear: float = 0.0) -> Images:
    matrices = inverse_matrices(*(ops.convert_to_tensor([value], "float32") for value in (angle, zoom, shear)))
    result: Images = ops.convert_to_numpy(warp(glyph("R")[None], matrices, np.zeros((1, 2), np.float32)))[0, ..., 0]
    return result


def test_movements_have_the_direction_and_size_that_they_say() -> None:
    original = glyph("R")[..., 0]
    np.testing.assert_array_equal(_warped(angle=np.pi / 2), np.rot90(original), "counter-clockwise")
    assert _warped(zoom=1.2).sum() == pytest.approx(1.2**2 * original.sum(), rel=0.03)
    leaning = _warped(shear=np.pi / 8)
    top, bottom = (centroids(half[None, ..., None])[0, 1] for half in (leaning[:14], leaning[14:]))
    top_before, bottom_before = (centroids(half[None, ..., None])[0, 1] for half in (original[:14], original[14:]))
    assert top > top_before + 0.5, "leaning to the right, as writing does"
    assert bottom < bottom_before - 0.5


@pytest.mark.parametrize("side", [28, 64])
def test_elastic_displacement_is_smooth_and_of_one_size_everywhere(side: int) -> None:
    """White noise under a Gaussian of width s has the correlation exp(-d² / 4 s²) at the distance d."""
    matrix, distance = smoothing(side), np.subtract.outer(np.arange(side), np.arange(side))
    np.testing.assert_allclose(matrix @ matrix.T, np.exp(-((distance / (side / 7)) ** 2) / 4), atol=0.05)
    np.testing.assert_allclose((matrix**2).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("strength", [1.0, 2.0])
def test_one_rectangle_is_erased(strength: float) -> None:
    images, _ = changed("erase", np.full_like(GLYPHS, 200), strength)
    for image in images[..., 0]:
        gone = image == 0
        assert (image[~gone] == 200).all()
        np.testing.assert_array_equal(gone, np.outer(gone.any(axis=1), gone.any(axis=0)))
        height, width = gone.any(axis=1).sum(), gone.any(axis=0).sum()
        assert (height + 1) * (width + 1) > strength * ERASED_AREA[0] * 28**2
        assert (height - 1) * (width - 1) < strength * ERASED_AREA[1] * 28**2


def test_mixup_mixes_images_as_it_mixes_labels() -> None:
    brightness = np.array([20, 90, 150, 255])
    flat = np.broadcast_to(brightness[LABELS][:, None, None, None], GLYPHS.shape).astype(np.uint8)
    images, targets = changed("mixup", flat)
    assert (images == images[:, :1, :1]).all()
    np.testing.assert_allclose(images[:, 0, 0, 0], targets @ brightness, atol=0.51)
    assert ((targets > 0).sum(axis=1) <= 2).all()


def test_shares_of_mixup_have_their_distribution() -> None:
    probability = np.linspace(0, 1, 2777, dtype=np.float32)
    share = ops.convert_to_numpy(beta_quantile(ops.convert_to_tensor(probability), 0.2)).astype(float)
    lower = probability <= 0.5
    np.testing.assert_allclose(stats.beta.cdf(share[lower], 0.2, 0.2), probability[lower], atol=1e-3)
    np.testing.assert_allclose(share + share[::-1], 1, atol=1e-5)
    assert share.min() == 0
    assert share.max() == 1


def test_cutmix_counts_the_pixels_that_it_pastes() -> None:
    names = np.arange(1, CLASSES + 1) * 50
    flat = np.broadcast_to(names[LABELS][:, None, None, None], GLYPHS.shape).astype(np.uint8)
    images, targets = changed("cutmix", flat)
    for image, target, label in zip(images[..., 0], targets, LABELS, strict=True):
        np.testing.assert_allclose(target, [(image == name).mean() for name in names], atol=1e-6)
        box = image != names[label]
        np.testing.assert_array_equal(box, np.outer(box.any(axis=1), box.any(axis=0)))
    shares = 1 - targets[np.arange(COUNT), LABELS]
    assert shares.max() > 0.5
    assert shares.min() < 0.05


@pytest.mark.parametrize("policy", ["strong", "mixup", "cutmix"])
def test_mixed_precision_of_the_network_does_not_touch_images_and_labels(policy: Policy) -> None:
    expected = changed(policy)
    keras.config.set_dtype_policy("mixed_float16")
    try:
        model = training_graph.__wrapped__(policy)
    finally:
        keras.config.set_dtype_policy("float32")
    seed_generators(model, 0, 1)
    for ours, theirs in zip(step(model, GLYPHS), expected, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("policy", ["strong", "mixup", "cutmix"])
def test_all_of_it_can_be_compiled_as_on_a_gpu(policy: Policy) -> None:
    model = training_graph.__wrapped__(policy)
    model.compile(jit_compile=True)
    assert all(layer.supports_jit for layer in model.layers)
    seed_generators(model, 0, 1)
    images, targets = step(model, GLYPHS)
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)
    assert (images != GLYPHS).any(axis=(1, 2, 3)).mean() > 0.5


@pytest.mark.skipif(find_spec("jax") is None, reason="JAX is an optional extra")
@pytest.mark.skipif(keras.backend.backend() == "jax", reason="the process that this test starts")
def test_all_of_this_holds_under_jax() -> None:
    """As far as it may be another story there: the policies that have all layers between them, and every function."""
    chosen = (
        "(strong or mixup or cutmix) and (change_and_remain or seed_epoch_and_step)"
        " or pixels or displacement_is_added or mixup_mixes"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, __file__],
        # Quick to compile is what counts here.
        env=os.environ | {"KERAS_BACKEND": "jax", "XLA_FLAGS": "--xla_backend_optimization_level=0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
