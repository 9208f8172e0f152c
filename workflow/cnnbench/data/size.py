"""How many images of which shape a study uses, even before they are there."""

from dataclasses import dataclass
from pathlib import Path

from cnnbench.data.arrays import read_dataset
from cnnbench.data.sources.emnist_archive import SIZES
from cnnbench.errors import UserError
from cnnbench.study.dataset import DatasetSettings

_SAMPLE = (10, 1437, 360)


@dataclass(frozen=True)
class DatasetSize:
    """Images and classes of a dataset."""

    classes: int
    shape: tuple[int, int, int]
    """Height, width and channels of an image."""
    training: int
    validation: int
    test: int


def dataset_size(settings: DatasetSettings, folder: Path) -> DatasetSize:
    """Return the size of the dataset prepared in `folder`, or of what the official archive will give.

    Raises:
        UserError: the user's own images are not prepared yet, so their number is unknown.
    """
    if (folder / "dataset.json").is_file():
        content = read_dataset(folder)
        image = content["image"]
        counts = (sum(content["counts"][part]) for part in ("train", "validation", "test"))
        return DatasetSize(len(content["classes"]), (image["height"], image["width"], image["channels"]), *counts)
    if settings.name not in ("emnist", "sample"):
        raise UserError(f"{folder}: these images are not prepared yet; `snakemake data` with this config prepares them")
    classes, training, test = SIZES[settings.split] if settings.name == "emnist" else _SAMPLE
    used = round(training * settings.subset) if settings.subset <= 1 else min(int(settings.subset), training)
    validation = round(used * settings.validation_fraction)
    return DatasetSize(classes, (28, 28, 1), used - validation, validation, test)
