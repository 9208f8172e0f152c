"""For any input, either what an independent reading gives, or one line; the search is for a case that is neither."""

import io
import os
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from cnnbench.data.sources.idx import read_idx, write_idx
from cnnbench.data.sources.image_arrays import understand_arrays
from cnnbench.data.sources.labels import name_labels
from cnnbench.data.sources.names import PART_NAMES
from cnnbench.data.sources.picture_folder import list_pictures
from cnnbench.data.sources.pictures import PictureSource, read_picture
from cnnbench.data.sources.raw_images import RawArrays
from cnnbench.errors import UserError
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from PIL import Image, ImageOps

quick = settings(
    max_examples=int(os.environ.get("EXAMPLES", "60")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

NAMES = [
    *(name for names in PART_NAMES.values() for name in names),
    *("Train", "TEST", "a", "b", "A", "10", "2", ".hidden", "__MACOSX", "train_set", "extra", "ä", "x y"),
]
FILES = ["1.png", "2.PNG", "3.jfif", "4.heic", "notes.txt", "Thumbs.db", "._1.png", "5"]
TREES = st.dictionaries(
    st.lists(st.sampled_from(NAMES), min_size=0, max_size=3).map(tuple), st.sets(st.sampled_from(FILES)), max_size=7
)


Folders = dict[tuple[str, ...], set[str]]


def _meant(tree: Folders) -> dict[str, dict[str, set[str]]] | None:
    """The pictures by part and class, as the two layouts say; None if the tree has neither."""
    folders = _all_folders(tree)
    top = [path[0] for path in _below(folders, ())]
    parts = {name: part for name in top for part, names in PART_NAMES.items() if name.lower() in names}
    if not parts:
        undivided = _classes(folders, ())
        return {"train": undivided} if undivided else None
    if len(parts) < len(top) or len(set(parts.values())) < len(parts) or not {"train", "test"} <= {*parts.values()}:
        return None
    divided = {part: _classes(folders, (name,)) for name, part in parts.items()}
    found = {part: names for part, names in divided.items() if names}
    same = len(found) == len(divided) and len({frozenset(names) for names in found.values()}) == 1
    return found if same else None


def _all_folders(tree: Folders) -> Folders:
    """The files of every folder, without what is ignored."""
    folders: Folders = {}
    for path, files in tree.items():
        for depth in range(len(path) + 1):
            folders.setdefault(path[:depth], set())
        folders[path] |= files
    ignored = (".hidden", "__MACOSX")
    return {path: files for path, files in folders.items() if not set(path) & set(ignored)}


def _below(folders: Folders, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [other for other in folders if len(other) == len(path) + 1 and other[: len(path)] == path]


def _classes(folders: Folders, root: tuple[str, ...]) -> dict[str, set[str]] | None:
    """The pictures of each class; None if something else is among the class folders, or in one."""
    found = {}
    for folder in _below(folders, root):
        pictures = folders[folder] & {"1.png", "2.PNG", "3.jfif"}
        if _below(folders, folder) or not pictures or "4.heic" in folders[folder]:
            return None
        found[folder[-1]] = pictures
    return found if len(found) > 1 else None


@quick
@given(TREES)
def test_any_tree_of_files_is_one_of_the_two_layouts_or_refused(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[tuple[str, ...], set[str]]
) -> None:
    root = tmp_path_factory.mktemp("tree")
    for path, files in tree.items():
        folder = root.joinpath(*path)
        folder.mkdir(parents=True, exist_ok=True)
        for name in files:
            (folder / name).write_bytes(b"")
    meant = _meant(tree)
    try:
        listing = list_pictures(root)
    except UserError as error:
        assert meant is None
        assert len(str(error).splitlines()) == 1
        return
    found: dict[str, dict[str, set[str]]] = {}
    for part, files in listing.files.items():
        for file, label in files:
            found.setdefault(part, {}).setdefault(listing.classes[label], set()).add(file.name)
    assert found == meant


MODES = ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "HSV", "I", "I;16", "F", "LAB", "RGBX", "PA"]
FORMATS = ["PNG", "TIFF", "BMP", "GIF", "WEBP", "PPM", "TGA", "JPEG2000"]


@quick
@given(
    mode=st.sampled_from(MODES),
    kind=st.sampled_from(FORMATS),
    width=st.integers(1, 9),
    height=st.integers(1, 9),
    orientation=st.integers(1, 8),
    seed=st.integers(0, 2**16),
)
def test_any_picture_is_what_people_see_or_refused(
    mode: str, kind: str, width: int, height: int, orientation: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    noise = Image.fromarray(generator.integers(0, 256, (height, width, 3), dtype=np.uint8))
    buffer, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    try:
        image = _in_mode(noise, mode, generator)
        image.save(buffer, kind, exif=exif, lossless=True)
    except (OSError, ValueError, KeyError, TypeError):
        assume(False)
    size = max(width, height)
    try:
        found = read_picture(PictureSource(f"p.{kind.lower()}", buffer.getvalue()), size, "stretch")
    except UserError as error:
        assert mode in ("I", "LAB", "F")
        assert "dataset.path: p" in str(error)
        return
    with Image.open(buffer) as saved:
        wanted = _seen(saved, found.ground)
    shown = np.asarray(wanted.resize((size, size), Image.Resampling.BILINEAR), int)
    pixels = found.pixels if found.pixels.ndim == 3 else np.repeat(found.pixels[..., np.newaxis], 3, axis=-1)
    assert np.abs(pixels.astype(int) - shown).max() <= 1


def _in_mode(noise: Image.Image, mode: str, generator: np.random.Generator) -> Image.Image:
    grey = np.asarray(noise.convert("L"))
    match mode:
        case "I;16":
            return Image.fromarray(grey.astype(np.uint16) * 257)
        case "I":
            return Image.fromarray(grey.astype(np.int32) * 257)
        case "F":
            return Image.fromarray((grey / 255).astype(np.float32))
        case "LAB":
            return Image.frombytes("LAB", noise.size, noise.tobytes())
        case "RGBA" | "LA" | "PA":
            image = noise.convert("RGBA")
            image.putalpha(Image.fromarray(generator.integers(0, 256, grey.shape, dtype=np.uint8)))
            return image.convert("LA") if mode != "RGBA" else image
        case _:
            return noise.convert(mode)


def _seen(image: Image.Image, ground: int | None) -> Image.Image:
    """A picture upright in RGB, by another way than the project's: on the ground, if it has transparent pixels."""
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I"):
        return Image.fromarray(np.rint(np.asarray(upright, float) / 257).astype(np.uint8)).convert("RGB")
    if upright.mode == "F":
        return Image.fromarray(np.rint(np.asarray(upright, float) * 255).astype(np.uint8)).convert("RGB")
    if ground is None:
        return upright.convert("RGB")
    pixels = np.asarray(upright.convert("RGBA"), float)
    alpha = pixels[..., 3:] / 255
    return Image.fromarray(np.rint(pixels[..., :3] * alpha + ground * (1 - alpha)).astype(np.uint8))


DTYPES = [np.uint8, np.int8, np.uint16, np.int64, np.uint64, np.float16, np.float32, np.float64, np.bool_, np.complex64]
SHAPES = st.lists(st.sampled_from([1, 2, 3, 4, 5, 9, 16]), min_size=1, max_size=5).map(tuple)


@quick
@given(
    array=st.sampled_from(DTYPES).flatmap(lambda dtype: arrays_of.arrays(dtype, SHAPES)),
)
def test_any_array_is_images_of_bytes_or_refused(array: npt.NDArray[np.generic]) -> None:
    raw = RawArrays({"train": array}, {"train": np.zeros(len(array), np.int64)}, [Path("mine.npz")])
    try:
        found = understand_arrays(raw, "mine.npz")
    except UserError as error:
        assert "mine.npz" in str(error)
        return
    images = found.images["train"]
    assert (images.dtype, images.ndim, len(images)) == (np.uint8, 4, len(array))
    values = array.astype(np.float64)
    scale = 255.0 if "float" in found.facts.conversions or "binary" in found.facts.conversions else 1.0
    scale = 1 / 257 if "16_bit" in found.facts.conversions else scale
    layout = images.transpose(0, 3, 1, 2) if "channels_first" in found.facts.conversions else images
    assert np.abs(layout.reshape(array.shape) - values * scale).max() <= 0.5 + 1e-3


LABELS = st.one_of(
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=20).map(lambda x: np.array(x, np.int64)),
    st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20).map(lambda x: np.array(x, np.uint64)),
    st.lists(st.floats(width=32), min_size=1, max_size=20).map(lambda x: np.array(x, np.float32)),
    st.lists(st.text(max_size=4), min_size=1, max_size=20).map(lambda x: np.array(x, np.str_)),
    st.lists(st.binary(max_size=4), min_size=1, max_size=20).map(lambda x: np.array(x, np.bytes_)),
)


@quick
@given(LABELS)
def test_any_labels_are_classes_or_refused(labels: npt.NDArray[np.generic]) -> None:
    try:
        found = name_labels({"train": labels}, None, "mine.npz")
    except UserError as error:
        assert "mine.npz" in str(error)
        return
    # Two images are of the same class if, and only if, they came with the same label.
    indices = found.indices["train"]
    given_labels = [value.decode() if isinstance(value, bytes) else value for value in labels.tolist()]
    for one, first in zip(given_labels, indices, strict=True):
        for other, second in zip(given_labels, indices, strict=True):
            assert (one == other) == (first == second) or found.classes[first] == found.classes[second]
    assert sorted(set(indices.tolist())) == list(range(len(found.classes)))


@quick
@given(arrays_of.arrays(np.uint8, st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 5))), st.booleans())
def test_any_idx_file_is_read_as_it_was_written(array: npt.NDArray[np.uint8], packed: bool) -> None:
    plain = struct.pack(">4I", 0x803, *array.shape) + array.tobytes()
    content = write_idx(array) if packed else plain
    np.testing.assert_array_equal(read_idx(io.BytesIO(content), dimensions=3), array)
