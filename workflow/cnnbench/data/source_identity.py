"""Where a dataset's source is, and what it holds: only the latter counts, so moving it trains nothing again.

This runs at every start of the workflow, so no heavy library is imported, and no file is read whole.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cnnbench.data.sources.archive import Entry, list_archive
from cnnbench.data.sources.emnist_archive import URL, claims_to_be_official, find_split
from cnnbench.data.sources.names import PartName, part_named, shown
from cnnbench.data.sources.picture_folder import list_pictures
from cnnbench.errors import UserError
from cnnbench.files import short_hash
from cnnbench.study.dataset import DatasetSettings

OFFICIAL = "official"


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
    if path.is_dir() or settings.name in ("npz", "idx"):
        entries = list_archive(path, "dataset.path").entries
    else:
        entries = {path.name: Entry(path.name, path.stat().st_size, str(path.stat().st_mtime_ns))}
    _refuse_own_parts(settings, _parts_in_names(path, entries))
    return _digest(f"{entry.place} {entry.bytes} {entry.state}" for entry in entries.values())


def _parts_in_names(path: Path, names: Iterable[str]) -> list[PartName]:
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
