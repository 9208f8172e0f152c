"""What became of every run."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.table import Table
from cnnbench.study.status import DONE, Status

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RunRecord(Table, file="runs.csv", free_columns={"version.": str, "recipe.": str}):
    """All runs: their recipes, results, times, hardware and versions.

    A column `recipe.…` for each key of the recipe, `version.…` for each package.
    """

    run: str
    """The run's id: architecture, recipe and seed."""
    dataset: str
    """Folder of the prepared dataset."""
    architecture: str
    """Registered name of the architecture."""
    title: str
    """Name of the architecture as a report shows it."""
    recipe_hash: str
    """Short hash of the recipe."""
    seed: int
    """The run's seed."""
    status: Status
    """How the run ended."""
    reason: str
    """Why the run failed; empty where it did not."""
    parameters: int | None
    """Trainable and other parameters of the network."""
    flops: int | None
    """Floating-point operations of one image's forward pass, two per multiply-add."""
    epochs: int | None
    """Epochs that were trained."""
    planned_batch_size: int | None
    """Images that the recipe has computed at once."""
    computed_batch_size: int | None
    """Images that were computed at once: fewer than planned, with the same update, if memory ran out."""
    best_epoch: int | None
    """Epoch with the best validation result, from 1."""
    kept_epoch: int | None
    """Epoch whose weights were kept and tested, from 1."""
    seconds: float | None
    """Training time in seconds."""
    images_per_second: float | None
    """Training speed, median over the epochs."""
    peak_memory_bytes: float | None
    """Peak memory of the process in bytes."""
    cpu_joules: float | None
    """Energy of the processor package during training; empty where no meter was read."""
    gpu_joules: float | None
    """Energy of the GPU's card during training; empty where no meter was read."""
    train_accuracy: float | None
    """Accuracy on the training images in the kept epoch, a fraction, as the network was trained."""
    validation_accuracy: float | None
    """Accuracy on the validation images in the kept epoch, a fraction."""
    test_images: int | None
    """Images of the test part."""
    accuracy: float | None
    """Accuracy on the test images, a fraction."""
    top5_accuracy: float | None
    """Share of the test images whose class is among the five most probable."""
    macro_precision: float | None
    """Precision, averaged over the classes."""
    macro_recall: float | None
    """Recall, averaged over the classes."""
    macro_f1: float | None
    """F1 score, averaged over the classes."""
    log_loss: float | None
    """Mean negative natural logarithm of the probability of the true class."""
    expected_calibration_error: float | None
    """Mean distance of confidence and accuracy over 15 bins of confidence, a fraction."""
    device: str
    """Kind of device that trained the network."""
    hardware: str
    """Name of the processor or GPU."""
    cores: int
    """Processor cores of the machine."""
    threads: int
    """Threads that the run was given."""
    memory_bytes: int
    """Memory of the machine in bytes."""
    peak_device_memory_bytes: float | None
    """Peak memory on the GPU in bytes; empty without one."""
    data: str
    """Short hash of the checksums of the prepared data."""
    code: str
    """Fingerprint of the code that trained the network."""


@dataclass(frozen=True)
class Epoch(Table, file="histories.csv"):
    """Every epoch of every run."""

    run: str
    """The run's id."""
    epoch: int
    """Number of the epoch, from 1."""
    learning_rate: float
    """Learning rate in that epoch."""
    loss: float
    """Mean loss on the training images."""
    accuracy: float
    """Accuracy on the training images, a fraction, as the network was trained."""
    validation_loss: float
    """Mean loss on the validation images."""
    validation_accuracy: float
    """Accuracy on the validation images, a fraction."""
    seconds: float
    """Time of the epoch in seconds."""
    images_per_second: float
    """Training speed in the epoch."""


@dataclass(frozen=True)
class ClassMetrics(Table, file="per_class.csv"):
    """How well every finished run reads each class."""

    run: str
    """The run's id."""
    class_: str
    """Name of the class."""
    precision: float
    """Share of the images read as this class that are of it."""
    recall: float
    """Share of the images of this class that are read as it."""
    f1: float
    """Harmonic mean of precision and recall."""
    support: int
    """Test images of the class."""
    accuracy: float
    """Share of all test images for which "is it this class?" is answered correctly."""


@dataclass(frozen=True)
class ConfusionCell(Table, file="confusion.csv"):
    """What every finished run read the images of each class as.

    Off the diagonal, cells without an image are left out, so that the diagonal tells all classes in their order.
    """

    run: str
    """The run's id."""
    true: str
    """Class of the images."""
    predicted: str
    """Class that they were read as."""
    images: int
    """Number of test images."""


@dataclass(frozen=True)
class TrainingDiagnosis(Table, file="training_diagnosis.csv"):
    """How training went in each row of an experiment that has a finished run: too short, or too long."""

    experiment: str
    """Name of the experiment."""
    label: str
    """Label of the row."""
    finished: int
    """Finished runs."""
    still_improving: int
    """Finished runs whose last epoch was their best."""
    overfitted: int
    """Finished runs whose validation loss ended more than 5 % above its minimum while the training loss fell on."""
    underfitted: bool
    """Whether all finished runs still improved, and training accuracy was not above validation accuracy by more than
    the noise of the seeds."""


def finished(runs: "pd.DataFrame") -> "pd.DataFrame":
    """Return the rows of a table of runs whose runs are done."""
    return runs[runs["status"] == DONE]


def failed(runs: "pd.DataFrame") -> "pd.DataFrame":
    """Return the rows of a table of runs whose runs are not done."""
    return runs[runs["status"] != DONE]


def finished_runs_of(runs: "pd.DataFrame", architecture: str, recipe_hash: str) -> list[str]:
    """Return the ids of the finished runs of an architecture with a recipe, in the order of the table."""
    same = (runs["architecture"] == architecture) & (runs["recipe_hash"] == recipe_hash)
    return list(finished(runs[same])["run"])
