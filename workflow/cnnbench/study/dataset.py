"""The `dataset:` section of a study."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from cnnbench.files import canonical_json, short_hash
from cnnbench.study.section import Section

DatasetName = Literal["emnist", "sample", "folder", "npz"]
EmnistSplit = Literal["balanced", "byclass", "bymerge", "letters", "digits", "mnist"]


class DatasetSettings(Section):
    """Which images to learn from, and how they are divided into training, validation and test images."""

    name: DatasetName = "sample"
    """`emnist` (the official archive or a copy), `sample` (1,797 digits that come with scikit-learn, no download),
    `folder` (your own images in one folder per class) or `npz` (your own images as arrays in one file)."""

    split: EmnistSplit = "balanced"
    """Which of EMNIST's six splits to use. For `emnist` only."""

    archive: str | None = None
    """Path or URL of the EMNIST archive. For `emnist` only. Empty: the environment variable `EMNIST_ARCHIVE`, or the
    official address if that is not set."""

    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    """Expected SHA-256 of `archive`, for a copy that is not the official archive. Empty: no check of the
    whole archive."""

    path: Path | None = None
    """The folder or the `.npz` file. Required for `folder` and `npz`, not allowed otherwise."""

    image_size: int = Field(default=28, ge=8, le=512)
    """Side in pixels that the images of a `folder` are resized to. For `folder` only; an `npz` keeps its size."""

    validation_fraction: float = Field(default=0.1, ge=0.01, le=0.5)
    """Share of the training images that is set aside for validation, class by class."""

    test_fraction: float = Field(default=0.2, ge=0.01, le=0.5)
    """Share of the images that is set aside for the test. For a `folder` or `npz` without a test part of its own."""

    subset: Annotated[float, Field(gt=0.0, le=1.0)] | Annotated[int, Field(ge=2)] = 1.0
    """Share of the training images to use (up to 1), or roughly how many to use (2 or more). They are drawn class by
    class before the validation images are set aside. The test part always stays whole."""

    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    """Seed of all these random draws."""

    @property
    def key(self) -> str:
        """Name of the folder of the prepared data: what the data is, and a hash of how it is divided.

        The location of the archive is not part of it: the same images from another place are the same data.
        """
        what = {"emnist": f"emnist-{self.split}", "sample": "sample"}.get(self.name, f"{self.name}-{self._stem}")
        return f"{what}-{short_hash(canonical_json(self.preparation()))}"

    @property
    def _stem(self) -> str:
        return re.sub(r"[^a-z0-9]+", "_", self.path.stem.lower()) if self.path else ""

    def preparation(self) -> dict[str, Any]:
        """Return the settings that decide how the images are divided, as plain JSON values."""
        excluded = {"archive", "sha256"} if self.name == "emnist" else {"archive", "sha256", "split"}
        return self.model_dump(mode="json", exclude=excluded)

    @property
    def known_image_size(self) -> int | None:
        """Side of the images in pixels, as far as the config says; None for `npz`."""
        return {"emnist": 28, "sample": 28, "folder": self.image_size}.get(self.name)

    @model_validator(mode="after")
    def _path_goes_with_own_data(self) -> "DatasetSettings":
        needs_path = self.name in ("folder", "npz")
        if needs_path and self.path is None:
            raise ValueError(f"dataset.name: {self.name} needs dataset.path")
        if not needs_path and self.path is not None:
            raise ValueError(f"dataset.path goes with dataset.name: folder or npz, not {self.name}")
        if self.archive is not None and self.name != "emnist":
            raise ValueError(f"dataset.archive goes with dataset.name: emnist, not {self.name}")
        return self
