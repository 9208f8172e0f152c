"""What was found when a source was read: for the log, and for the report's section about the data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cnnbench.data.sources.names import listed

SHOWN = 5
"""How many sizes or files are named."""

CONVERSION_WORDS: Mapping[str, str] = {
    "alpha": "with transparency",
    "1_bit": "with 1 bit",
    "palette": "with a palette",
    "cmyk": "in CMYK",
    "ycbcr": "in YCbCr",
    "hsv": "in HSV",
    "16_bit": "with 16 bits",
    "float": "with values from 0 to 1",
    "orientation": "turned upright",
    "channels_first": "with channels first",
    "flattened": "as rows of pixels",
    "binary": "with the values 0 and 1",
    "rounded": "rounded to whole numbers",
}
"""What the code of a conversion means."""


INK_WORDS: Mapping[str, str] = {
    "light": "light ink on a dark ground",
    "dark": "dark ink on a light ground",
    "mixed": "light and dark grounds",
}
"""What the code of an ink means."""

FORM_WORDS: Mapping[str, str] = {
    "gzip": "gzipped IDX files",
    "matlab": "a MATLAB file",
    "idx": "IDX files",
    "csv": "tables of pixels",
    "npz": "arrays of NumPy",
    "folder": "pictures in folders",
    "parquet": "a table of pictures",
}
"""What the code of a form means."""


@dataclass(frozen=True)
class ReadingFacts:
    """How a source was understood. The codes of conversions are those of `CONVERSION_WORDS`."""

    form: str = ""
    """Code of what the images came in."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Images of each size found, as `width × height`, the most frequent first."""
    conversions: Mapping[str, int] = field(default_factory=dict)
    """Images of each kind of conversion."""
    skipped: list[str] = field(default_factory=list)
    """What was not read: files that are not pictures or not in a class folder, arrays without a known name."""
    labels: list[str] = field(default_factory=list)
    """The labels as they came, in the order of the classes, where they are not the numbers of the classes."""
    inverted: bool = False
    """Whether dark and light were swapped."""
    one_hot: bool = False
    """Whether the labels came as one column for each class."""


def facts_line(source: Mapping[str, Any]) -> str:
    """Return one line of facts for the log.

    Args:
        source: content of `source.json`.
    """
    labels = [f"labels, in the order of the classes: {listed(source['labels'])}"] if source["labels"] else []
    sentences = [
        f"read as {FORM_WORDS[source['form']]}",
        f"sizes found: {_counted(source['sizes'])}",
        f"converted: {_counted({CONVERSION_WORDS[code]: count for code, count in source['conversions'].items()})}",
        INK_WORDS[source["ink"]] + (" after dark and light were swapped" if source["inverted"] else ""),
        *(["labels came as one column for each class"] if source["one_hot"] else labels),
        *([f"{source['blank']:,} images without contrast"] if source["blank"] else []),
        *(["validation images of its own"] if source["own_validation"] else []),
        f"skipped: {listed(source['skipped'], SHOWN) if source['skipped'] else 'nothing'}",
    ]
    return "; ".join(sentences)


def _counted(counts: Mapping[str, int]) -> str:
    words = [f"{name} ({count:,})" for name, count in counts.items()]
    return listed(words, SHOWN) if words else "nothing"
