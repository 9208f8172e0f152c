"""Where a dataset's source is, and what it holds: only the latter counts, so moving it trains nothing again.

This runs at every start of the workflow, so no heavy library is imported, and no file is read whole.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from cnnbench.data.sources.archive import list_archive
from cnnbench.data.sources.emnist_archive import URL, claims_to_be_official, find_split
from cnnbench.data.sources.files import files_of
from cnnbench.data.sources.names import FILE_SUFFIXES, PartName, normalised, part_named, shown
from cnnbench.data.sources.picture_folder import list_pictures
from cnnbench.errors import UserError, reading
from cnnbench.files import short_hash
from cnnbench.study.dataset import DatasetSettings, Outline

OFFICIAL = "official"
END_BYTES = 2**16
PICTURES_OPENED = 50


def is_url(archive: str) -> bool:
    """Say whether `archive` is an address rather than a path."""
    return archive.startswith(("http://", "https://", "ftp://"))


def archive_locations(settings: DatasetSettings, environment: Mapping[str, str]) -> list[str]:
    """Return paths and URLs of the EMNIST archive: the config's, or `EMNIST_ARCHIVE`'s, or the official one.

    None for data that is not EMNIST.
    """
    if settings.name != "emnist":
        return []
    return settings.archives or [environment.get("EMNIST_ARCHIVE") or URL]


def data_identity(settings: DatasetSettings, archives: Sequence[str]) -> str:
    """Return a short text that differs when the dataset's source holds something else.

    Args:
        settings: the dataset's section of the study.
        archives: paths and URLs of the EMNIST archive; used for `emnist` only.

    Raises:
        UserError: the source is missing or is not what it should be; the message names the config's key.
    """
    try:
        if settings.name == "emnist":
            return _emnist_identity(settings, archives)
        if settings.path is None:
            return "sample"
        if settings.name == "folder":
            return _folder_identity(settings.path, settings)
        return _file_identity(settings.path, settings)
    except OSError as error:  # a name that is too long, a folder without permission, a disk that is gone
        key = "dataset.archive" if settings.name == "emnist" else "dataset.path"
        raise UserError(f"{key}: {shown(error.filename)} cannot be read: {error.strerror}") from error


def data_outline(settings: DatasetSettings) -> Outline | None:
    """Return what tells the user's own images from others; None for other data.

    It names the folder of the prepared images, so that nothing counts that a move or a copy changes: neither the path
    nor times. What counts is the names of files within the source, their sizes, and what some of them begin and end
    with. Sources that differ in the rest alone have one name, but not one identity.

    Raises:
        UserError: the source is missing or is not what it should be; the message names the config's key.
    """
    path = settings.path
    if path is None:
        return None
    if settings.name == "folder":
        files = list_pictures(path).files
        pictures = [file for part in files.values() for file, _ in part]
        opened = pictures[:: len(pictures) // PICTURES_OPENED + 1]
        facts = [f"{_place(file, path)} {file.stat().st_size}" for file in pictures] + [_ends(file) for file in opened]
        return Outline(_digest(facts), tuple(files))
    if settings.name == "idx" or not path.is_dir():
        return Outline(_digest(_outlines_of_archive(settings, path)))
    return Outline(_digest(f"{file.name} {_ends(file)}" for file in files_of(path, FILE_SUFFIXES[settings.name])))


def _outlines_of_archive(settings: DatasetSettings, path: Path) -> Iterator[str]:
    """Yield an outline of each file that is read from a single file, a zip file, or a folder of IDX files."""
    if settings.name not in ("npz", "idx"):
        yield _ends(path)
        return
    for name, entry in list_archive(path, "dataset.path").entries.items():
        if settings.name == "npz" or "ubyte" in name.casefold():
            content = _ends(path / entry.place) if path.is_dir() else entry.state
            yield f"{entry.place} {entry.bytes} {content}"


def _ends(file: Path) -> str:
    """Return the size of a file, and a hash of its beginning and its end."""
    with reading(f"dataset.path: {shown(file)} cannot be read"), file.open("rb") as content:
        size = file.stat().st_size
        digest = hashlib.sha256(content.read(END_BYTES))
        content.seek(max(size - END_BYTES, 0))
        digest.update(content.read(END_BYTES))
        return f"{size} {digest.hexdigest()}"


def _place(file: Path, folder: Path) -> str:
    return normalised(file.relative_to(folder).as_posix())


def _emnist_identity(settings: DatasetSettings, archives: Sequence[str]) -> str:
    """Return the identity of the first archive that is there; what lies behind an address is known when it is read."""
    first, *others = archives
    if is_url(first):
        return OFFICIAL if URL in archives else settings.sha256 or first
    if not Path(first).exists() and others:
        return _emnist_identity(settings, others)
    key = "dataset.archive (or EMNIST_ARCHIVE)"
    archive = list_archive(Path(first), key)
    files = find_split(archive, settings.split, "dataset.archive")
    sizes = {name: entry.bytes for name, entry in archive.entries.items()}
    if files.edition == "gzip" and claims_to_be_official(sizes, settings.split):
        return OFFICIAL
    names = [*files.data, *([files.mapping] if files.mapping in archive.entries else [])]
    return _digest(f"{name} {archive.entries[name].bytes} {archive.entries[name].state}" for name in names)


def _folder_identity(folder: Path, settings: DatasetSettings) -> str:
    listing = list_pictures(folder)
    _refuse_own_parts(settings, [part for part in listing.files if part != "train"])
    # Sizes and times, because reading thousands of images at every start would be slow.
    files = ((file, file.stat()) for part in listing.files.values() for file, _ in part)
    return _digest(f"{file.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}" for file, stat in files)


def _file_identity(path: Path, settings: DatasetSettings) -> str:
    """Return the identity of one file, or of the files in a folder of any depth."""
    if not (path.is_file() or path.is_dir()):
        raise UserError(f"dataset.path: there is no file {shown(path)}")
    if not path.is_dir() and settings.name not in ("npz", "idx"):
        # A single table is not divided, whatever it is called.
        return _digest([f"{path.stat().st_size} {path.stat().st_mtime_ns}"])
    entries = list_archive(path, "dataset.path").entries
    _refuse_own_parts(settings, _parts_in_names(entries))
    return _digest(f"{entry.place} {entry.bytes} {entry.state}" for entry in entries.values())


def _parts_in_names(names: Iterable[str]) -> list[PartName]:
    """Return the parts that the names of arrays or files mean, apart from training."""
    words = (word for name in names for word in re.findall("[a-z0-9]+", name.casefold().replace("t10k", "test")))
    parts = (part_named(word) for word in words)
    return sorted({part for part in parts if part is not None and part != "train"})


def _refuse_own_parts(settings: DatasetSettings, parts: Sequence[PartName]) -> None:
    """Refuse settings that divide what is divided already."""
    if settings.folds and "test" in parts:
        raise UserError(
            f"dataset.folds: {settings.folds} folds take the place of a test part, but {settings.path} has one of its"
            " own; leave out dataset.folds, or name data that is not divided"
        )
    if settings.test_fraction != DatasetSettings.model_fields["test_fraction"].default and "test" in parts:
        raise UserError(
            f"dataset.test_fraction: {settings.test_fraction} is for data whose test images are drawn, but"
            f" {settings.path} has a test part of its own; leave out dataset.test_fraction"
        )
    drawn = "dataset.division: per_seed" if settings.division == "per_seed" else ""
    if "validation_fraction" in settings.model_fields_set:
        drawn = f"dataset.validation_fraction: {settings.validation_fraction}"
    if drawn and "validation" in parts:
        raise UserError(
            f"{drawn} is for data whose validation images are drawn, but {settings.path} has a validation part of its"
            " own; leave out one of the two"
        )


def _digest(facts: Iterable[str]) -> str:
    return short_hash("\n".join(sorted(facts)))
