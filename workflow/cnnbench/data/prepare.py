"""From a source of images to arrays that training can map into memory."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnbench.array_files import array_checksum
from cnnbench.data.duplicates import find_duplicates
from cnnbench.data.ink import count_blank, ink_of, refuse_no_contrast
from cnnbench.data.labelled import LabelledImages, SourceImages
from cnnbench.data.own_images import read_own_images
from cnnbench.data.sample import SPLIT, TITLE
from cnnbench.data.sources.emnist import read_emnist
from cnnbench.data.split import divide, reduce
from cnnbench.errors import UserError
from cnnbench.files import write_atomically, write_sealed_json
from cnnbench.provenance import record
from cnnbench.storage import require_space
from cnnbench.study.dataset import PreparedDataset

PIXELS_AT_ONCE = 2**24


def prepare(settings: PreparedDataset, archive: Path | None, folder: Path) -> dict[str, Any]:
    """Write a dataset's arrays, `source.json` and `dataset.json` into `folder`, and return the content of the latter.

    The same images give the same bytes, wherever they come from. What is known of the source is in `source.json`, on
    which no run depends. `dataset.json` is written last.

    Args:
        settings: how to divide the images.
        archive: the EMNIST archive, or the sample's; None for the user's own images.
        folder: where to write.

    Raises:
        UserError: the source is damaged or is not what it should be, or its arrays do not fit on the disk.
    """
    source = read_source(settings, archive)
    training, validation = _training_and_validation(source, settings)
    parts = {"train": training, "validation": validation, "test": source.test}
    where = f"dataset.path: {settings.path}" if settings.path else f"dataset.name: {settings.name}"
    _refuse_empty_classes(parts, source.classes)
    refuse_no_contrast(parts, source.classes, where)
    checksums, sizes = {}, {}
    needed = sum(part.images.nbytes + part.labels.nbytes for part in parts.values())
    require_space(folder, needed, "the prepared dataset")
    for name, part in parts.items():
        for kind, array in (("images", part.images), ("labels", part.labels)):
            path = folder / f"{name}_{kind}.npy"
            checksums[path.name] = _save(array, path)
            sizes[path.name] = path.stat().st_size
    write_sealed_json(folder / "source.json", _describe_source(source, parts))
    content = {**_describe(settings, source, parts, checksums), "bytes": sizes}
    write_sealed_json(folder / "dataset.json", content)
    record(folder / "dataset.json")
    return content


def read_source(settings: PreparedDataset, archive: Path | None) -> SourceImages:
    """Return the images that `settings` name."""
    if settings.path:
        return read_own_images(settings.path, settings)
    if archive is None:
        raise UserError(f"dataset.name: {settings.name} needs an archive")
    if settings.name == "emnist":
        return read_emnist(archive, settings.split)
    sample = read_emnist(archive, SPLIT)
    return replace(sample, title=TITLE, official=None)


def _training_and_validation(source: SourceImages, settings: PreparedDataset) -> tuple[LabelledImages, LabelledImages]:
    """Return the images to learn from and those for validation: the source's own, or a draw."""
    training = reduce(source.training, settings.subset, settings.seed, source.classes)
    if source.validation is not None:
        return training, source.validation
    seed = settings.seed if settings.validation_seed is None else settings.validation_seed
    return divide(training, settings.validation_fraction, seed, source.classes)


def _describe_source(source: SourceImages, parts: Mapping[str, LabelledImages]) -> dict[str, Any]:
    """Return the content of `source.json`: how the source was understood."""
    return {
        "title": source.title,
        "files": source.files,
        "own_validation": source.validation is not None,
        "ink": ink_of(parts["train"].images),
        "blank": sum(count_blank(part.images) for part in parts.values()),
        **asdict(source.facts),
    }


def _describe(
    settings: PreparedDataset, source: SourceImages, parts: Mapping[str, LabelledImages], checksums: dict[str, str]
) -> dict[str, Any]:
    """Return the content of `dataset.json`: nothing in it depends on when or where it was written."""
    height, width, channels = source.test.images.shape[1:]
    mean, standard_deviation = _pixel_statistics(parts["train"].images)
    return {
        "name": settings.name,
        "split": settings.split if settings.name == "emnist" else None,
        "official": source.official,
        "image": {"height": height, "width": width, "channels": channels},
        "classes": source.classes,
        "counts": {
            name: np.bincount(part.labels, minlength=len(source.classes)).tolist() for name, part in parts.items()
        },
        "duplicates": [asdict(found) for found in find_duplicates(parts)],
        "preparation": settings.preparation(),
        "checksums": checksums,
        "pixels": {"mean": mean, "standard_deviation": standard_deviation},
    }


def _refuse_empty_classes(parts: Mapping[str, LabelledImages], classes: list[str]) -> None:
    for name, part in parts.items():
        counts = np.bincount(part.labels, minlength=len(classes))
        if (empty := np.flatnonzero(counts == 0)).size:
            raise UserError(f"class {classes[empty[0]]} has no images in the {name} part")


def _pixel_statistics(images: npt.NDArray[np.uint8]) -> tuple[float, float]:
    """Return mean and standard deviation of all pixels, exactly, from the counts of the 256 values."""
    # In pieces, because `bincount` needs eight bytes per pixel.
    pieces = np.array_split(images.reshape(-1), images.size // PIXELS_AT_ONCE + 1)
    counts = np.sum([np.bincount(piece, minlength=256) for piece in pieces], axis=0)
    values = np.arange(256)
    mean = (counts * values).sum() / counts.sum()
    variance = (counts * (values - mean) ** 2).sum() / counts.sum()
    return float(mean), float(np.sqrt(variance))


def _save(array: npt.NDArray[Any], path: Path) -> str:
    """Write `array` and return its checksum."""
    with write_atomically(path) as temporary:
        np.save(temporary, np.ascontiguousarray(array))
    return array_checksum(array)
