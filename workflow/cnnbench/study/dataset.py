"""The `dataset:` section of a study."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from cnnbench.files import canonical_json, short_hash
from cnnbench.study.section import Neutral, Section, neutral_values

DatasetName = Literal["emnist", "sample", "folder", "npz", "csv", "parquet", "idx"]
EmnistSplit = Literal["balanced", "byclass", "bymerge", "letters", "digits", "mnist"]
Division = Literal["fixed", "per_seed"]
Fit = Literal["pad", "stretch", "crop"]
Invert = Literal["auto", "yes", "no"]

SHA256_PATTERN = "^[0-9a-f]{64}$"

OWN_IMAGES = ("folder", "npz", "csv", "parquet", "idx")
"""Kinds of datasets that are the user's own."""

PICTURES = ("folder", "parquet")
"""Those of them whose images are pictures of any size."""

_READ_BY = {
    "split": ("emnist",),
    "archive": ("emnist",),
    "sha256": ("emnist",),
    "image_size": PICTURES,
    "fit": PICTURES,
    "invert": OWN_IMAGES,
    "test_fraction": OWN_IMAGES,
}
"""Which kinds of datasets read a key; for others it may only have its default."""


@dataclass(frozen=True)
class Outline:
    """What tells a source of the user's own images from others, wherever it lies."""

    content: str
    """A hash of what the source holds, as far as that is seen without reading all of it."""
    parts: tuple[str, ...] = ("train",)
    """Those of `train`, `validation` and `test` that it has for certain."""


