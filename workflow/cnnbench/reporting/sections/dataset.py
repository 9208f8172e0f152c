"""The section about the data: its parts, samples, and what augmentation made of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnbench.reporting.format import count, percent
from cnnbench.reporting.sections.section import Section
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results


@dataclass(frozen=True)
class Part:
    """A line of the table of parts."""

    name: str
    images: int
    share: float
    """Share of all images."""
    smallest_class: int
    largest_class: int


@dataclass(frozen=True)
class DatasetContent:
    """What the section shows."""

    title: str
    classes: int
    width: int
    height: int
    channels: int
    subset: str | None
    """How many training images were used, in words; None if all."""
    official: bool
    """Whether the files are the official EMNIST."""
    origin: str | None
    """What the data is in place of the official EMNIST; None where its title says it."""
    parts: list[Part]
    samples: str
    """Address of the picture of samples."""
    augmentation: str | None
    """Address of the picture of training images as networks saw them; None if no run changed them."""


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section."""
    from cnnbench.reporting.results import address  # NumPy with it, which planning a study must not load

    dataset = results.dataset
    image = dataset["image"]
    content = DatasetContent(
        title=dataset["title"],
        classes=len(dataset["classes"]),
        width=image["width"],
        height=image["height"],
        channels=image["channels"],
        subset=subset_sentence(dataset["preparation"].get("subset"), texts),
        official=dataset["official"] is True,
        origin=origin_sentence(dataset, texts),
        parts=parts(dataset["counts"], texts),
        samples=address(results.data / "contact_sheet.png"),
        augmentation=address(results.folder / "figures/augmentation.png") if results.study.augmented else None,
    )
    return [Section("dataset", "data", texts("The data"), content)]


def parts(counts: dict[str, list[int]], texts: Texts) -> list[Part]:
    """Return the lines of the table of parts.

    Args:
        counts: images of each class in each part.
        texts: the report's words.
    """
    names = {"train": texts("Training"), "validation": texts("Validation"), "test": texts("Test")}
    total = sum(sum(images) for images in counts.values())
    return [
        Part(words, sum(counts[name]), sum(counts[name]) / total, min(counts[name]), max(counts[name]))
        for name, words in names.items()
    ]


def subset_sentence(subset: float | None, texts: Texts) -> str | None:
    """Say how many of the training images were used; None if all.

    Args:
        subset: a share up to 1, or a number above it; None if the data cannot be reduced.
        texts: the report's words.
    """
    if subset is None or subset == 1:
        return None
    if subset < 1:
        return texts(
            "Only {share}% of the training images were used; the test part is whole.", share=percent(subset, 1)
        )
    return texts(
        "About {count} of the training images were used, or all where there are fewer; the test part is whole.",
        count=count(subset),
    )


def origin_sentence(dataset: dict[str, Any], texts: Texts) -> str | None:
    """Say what the data is in place of the official EMNIST; None where its title says it.

    Args:
        dataset: content of `dataset.json`.
        texts: the report's words.
    """
    if dataset["official"] is False:
        return texts("These are not the official EMNIST files, but another archive in their layout.")
    if dataset["name"] == "sample":
        return texts(
            "This is a sample for trying things out: the 1,797 digits that come with scikit-learn, enlarged to 28 × 28"
            " pixels."
        )
    return None
