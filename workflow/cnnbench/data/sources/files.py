"""The files of a source: which lie in a folder, of which part they are, and what else their names say."""

import re
from collections.abc import Iterable
from pathlib import Path

from cnnbench.data.sources.names import (
    PartName,
    is_ignored,
    listed,
    natural_order,
    part_named,
    refuse_unreadable_name,
    shown,
)
from cnnbench.errors import UserError, reading


def files_of(path: Path, suffixes: tuple[str, ...]) -> list[Path]:
    """Return the files directly in a folder that have one of some suffixes, in their natural order; of a file, itself.

    Raises:
        UserError: there is none.
    """
    if not path.is_dir():
        if not path.is_file():
            raise UserError(f"dataset.path: there is no file {shown(path)}")
        return [path]
    with reading(f"dataset.path: {shown(path)} cannot be read"):
        children = [child for child in path.iterdir() if not is_ignored(child.name)]
    found = [child for child in children if child.name.lower().endswith(suffixes) and child.is_file()]
    for file in found:
        refuse_unreadable_name(file)
    if not found:
        raise UserError(f"dataset.path: {shown(path)} holds no files of the kinds {', '.join(suffixes)}")
    return sorted(found, key=lambda file: natural_order(file.name))


def part_files(files: Iterable[Path]) -> dict[PartName, list[Path]]:
    """Return files by the part that a word of their name means; all as `train` if there is no such word.

    Raises:
        UserError: some files name a part and others do not, or train or test is missing.
    """
    named = {file: _part(file) for file in files}
    if set(named.values()) == {None}:
        return {"train": list(named)}
    found: dict[PartName, list[Path]] = {}
    for file, part in named.items():
        if part is None:
            raise UserError(
                f"dataset.path: it is not clear of which part {shown(file)} is; say train or test in its name"
            )
        found.setdefault(part, []).append(file)
    for part in ("train", "test"):
        if part not in found:
            raise UserError(
                f"dataset.path: found {listed(file.name for file in named)}, but nothing of the {part} part"
            )
    return found


def distinguishing_words(names: Iterable[str]) -> dict[str, str]:
    """Return names of files by those of their words that not all of them have.

    `kmnist-train-imgs.npz` and `kmnist-train-labels.npz` have `imgs` and `labels`.

    Raises:
        UserError: two names have the same words.
    """
    words = {name: re.findall("[a-z0-9]+", name.partition(".")[0].casefold()) for name in names}
    common = set.intersection(*map(set, words.values())) if len(words) > 1 else set()
    named: dict[str, str] = {}
    for name, all_words in words.items():
        key = " ".join(word for word in all_words if word not in common) or " ".join(all_words)
        if key in named:
            raise UserError(f"dataset.path: it is not clear how {shown(named[key])} and {shown(name)} differ")
        named[key] = name
    return named


def _part(file: Path) -> PartName | None:
    words = re.findall("[a-z]+", file.name.casefold())
    parts = {part for word in words if (part := part_named(word))}
    if len(parts) > 1:
        raise UserError(f"dataset.path: the name of {shown(file)} names two parts, {listed(sorted(parts))}")
    return next(iter(parts), None)
