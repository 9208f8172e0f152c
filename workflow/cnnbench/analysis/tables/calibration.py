"""Whether networks are as sure as they are right."""

from dataclasses import dataclass
from typing import Literal

from cnnbench.analysis.tables.table import Table
from cnnbench.analysis.tables.values import Combination, CombinationRow, Estimate
from cnnbench.analysis.validation import by_validation

Reading = Literal["over_confident", "under_confident", "mixed", "one_seed"]
"""What the signs of the seeds' gaps have in common."""
MOST_SHOWN = 12
"""How many architectures a figure has room for."""


@dataclass(frozen=True)
class Calibration(CombinationRow, file="calibration.csv"):
    """How sure each architecture and recipe is, against how often it is right, in the order of the leaderboard."""

    validation_accuracy: float
    """Mean accuracy on the validation images in the kept epoch, a fraction."""
    validation_loss: float
    """Mean loss on the validation images in the kept epoch."""
    accuracy: Estimate
    """Accuracy on the test images, a fraction."""
    confidence: Estimate
    """Mean probability of the class that a test image was read as."""
    gap: Estimate
    """Confidence minus accuracy."""
    calibration_error: Estimate
    """Expected calibration error: mean distance of confidence and accuracy over 15 bins of confidence, a fraction."""
    log_loss: Estimate
    """Mean negative natural logarithm of the probability of the true class."""
    reading: Reading
    """What the gaps of all seeds have in common."""


@dataclass(frozen=True)
class ReliabilityBin(Table, file="reliability.csv"):
    """Accuracy by confidence: each bin of confidence that holds an image, all finished seeds pooled."""

    name: str
    """Name of the architecture and recipe, as on the leaderboard."""
    architecture: str
    """Registered name of the architecture."""
    recipe_hash: str
    """Short hash of the recipe."""
    low: float
    """Lower edge of the bin."""
    high: float
    """Upper edge of the bin."""
    images: int
    """Images in it, counted once per seed."""
    confidence: float
    """Mean confidence in it."""
    accuracy: float
    """Share of them that was read correctly."""
    accuracy_low: float
    """Lower end of the accuracy's 95 % Wilson interval."""
    accuracy_high: float
    """Upper end of the accuracy's 95 % Wilson interval."""

    @property
    def combination(self) -> Combination:
        """Architecture and recipe."""
        return Combination(self.architecture, self.recipe_hash)


def shown_rows(rows: list[Calibration]) -> list[Calibration]:
    """Return each architecture's row with the highest mean validation accuracy, in the order of the table.

    Of equal ones, that with the lower mean validation loss is returned; in a full tie, the first by its recipe's hash.
    Of more than `MOST_SHOWN`, the first are returned: those that read the test part best.
    """
    best: dict[str, Calibration] = {}
    # The table is in the order of test accuracy, which must not settle a tie.
    for row in sorted(rows, key=lambda row: row.recipe_hash):
        known = best.get(row.architecture)
        if known is None or _by_validation(row) > _by_validation(known):
            best[row.architecture] = row
    chosen = {row.combination for row in best.values()}
    return [row for row in rows if row.combination in chosen][:MOST_SHOWN]


def _by_validation(row: Calibration) -> tuple[float, float]:
    return by_validation(row.validation_accuracy, row.validation_loss)
