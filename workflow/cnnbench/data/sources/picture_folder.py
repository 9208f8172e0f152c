"""Which pictures a folder holds. Who reads them and who watches them for changes asks here, so that both see the same.

This runs at every start of the workflow, so no heavy library is imported.
"""

import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cnnbench.data.sources.names import (
    PART_NAMES,
    PartName,
    is_ignored,
    listed,
    natural_order,
    normalised,
    part_named,
    refuse_repeated,
    refuse_unreadable_name,
    shown,
)
from cnnbench.errors import UserError, reading

SUFFIXES = frozenset(
    {".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".webp"}
    | {".pgm", ".ppm", ".pbm", ".pnm", ".tga", ".jp2"}
)
"""Suffixes of pictures that are read."""

_OTHER_PICTURES = frozenset(
    {".heic", ".heif", ".avif", ".jxl", ".svg", ".svgz", ".psd", ".xcf", ".ico", ".eps", ".raw", ".dng", ".nef", ".cr2"}
    | {".cr3", ".arw", ".orf", ".rw2", ".pcx", ".sgi", ".dds", ".exr", ".hdr", ".j2k", ".jpf", ".jpx", ".wmf", ".emf"}
    | {".dcm", ".pdf", ".djvu", ".fits", ".icns", ".cur"}
)
_SIGNATURES = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"8BPS", b"\xff\x0a", b"\x00\x00\x00\x0cjP"),
    *(b"\x00\x00\x00\x0cJXL", b"<svg"),
)

_LAYOUTS = (
    "two layouts are read: a folder for each class ({0}/a/1.png), or train and test, and validation if you like, with"
    " such folders in each ({0}/train/a/1.png). They may also be called "
    + ", ".join(name for names in PART_NAMES.values() for name in names if name not in PART_NAMES)
)


@dataclass(frozen=True)
class Listing:
    """The pictures of a folder."""

    classes: list[str]
    """In their natural order."""
    files: Mapping[PartName, list[tuple[Path, int]]]
    """Each picture with the number of its class, by part; `train` alone if the folder is not divided."""
    skipped: list[Path]
    """Files that are not pictures, or lie outside the class folders."""

    @property
    def divided(self) -> bool:
        """Whether the folder has a test part of its own."""
        return "test" in self.files


def list_pictures(folder: Path) -> Listing:
    """Return the pictures in a folder of class folders, or in such folders below `train` and `test`.

    Links are followed. Hidden files and what file managers leave behind are ignored.

    Raises:
        UserError: the folder has neither layout, a class is missing in a part or holds no picture, or there is one in
             a format that is not read; the message names it.
    """
    if not folder.is_dir():
        raise UserError(f"dataset.path: {shown(folder)} is not a folder; allowed: a folder of class folders of images")
    parts = _parts(folder)
    skipped = [child for place in {folder, *parts.values()} for child in _children(place) if not child.is_dir()]
    classes = {part: _classes(place, skipped) for part, place in parts.items()}
    names = sorted(classes["train"], key=natural_order)
    refuse_different_classes({part: set(found) for part, found in classes.items()}, f"dataset.path: {shown(folder)}")
    files = {
        part: [(file, label) for label, name in enumerate(names) for file in found[name]]
        for part, found in classes.items()
    }
    return Listing(names, files, skipped)


def refuse_different_classes(classes: Mapping[PartName, set[str]], where: str) -> None:
    """Refuse parts of a dataset that do not have the same classes.

    Raises:
        UserError: naming the classes that one part has and another does not.
    """
    for part, found in classes.items():
        for other, others in classes.items():
            if missing := sorted(found - others, key=natural_order):
                raise UserError(f"{where}: the {other} part has no class {listed(missing)}, which the {part} part has")


def _parts(folder: Path) -> dict[PartName, Path]:
    """Return the folder of each part; the folder itself as `train` if it is not divided."""
    folders = _folders(folder)
    named = {child: part for child in folders if (part := part_named(child.name))}
    if not named:
        return {"train": folder}
    parts = {part: child for child, part in named.items()}
    if len(parts) < len(folders) or not {"train", "test"} <= parts.keys():
        found = listed(child.name for child in folders)
        raise UserError(
            f"dataset.path: {shown(folder)} holds the folders {found}, and it is not clear which are parts and which"
            f" are classes; {_LAYOUTS.format(shown(folder))}"
        )
    return parts


def _classes(folder: Path, skipped: list[Path]) -> dict[str, list[Path]]:
    """Return the pictures of each class folder in `folder`, and add what else is in these folders to `skipped`."""
    folders = _folders(folder)
    names = [normalised(child.name) for child in folders]
    if len(names) < 2:
        raise UserError(
            f"dataset.path: {shown(folder)} must hold a folder of images for each of at least two classes, found"
            f" {listed(names) if names else 'none'}; {_LAYOUTS.format(shown(folder))}"
        )
    refuse_repeated(names, f"dataset.path: {shown(folder)}")
    return {name: _pictures(child, skipped) for name, child in zip(names, folders, strict=True)}


def _folders(folder: Path) -> list[Path]:
    return [child for child in _children(folder) if child.is_dir()]


def _pictures(folder: Path, skipped: list[Path]) -> list[Path]:
    """Return the pictures in the folder of one class, and add its other files to `skipped`."""
    pictures = []
    for child in _children(folder):
        if child.is_dir():
            raise UserError(
                f"dataset.path: {shown(child)} is a folder inside the folder of a class, and it is not clear what it"
                f" is; {_LAYOUTS.format(shown(folder.parent))}"
            )
        if child.suffix.lower() in SUFFIXES:
            if not child.is_file():
                raise UserError(f"dataset.path: {shown(child)} is a link to a file that is not there, or no file")
            pictures.append(child)
        elif _is_other_picture(child):
            raise UserError(
                f"dataset.path: {shown(child)} is a picture in a format, or with a suffix, that is not read; convert or"
                f" rename it (read are {', '.join(sorted(SUFFIXES))})"
            )
        else:
            skipped.append(child)
    if not pictures:
        raise UserError(f"dataset.path: {shown(folder)} holds no images ({', '.join(sorted(SUFFIXES))})")
    return pictures


def _children(folder: Path) -> Iterator[Path]:
    """Yield what counts in `folder`, in natural order."""
    with reading(f"dataset.path: {shown(folder)} cannot be read"):
        names = [child.name for child in folder.iterdir() if not is_ignored(child.name)]
    for name in sorted(names, key=natural_order):
        refuse_unreadable_name(folder / name)
        yield folder / name


def _is_other_picture(file: Path) -> bool:
    """Say whether a file without one of the usual suffixes is a picture, by its suffix or its first bytes."""
    kind, _ = mimetypes.guess_type(file.name)
    if file.suffix.lower() in _OTHER_PICTURES or (kind or "").startswith("image/"):
        return True
    if not file.is_file():
        return False
    with reading(f"dataset.path: {shown(file)} cannot be read"), file.open("rb") as content:
        start = content.read(16)
    is_container = start[8:12] in (b"WEBP", b"heic", b"heix", b"mif1", b"msf1", b"avif")
    is_bitmap = start[:2] == b"BM" and start[6:10] == b"\x00\x00\x00\x00"
    return start.startswith(_SIGNATURES) or is_container or is_bitmap
