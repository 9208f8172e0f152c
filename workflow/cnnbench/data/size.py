"""How many images of which shape a study uses, even before they are there."""

from dataclasses import dataclass
from pathlib import Path

from cnnbench.data.arrays import read_dataset
from cnnbench.data.sources.emnist_archive import SIZES
from cnnbench.errors import UserError
from cnnbench.study.dataset import DatasetSettings

LABEL_BYTES = 4
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

    @property
    def bytes(self) -> int:
        """How many bytes the prepared arrays have."""
        pixels = self.shape[0] * self.shape[1] * self.shape[2]
        return (self.training + self.validation + self.test) * (pixels + LABEL_BYTES)


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
    size = known_size(settings)
    if size is None:
        raise UserError(f"{folder}: these images are not prepared yet; `snakemake data` with this config prepares them")
    return size


def known_size(settings: DatasetSettings) -> DatasetSize | None:
    """Return the size that a dataset will have; None of the user's own images, which must be read to know it."""
    if settings.name not in ("emnist", "sample"):
        return None
    classes, training, test = SIZES[settings.split] if settings.name == "emnist" else _SAMPLE
    used = round(training * settings.subset) if settings.subset <= 1 else min(int(settings.subset), training)
    validation = round(used * settings.validation_fraction)
    return DatasetSize(classes, (28, 28, 1), used - validation, validation, test)
