"""Where a dataset's source is, and what it holds: only the latter counts, so moving it trains nothing again.

This runs at every start of the workflow, so no heavy library is imported, and no file is read whole.
"""

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from cnnbench.data.emnist_archive import URL, claims_to_be_official, member_names
from cnnbench.errors import UserError
from cnnbench.files import short_hash
from cnnbench.study.dataset import DatasetSettings

OFFICIAL = "official"


def is_url(archive: str) -> bool:
    """Say whether `archive` is an address rather than a path."""
    return archive.startswith(("http://", "https://", "ftp://"))


def archive_location(settings: DatasetSettings, environment: Mapping[str, str]) -> str:
    """Return the path or URL of the EMNIST archive: the config's, `EMNIST_ARCHIVE`'s, or the official one.

    Empty for data that is not EMNIST.
    """
    if settings.name != "emnist":
        return ""
    return settings.archive or environment.get("EMNIST_ARCHIVE") or URL


def has_test_folder(folder: Path) -> bool:
    """Say whether a folder of images is divided into training and test images."""
    return (folder / "train").is_dir() and (folder / "test").is_dir()


def data_identity(settings: DatasetSettings, archive: str) -> str:
    """Return a short text that differs when the dataset's source holds something else.

    Args:
        settings: the dataset's section of the study.
        archive: path or URL of the EMNIST archive; used for `emnist` only.

    Raises:
        UserError: the source is missing or is not what it should be; the message names the config's key.
    """
    if settings.name == "emnist":
        return _emnist_identity(settings, archive)
    if settings.name == "sample" or settings.path is None:
        return "sample"
    if settings.name == "npz":
        return _npz_identity(settings.path, settings.folds)
    return _folder_identity(settings.path, settings.folds)


def _emnist_identity(settings: DatasetSettings, archive: str) -> str:
    if archive == URL:
        return OFFICIAL
    if is_url(archive):
        return settings.sha256 or archive
    infos = {info.filename: info for info in _entries(Path(archive), "dataset.archive (or EMNIST_ARCHIVE)")}
    wanted = member_names(settings.split).values()
    if missing := [name for name in wanted if name not in infos]:
        raise UserError(
            f"dataset.archive: {archive} has no file {missing[0]}; for dataset.split: {settings.split} it must hold"
            f" {', '.join(wanted)}"
        )
    if claims_to_be_official({name: info.file_size for name, info in infos.items()}, settings.split):
        return OFFICIAL
    return _digest(infos[name] for name in wanted)


def _npz_identity(path: Path, folds: int | None) -> str:
    entries = _entries(path, "dataset.path")
    if folds and any(entry.filename == "x_train.npy" for entry in entries):
        raise UserError(_own_test_part(path, "x_test", folds))
    return _digest(entries)


def _folder_identity(folder: Path, folds: int | None) -> str:
    if not folder.is_dir():
        raise UserError(f"dataset.path: {folder} is not a folder; allowed: a folder of class folders of images")
    if folds and has_test_folder(folder):
        raise UserError(_own_test_part(folder, "test", folds))
    # Sizes and times, because reading thousands of images at every start would be slow.
    stats = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    facts = [f"{path.relative_to(folder)} {stat.st_size} {stat.st_mtime_ns}" for path, stat in stats]
    return short_hash("\n".join(facts))


def _own_test_part(path: Path, part: str, folds: int) -> str:
    return (
        f"dataset.folds: {folds} folds take the place of a test part, but {path} has one of its own, {part}; leave out"
        " dataset.folds, or name data that is not divided"
    )


def _entries(path: Path, key: str) -> list[zipfile.ZipInfo]:
    if not path.is_file():
        raise UserError(f"{key}: there is no file {path}")
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.infolist()
    except zipfile.BadZipFile as error:
        raise UserError(
            f"{key}: {path} ({path.stat().st_size:,} bytes) is damaged or not a zip archive: {error}"
        ) from None


def _digest(infos: Iterable[zipfile.ZipInfo]) -> str:
    return short_hash("\n".join(sorted(f"{info.filename} {info.file_size} {info.CRC:08x}" for info in infos)))
