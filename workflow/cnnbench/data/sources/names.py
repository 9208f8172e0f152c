"""Names of files, folders and arrays: which are ignored, which mean a part, and how they are ordered."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Literal

from cnnbench.errors import UserError, printable

PartName = Literal["train", "validation", "test"]

PART_NAMES: Mapping[PartName, tuple[str, ...]] = {
    "train": ("train", "training"),
    "validation": ("val", "valid", "validation", "dev"),
    "test": ("test", "testing", "eval", "evaluation"),
}
"""What people call the parts of a dataset, in any case."""

FILE_SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "npz": (".npz", ".npy"),
    "csv": (".csv", ".csv.gz"),
    "parquet": (".parquet",),
}
"""Files that are read from a folder, by the kind of dataset."""

LABEL_COLUMNS = ("label", "labels", "class", "target", "y")
"""What people call the column of labels in a table, in any case."""

LONGEST_NAME = 200
"""Characters of a file's name, with its folders, that a message shows."""

_IGNORED = {"__macosx", "thumbs.db", "desktop.ini", "__pycache__", "$recycle.bin", "system volume information"}


def is_ignored(name: str) -> bool:
    """Say whether a file or folder is no one's data: hidden, a backup, or left behind by a file manager."""
    return name.startswith(".") or name.endswith("~") or name.casefold() in _IGNORED


def part_named(name: str) -> PartName | None:
    """Return the part that `name` means; None if it means none."""
    return next((part for part, names in PART_NAMES.items() if name.casefold() in names), None)


def natural_order(text: str) -> tuple[object, ...]:
    """Return a key by which 2 comes before 10, and `a2` before `a10`."""
    pieces = re.split("([0-9]+)", text)
    # Numbers are at odd places. Compared by length and digits, they may be longer than Python converts.
    numbers = ((len(digits.lstrip("0")), digits.lstrip("0")) for digits in pieces[1::2])
    return (*(item for pair in zip(pieces[::2], [*numbers, (0, "")], strict=True) for item in pair), text)


def normalised(name: str) -> str:
    """Return `name` with each accented letter as one character, as which two systems may write it differently."""
    return unicodedata.normalize("NFC", name)


def shown(path: Path | str) -> str:
    """Return a name that any terminal can show, even if it is not UTF-8; the end of one that is too long for a line."""
    text = printable(str(path).encode("utf-8", "backslashreplace").decode())
    return text if len(text) <= LONGEST_NAME else f"…{text[-LONGEST_NAME:]}"


def refuse_unreadable_name(path: Path) -> None:
    """Refuse a file or folder whose name is not UTF-8: it cannot be written into a table or a report.

    Raises:
        UserError: naming the file.
    """
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        raise UserError(f"dataset.path: the name of {shown(path)} is not UTF-8; rename it") from None


def refuse_repeated(names: Iterable[str], where: str) -> None:
    """Refuse class names that are empty or appear twice.

    Raises:
        UserError: naming the class.
    """
    seen: set[str] = set()
    for name in names:
        if not name.strip():
            raise UserError(f"{where}: the name of a class is empty")
        if name in seen:
            raise UserError(f"{where}: two classes are called {name}; each needs a name of its own")
        seen.add(name)


def of_part(part: PartName, parts: Collection[PartName]) -> str:
    """Say of which part something is; nothing where there is only one."""
    return f" of the {part} part" if len(parts) > 1 else ""


def listed(names: Iterable[str], at_most: int = 8) -> str:
    """Return the first of some names, and how many more there are."""
    all_names = [shown(name) for name in names]
    rest = len(all_names) - at_most
    return ", ".join(all_names[:at_most]) + (f" and {rest:,} more" if rest > 0 else "")
