"""The user's own images: a folder of class folders, or one `.npz` file."""

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from cnnbench.data.labelled import LabelledImages, SourceImages
from cnnbench.data.source_identity import has_test_folder
from cnnbench.data.split import divide, fold_of_each
from cnnbench.errors import UserError
from cnnbench.study.dataset import PreparedDataset

SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp"}


def read_folder(path: Path, settings: PreparedDataset) -> SourceImages:
    """Return the images of a folder of class folders, or of such folders below `train` and `test`.

    Images become grey if all of them are, otherwise RGB, and are resized to `image_size`.

    Raises:
        UserError: fewer than two classes, a class with no or too few images, or a file that is not an image; the
            message names it.
    """
    divided = has_test_folder(path)
    parts = [path / "train", path / "test"] if divided else [path]
    classes = _class_names(parts[0])
    files = [(file, label) for part in parts for label, name in enumerate(classes) for file in _files(part / name)]
    images = _read_images([file for file, _ in files], settings.image_size)
    labels = np.array([label for _, label in files], np.int32)
    everything = LabelledImages(images, labels)
    first_test = sum(1 for file, _ in files if file.is_relative_to(parts[0]))
    training, test = (
        (everything.chosen(slice(None, first_test)), everything.chosen(slice(first_test, None)))
        if divided
        else _set_test_images_aside(everything, classes, settings)
    )
    digest = hashlib.sha256()
    for file, _ in files:
        digest.update(f"{file.relative_to(path).as_posix()}\n".encode())
        digest.update(file.read_bytes())
    facts = {"files": len(files), "sha256": digest.hexdigest()}
    return SourceImages(training, test, classes, title=path.name, official=None, facts=facts)


def read_npz(path: Path, settings: PreparedDataset) -> SourceImages:
    """Return the images of an `.npz` file: `x_train`, `y_train`, `x_test`, `y_test`, or `images` and `labels`.

    Raises:
        UserError: an array is missing, has another type or shape than it should, or has too few images of a class.
    """
    arrays = _load(path)
    divided = "x_train" in arrays
    wanted = ["x_train", "y_train", "x_test", "y_test"] if divided else ["images", "labels"]
    if missing := [name for name in wanted if name not in arrays]:
        raise UserError(
            f"dataset.path: {path} has no array {missing[0]}; found {', '.join(arrays) or 'none'}, allowed: images and"
            " labels, or x_train, y_train, x_test and y_test"
        )
    pairs = [_labelled(path, arrays, *names) for names in zip(wanted[::2], wanted[1::2], strict=True)]
    count = int(max(pair.labels.max() for pair in pairs)) + 1
    classes = [str(name) for name in arrays.get("classes", np.arange(count))]
    if len(classes) < max(count, 2):
        raise UserError(f"dataset.path: {path} has labels up to {count - 1} but names {len(classes)} classes")
    if divided and pairs[0].images.shape[1:] != pairs[1].images.shape[1:]:
        raise UserError(f"dataset.path: {path}: images of x_train and x_test differ in size or channels")
    training, test = pairs if divided else _set_test_images_aside(pairs[0], classes, settings)
    facts = {"files": 1, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    return SourceImages(training, test, classes, title=path.stem, official=None, facts=facts)


def _set_test_images_aside(
    everything: LabelledImages, classes: list[str], settings: PreparedDataset
) -> tuple[LabelledImages, LabelledImages]:
    """Return the images to learn from, and the test images: a fold, or a draw."""
    if settings.folds is None:
        return divide(everything, settings.test_fraction, settings.seed)
    counts = np.bincount(everything.labels, minlength=len(classes))
    smallest = int(counts.argmin())
    if counts[smallest] < settings.folds:
        raise UserError(
            f"dataset.folds: {settings.folds} folds need at least {settings.folds} images of each class, but class"
            f" {classes[smallest]} has {counts[smallest]}; allowed: 2 to {max(counts[smallest], 2)}"
        )
    tested = fold_of_each(everything.labels, settings.folds, settings.seed) == settings.fold
    return everything.chosen(~tested), everything.chosen(tested)


def _class_names(folder: Path) -> list[str]:
    names = sorted(child.name for child in folder.iterdir() if child.is_dir() and not child.name.startswith("."))
    if len(names) < 2:
        raise UserError(
            f"dataset.path: {folder} must hold a folder of images for each of at least two classes, found {len(names)}"
        )
    return names


def _files(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES) if folder.is_dir() else []
    if not files:
        raise UserError(f"dataset.path: {folder} holds no images ({', '.join(sorted(SUFFIXES))})")
    return files


def _read_images(files: list[Path], size: int) -> npt.NDArray[np.uint8]:
    images = [_read_image(file, size) for file in files]
    grey = all(image.mode == "L" for image in images)
    arrays = np.stack([np.asarray(image if grey else image.convert("RGB")) for image in images])
    return arrays[..., np.newaxis] if grey else arrays


def _read_image(file: Path, size: int) -> Image.Image:
    try:
        with Image.open(file) as image:
            mode = "L" if image.mode in ("1", "L", "LA", "I", "I;16") else "RGB"
            return image.convert(mode).resize((size, size), Image.Resampling.BILINEAR)
    except (UnidentifiedImageError, OSError) as error:
        raise UserError(f"dataset.path: {file} is damaged or not an image: {error}") from None


def _load(path: Path) -> dict[str, Any]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return dict(file)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise UserError(f"dataset.path: {path} is damaged or not an .npz file: {error}") from None


def _labelled(path: Path, arrays: dict[str, Any], images_name: str, labels_name: str) -> LabelledImages:
    images, labels = arrays[images_name], arrays[labels_name]
    where = f"dataset.path: {path}: {images_name}"
    if images.dtype != np.uint8:
        raise UserError(f"{where} must be uint8, found {images.dtype}")
    if images.ndim == 3:
        images = images[..., np.newaxis]
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise UserError(
            f"{where} must have the shape (n, height, width) or (n, height, width, 1 or 3), found {images.shape}"
        )
    if labels.shape != images.shape[:1] or not np.issubdtype(labels.dtype, np.integer) or labels.min(initial=0) < 0:
        raise UserError(
            f"dataset.path: {path}: {labels_name} must be {len(images)} whole numbers from 0,"
            f" found {labels.dtype} of shape {labels.shape}"
        )
    return LabelledImages(np.ascontiguousarray(images), labels.astype(np.int32))
