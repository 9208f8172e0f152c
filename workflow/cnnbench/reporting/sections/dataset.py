"""The section about the data: how it was read, its parts, samples, and what augmentation made of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnbench.reporting.format import count, percent
from cnnbench.reporting.sections.section import Section
from cnnbench.reporting.source_sentences import ink_sentence, reading_sentences
from cnnbench.reporting.translation import Texts
from cnnbench.study.study_file import StudyFile

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
    ink: str
    """What is light and what is dark in the images, in words."""
    own_validation: bool
    """Whether the data came with a validation part."""
    reading: list[str]
    """Sentences about how the source was understood; none if it was as the networks read it."""
    subset: str | None
    """How many training images were used, in words; None if all."""
    official: bool
    """Whether images and labels are those of the official EMNIST."""
    origin: str | None
    """What the data is in place of the official EMNIST; None where its title says it."""
    seeds: str | None
    """What varies between the seeds, in words; None with one seed of a fixed division."""
    duplicates: list[str]
    """Sentences about images that are in two parts."""
    shown_seed: int | None
    """The seed whose division is shown; None if all seeds have the same."""
    parts: list[Part]
    samples: str
    """Address of the picture of samples."""
    augmentation: str | None
    """Address of the picture of training images as networks saw them; None if no run changed them."""


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section."""
    from cnnbench.reporting.results import address  # NumPy with it, which planning a study must not load

    dataset, source, study = results.dataset, results.source, results.study
    image = dataset["image"]
    content = DatasetContent(
        title=source["title"],
        classes=len(dataset["classes"]),
        width=image["width"],
        height=image["height"],
        channels=image["channels"],
        ink=ink_sentence(source, texts),
        own_validation=source["own_validation"],
        reading=reading_sentences(dataset, source, texts),
        subset=subset_sentence(dataset["preparation"].get("subset"), texts),
        official=dataset["official"] is True,
        origin=origin_sentence(dataset, texts),
        seeds=seeds_sentence(study, source["own_validation"], texts),
        duplicates=duplicate_sentences(dataset["duplicates"], texts),
        shown_seed=study.runs[0].seed if len(results.datasets) > 1 else None,
        parts=parts(dataset["counts"], texts),
        samples=address(results.data / "contact_sheet.png"),
        augmentation=address(results.folder / "figures/augmentation.png") if study.augmented else None,
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


def seeds_sentence(study: StudyFile, own_validation: bool, texts: Texts) -> str | None:
    """Say what varies between the seeds of a study; None with one seed of a fixed division.

    Args:
        study: the study.
        own_validation: whether the data came with a validation part, so that none is drawn.
        texts: the report's words.
    """
    if len(study.seeds) == 1 and study.folds is None:
        return None
    sentences = []
    if len(study.seeds) > 1:
        sentences.append(
            texts(
                "From seed to seed, the initial weights, the order of the training images and all other random draws of"
                " the training vary."
            )
        )
    if study.folds:
        sentences.append(
            texts(
                "The images were divided into {folds} parts, class by class: each seed is tested on one of them and"
                " trained on the others.",
                folds=study.folds,
            )
        )
    match ("fixed" if own_validation else study.division, study.folds):
        case ("fixed", None):
            sentences.append(texts("All seeds have the same training, validation and test images."))
        case ("per_seed", None):
            sentences.append(
                texts("The validation part is drawn anew for each seed; all seeds have the same test images.")
            )
        case ("per_seed", _):
            sentences.append(texts("The validation part is drawn anew for each seed."))
    return " ".join(sentences)


def duplicate_sentences(duplicates: Iterable[dict[str, Any]], texts: Texts) -> list[str]:
    """Say how many images of one part also occur in another; nothing of those parts where none does.

    Args:
        duplicates: what `dataset.json` says of them.
        texts: the report's words.
    """
    return [
        " ".join(filter(None, [_occurs(found, texts), _relabelled(found, texts)]))
        for found in duplicates
        if found["images"]
    ]


def _occurs(found: dict[str, Any], texts: Texts) -> str:
    match (found["part"], found["other_part"]):
        case ("validation", "train"):
            return texts.plural(
                "{n:,} validation image also occurs, pixel for pixel, among the training images.",
                "{n:,} validation images also occur, pixel for pixel, among the training images.",
                found["images"],
            )
        case ("test", "train"):
            return texts.plural(
                "{n:,} test image also occurs, pixel for pixel, among the training images.",
                "{n:,} test images also occur, pixel for pixel, among the training images.",
                found["images"],
            )
        case _:
            return texts.plural(
                "{n:,} test image also occurs, pixel for pixel, among the validation images.",
                "{n:,} test images also occur, pixel for pixel, among the validation images.",
                found["images"],
            )


def _relabelled(found: dict[str, Any], texts: Texts) -> str:
    """Say how many of the images have another label where they also occur; nothing if none has."""
    if not found["other_label"]:
        return ""
    if found["images"] == 1:
        return texts("It has another label there.")
    return texts.plural(
        "{n:,} of them has another label there.", "{n:,} of them have another label there.", found["other_label"]
    )
