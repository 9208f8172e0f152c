"""Sentences about how a dataset's source was read: what was found in it, and what was done with that."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnbench.data.sources.facts import SHOWN
from cnnbench.reporting.format import count
from cnnbench.reporting.translation import Texts

_BY = "\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}"
_IS = "\N{NO-BREAK SPACE}\N{RIGHTWARDS ARROW}\N{NO-BREAK SPACE}"


def ink_sentence(source: Mapping[str, Any], texts: Texts) -> str:
    """Say what is light and what is dark in the images that the networks read.

    Args:
        source: content of `source.json`.
        texts: the report's words.
    """
    inks = {
        "light": texts("The networks read light ink on a dark ground."),
        "dark": texts("The networks read dark ink on a light ground."),
        "mixed": texts("The networks read images with light grounds and images with dark ones."),
    }
    return inks[source["ink"]]


def reading_sentences(dataset: Mapping[str, Any], source: Mapping[str, Any], texts: Texts) -> list[str]:
    """Say how the source was understood, wherever it was not as the networks read it.

    Args:
        dataset: content of `dataset.json`.
        source: content of `source.json`.
        texts: the report's words.
    """
    sentences = [
        _sizes(dataset, source["sizes"], texts),
        _conversions(source["conversions"], texts),
        texts("Dark and light were swapped in all images.") if source["inverted"] else None,
        texts("The labels came as one column for each class.") if source["one_hot"] else None,
        _labels(source["labels"], dataset["classes"], texts),
        _blank(source["blank"], texts),
        _skipped(source["skipped"], texts),
    ]
    return [sentence for sentence in sentences if sentence]


def _sizes(dataset: Mapping[str, Any], sizes: Mapping[str, int], texts: Texts) -> str | None:
    """Say which sizes pictures had, and how they got theirs; nothing if all had it."""
    image = dataset["image"]
    found = [tuple(map(int, size.split(" × "))) for size in sizes]
    if set(found) <= {(image["width"], image["height"])}:
        return None
    written = {f"{width}{_BY}{height}": images for (width, height), images in zip(found, sizes.values(), strict=True)}
    if len(found) == 1:
        came = texts("All pictures came with {size} pixels.", size=next(iter(written)))
    else:
        counted = [f"{size} ({count(images)})" for size, images in written.items()]
        came = texts(
            "The pictures came in {count} sizes, here in pixels and with their number: {sizes}.",
            count=count(len(found)),
            sizes=_first(counted, texts),
        )
    square = all(width == height for width, height in found)
    # The setting is not written where it has the value that all had before it was one.
    fit = None if square else dataset["preparation"].get("fit", "stretch")
    size = f"{image['width']}{_BY}{image['height']}"
    return f"{came} {_fit(fit, size, texts)}"


def _fit(fit: str | None, size: str, texts: Texts) -> str:
    sentences = {
        None: texts("They were resized to {size} pixels.", size=size),
        "pad": texts(
            "They were resized to {size} pixels; what was not square was padded with the colour of its border.",
            size=size,
        ),
        "stretch": texts("They were resized to {size} pixels; what was not square was stretched.", size=size),
        "crop": texts("They were resized to {size} pixels; what was not square was cropped to its middle.", size=size),
    }
    return sentences[fit]


def _conversions(conversions: Mapping[str, int], texts: Texts) -> str | None:
    if not conversions:
        return None
    items = texts.listing(conversion_words(code, images, texts) for code, images in conversions.items())
    return texts("Images were converted: {list}.", list=items)


def conversion_words(code: str, images: int, texts: Texts) -> str:
    """Return what was converted, as an item of a list.

    Args:
        code: a code of `cnnbench.data.sources.facts.CONVERSION_WORDS`.
        images: the number of images.
        texts: the report's words.
    """
    n = count(images)
    words = {
        "alpha": texts("{n} with transparency, laid on an even ground", n=n),
        "1_bit": texts("{n} with 1 bit a pixel", n=n),
        "palette": texts("{n} with a palette", n=n),
        "cmyk": texts("{n} in CMYK", n=n),
        "ycbcr": texts("{n} in YCbCr", n=n),
        "hsv": texts("{n} in HSV", n=n),
        "16_bit": texts("{n} with 16 bits a value", n=n),
        "float": texts("{n} with values from 0 to 1", n=n),
        "orientation": texts("{n} turned upright, as their files say", n=n),
        "channels_first": texts("{n} with channels first", n=n),
        "flattened": texts("{n} as rows of pixels", n=n),
        "binary": texts("{n} with the values 0 and 1 alone", n=n),
        "rounded": texts("{n} rounded to whole numbers", n=n),
    }
    return words[code]


def _labels(labels: Sequence[str], classes: Sequence[str], texts: Texts) -> str | None:
    """Say how labels were mapped to classes; nothing if they are the numbers of the classes."""
    if not labels:
        return None
    if list(labels) == list(classes):
        return texts("The distinct labels, in their order, are the classes: {labels}.", labels=_first(labels, texts))
    pairs = [f"{label}{_IS}{name}" for label, name in zip(labels, classes, strict=True)]
    return texts("The distinct labels, in their order, became the classes: {labels}.", labels=_first(pairs, texts))


def _blank(images: int, texts: Texts) -> str | None:
    if not images:
        return None
    return texts.plural(
        "{n:,} image shows nothing, because it has no contrast.",
        "{n:,} images show nothing, because they have no contrast.",
        images,
    )


def _skipped(names: Sequence[str], texts: Texts) -> str | None:
    if not names:
        return None
    return texts.plural(
        "{n:,} other file or array of the source was not read: {names}.",
        "{n:,} other files or arrays of the source were not read: {names}.",
        len(names),
        names=_first(names, texts),
    )


def _first(items: Sequence[str], texts: Texts) -> str:
    """List items, the first of many by name."""
    if len(items) <= SHOWN:
        return texts.listing(items)
    return texts("{items} and {count} more", items=", ".join(items[:SHOWN]), count=count(len(items) - SHOWN))