class DatasetSettings(Section):
    """Which images to learn from, and how they are divided into training, validation and test images."""

    name: DatasetName = "sample"
    """`emnist` (the official archive or a copy), `sample` (1,797 digits that come with scikit-learn, no download),
    `folder` (your own pictures in one folder per class), `npz`, `csv` or `idx` (your own images as arrays), or
    `parquet` (your own pictures in a table, as exported from Hugging Face)."""

    split: EmnistSplit = "balanced"
    """Which of EMNIST's six splits to use. For `emnist` only."""

    archive: str | list[str] | None = Field(default=None, min_length=1)
    """Path or URL of the EMNIST archive, or a list of them, of which the first that can be had is used. For `emnist`
    only. Empty: the environment variable `EMNIST_ARCHIVE`, or the official address if that is not set."""

    sha256: str | None = Field(default=None, pattern=SHA256_PATTERN)
    """Expected SHA-256 of `archive`, for a copy that is not the official archive. Empty: no check of the
    whole archive."""

    path: Path | None = None
    """The file or folder with your own images. Required for `folder`, `npz`, `csv`, `parquet` and `idx`, not allowed
    otherwise."""

    image_size: int = Field(default=28, ge=8, le=512)
    """Side in pixels that pictures are resized to. For `folder` and `parquet` only; arrays keep their size."""

    fit: Annotated[Fit, Neutral("stretch")] = "pad"
    """What becomes of pictures that are not square: `pad` (with the colour of their border), `stretch` or `crop` (to
    the middle). For `folder` and `parquet` only."""

    invert: Annotated[Invert, Neutral("no")] = "auto"
    """Whether to swap dark and light. EMNIST has light ink on a dark ground; `auto` swaps grey images whose ink is
    dark. For your own images only."""

    validation_fraction: float = Field(default=0.1, ge=0.01, le=0.5)
    """Share of the training images that is set aside for validation, class by class."""

    test_fraction: float = Field(default=0.2, ge=0.01, le=0.5)
    """Share of the images that is set aside for the test. For your own images without a test part."""

    subset: Annotated[float, Field(gt=0.0, le=1.0)] | Annotated[int, Field(ge=2)] = 1.0
    """Share of the training images to use (up to 1), or roughly how many to use (2 or more). They are drawn class by
    class before the validation images are set aside. The test part always stays whole."""

    seed: int = Field(default=0, ge=0, le=2**32 - 1)
    """Seed of all these random draws, except the one that `division: per_seed` repeats."""

    division: Division = "fixed"
    """`fixed` (all seeds of the study have the same validation images) or `per_seed` (they are drawn anew for each
    seed, with that seed in place of `dataset.seed`)."""

    folds: Annotated[int | None, Neutral(None)] = Field(default=None, ge=2)
    """Number of parts that the images are divided into, class by class. Each seed of the study is tested on a part of
    its own, the seed modulo `folds`, and trained on the others. For your own images without a test part, in
    place of `test_fraction`. Empty: all seeds are tested on the same images."""

    def for_seed(self, seed: int, outline: Outline | None = None) -> "PreparedDataset":
        """Return what the runs with a seed of the study read: the same for several seeds, unless the division varies.

        A seed whose draws are those of a fixed division has the same prepared data.

        Args:
            seed: of the study.
            outline: what the source of the user's own images is; None for other data.
        """
        drawn = self._drawn(outline)
        validation_seed = seed if self.division == "per_seed" and "validation" in drawn else self.seed
        if drawn == {"validation"}:
            # One draw has one seed, whichever key names it.
            seeds = {"seed": validation_seed, "validation_seed": None}
        else:
            # What draws nothing does not depend on a seed.
            seeds = {
                "seed": self.seed if drawn else 0,
                "validation_seed": validation_seed if validation_seed != self.seed else None,
            }
        return PreparedDataset.model_validate(
            {
                **self.model_dump(exclude_unset=True),
                **seeds,
                "fold": seed % self.folds if self.folds else None,
                "content": outline.content if outline else None,
            }
        )

    def _drawn(self, outline: Outline | None) -> set[str]:
        """Return what is drawn from the images: `subset`, `test`, `validation`."""
        parts = outline.parts if outline else ("train",) if self.name in OWN_IMAGES else ("train", "test")
        drawn = {"validation", "test"} - set(parts)
        return drawn if self.subset == 1 else drawn | {"subset"}

    @property
    def known_image_size(self) -> int | None:
        """Side of the images in pixels, as far as the config says; None for arrays."""
        return self.image_size if self.name in PICTURES else {"emnist": 28, "sample": 28}.get(self.name)

    @property
    def archives(self) -> list[str]:
        """Paths and URLs of the archive, in the order in which they are tried; none if the config names none."""
        return [self.archive] if isinstance(self.archive, str) else self.archive or []

    @field_validator("invert", mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        """Some ways to write YAML make a truth value of `yes` and `no`."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    @model_validator(mode="after")
    def _path_goes_with_own_data(self) -> "DatasetSettings":
        own = self.name in OWN_IMAGES
        if own and self.path is None:
            raise ValueError(f"dataset.name: {self.name} needs dataset.path")
        if not own and self.path is not None:
            raise ValueError(f"dataset.path goes with dataset.name: {', '.join(OWN_IMAGES)}, not {self.name}")
        for key, names in _READ_BY.items():
            if getattr(self, key) != type(self).model_fields[key].default and self.name not in names:
                raise ValueError(f"dataset.{key} goes with dataset.name: {', '.join(names)}, not {self.name}")
        return self

    @model_validator(mode="after")
    def _folds_stand_alone(self) -> "DatasetSettings":
        if self.folds and self.name not in OWN_IMAGES:
            raise ValueError(
                f"dataset.folds goes with dataset.name: {', '.join(OWN_IMAGES)}, not {self.name}, which has its own"
                " test part"
            )
        if self.folds and "test_fraction" in self.model_fields_set:
            raise ValueError(
                f"dataset.test_fraction does not go with dataset.folds: {self.folds}, by which each test part is one of"
                f" {self.folds} equal parts; leave out one of the two"
            )
        return self


class PreparedDataset(DatasetSettings):
    """A dataset as it is prepared for one or more seeds of a study."""

    validation_seed: Annotated[int | None, Neutral(None)] = None
    """Seed with which the validation images are drawn; None: that of all draws."""

    fold: Annotated[int | None, Neutral(None)] = None
    """Which of the folds is the test part, from 0; None without folds."""

    content: Annotated[str | None, Neutral(None)] = None
    """A hash that tells the user's own images from others; None for other data."""

    @classmethod
    def from_preparation(cls, preparation: Mapping[str, Any], path: str | None) -> "PreparedDataset":
        """Return the dataset of which `preparation` returned the settings, with the place where its images lie now."""
        unread = {key for key, names in _READ_BY.items() if preparation["name"] not in names}
        neutral = {key: value for key, value in neutral_values(cls).items() if key not in unread}
        return cls.model_validate({**neutral, **preparation, "path": path})

    @property
    def key(self) -> str:
        """Name of the folder of the prepared data: what the data is, and a hash of how it is divided.

        Where the images lie is not part of it: the same images from another place are the same data.
        """
        what = f"emnist-{self.split}" if self.name == "emnist" else self.name
        return f"{what}-{short_hash(canonical_json(self.preparation()))}"

    def preparation(self) -> dict[str, Any]:
        """Return the settings that decide what is prepared, as plain JSON values, without keys at their neutral value.

        Nor are there keys that this data does not read, apart from some that have always been there.
        """
        unread = {key for key in ("split", "fit", "invert") if self.name not in _READ_BY[key]}
        unread |= {"test_fraction"} if self.folds else set()
        excluded = {"archive", "sha256", "division"} | unread
        return {**{key: value for key, value in self.canonical().items() if key not in excluded}, "path": None}
