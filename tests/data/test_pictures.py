"""Pictures of every kind become what people see in them, or are refused by name."""

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from cnnbench.data.prepare import prepare
from cnnbench.data.sources.facts import CONVERSION_WORDS
from cnnbench.data.sources.pictures import CONVERSIONS, PictureSource, fitted, read_picture, read_pictures
from cnnbench.errors import UserError
from cnnbench.study.dataset import Fit, PreparedDataset
from PIL import Image

GREY = np.add.outer(np.arange(12), np.arange(12)).astype(np.uint8) * 11
COLOUR = np.stack([GREY, GREY.T[::-1], 255 - GREY], axis=-1)
INK = np.zeros((12, 12), np.uint8)
INK[3:9, 5:7] = 255


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def pixels(content: bytes, size: int = 12) -> npt.NDArray[np.uint8]:
    return read_picture(PictureSource("p.png", content), size, "pad").pixels


def drawn(ink: int) -> Image.Image:
    """A stroke of one grey on a transparent ground whose hidden colour is the same."""
    return Image.fromarray(np.dstack([np.full((12, 12, 3), ink, np.uint8), INK]))


def palette() -> Image.Image:
    image = Image.fromarray((GREY // 64).astype(np.uint8), "P")
    image.putpalette([0, 0, 0, 250, 0, 0, 0, 250, 0, 9, 9, 250])
    return image


def palette_with_transparency() -> Image.Image:
    image = Image.fromarray(np.where(INK > 0, 1, 0).astype(np.uint8), "P")
    image.putpalette([7, 7, 7, 255, 255, 255])
    return image


COLOURS = np.array([[0, 0, 0], [250, 0, 0], [0, 250, 0], [9, 9, 250]], np.uint8)
WIDE = (GREY.astype(np.uint16) * 257) - 100

# What a file shows, worked out from the arrays that were written.
SHOWN: dict[str, tuple[bytes, npt.NDArray[np.uint8]]] = {
    "grey": (encoded(Image.fromarray(GREY), "PNG"), GREY),
    "RGB": (encoded(Image.fromarray(COLOUR), "PNG"), COLOUR),
    "grey as RGB": (encoded(Image.fromarray(GREY).convert("RGB"), "PNG"), GREY),
    "1 bit": (encoded(Image.fromarray(INK).convert("1"), "PNG"), INK),
    "1 bit TIFF": (encoded(Image.fromarray(INK).convert("1"), "TIFF"), INK),
    "palette": (encoded(palette(), "PNG"), COLOURS[GREY // 64]),
    "palette BMP": (encoded(palette(), "BMP"), COLOURS[GREY // 64]),
    "GIF": (encoded(palette(), "GIF"), COLOURS[GREY // 64]),
    "16 bits": (encoded(Image.fromarray(GREY.astype(np.uint16) * 257), "PNG"), GREY),
    "16 bits between": (encoded(Image.fromarray(WIDE), "PNG"), np.rint(WIDE / 257).astype(np.uint8)),
    "16 bits TIFF": (encoded(Image.fromarray(GREY.astype(np.uint16) * 257), "TIFF"), GREY),
    "16 bits PGM": (b"P5 12 12 65535\n" + (GREY.astype(">u2") * 257).tobytes(), GREY),
    "float TIFF": (encoded(Image.fromarray((GREY / 255).astype(np.float32)), "TIFF"), GREY),
    "CMYK": (encoded(Image.fromarray(COLOUR).convert("CMYK"), "TIFF"), COLOUR),
    "white ink on nothing": (encoded(drawn(255), "PNG"), INK),
    "black ink on nothing": (encoded(drawn(0), "PNG"), 255 - INK),
    "white ink on nothing WEBP": (encoded(drawn(255), "WEBP", lossless=True, exact=True), INK),
    "grey ink on nothing": (encoded(drawn(0).convert("LA"), "PNG"), 255 - INK),
    "transparent colour": (encoded(Image.fromarray(INK), "PNG", transparency=0), INK),
    "transparent palette": (encoded(palette_with_transparency(), "PNG", transparency=0), INK),
    "opaque with alpha": (encoded(Image.fromarray(COLOUR).convert("RGBA"), "PNG"), COLOUR),
}


@pytest.mark.parametrize("kind", SHOWN)
def test_picture_is_read_as_it_is_seen(kind: str) -> None:
    content, shown = SHOWN[kind]
    np.testing.assert_array_equal(pixels(content), shown)


# What EXIF says was done to a picture, undone: `1` to `8` of the tag Orientation.
TURNS: dict[int, Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.uint8]]] = {
    1: lambda image: image,
    2: lambda image: image[:, ::-1],
    3: lambda image: image[::-1, ::-1],
    4: lambda image: image[::-1],
    5: lambda image: image.T,
    6: lambda image: np.rot90(image, -1),
    7: lambda image: image[::-1, ::-1].T,
    8: lambda image: np.rot90(image),
}


@pytest.mark.parametrize("orientation", TURNS)
def test_orientation_is_applied(orientation: int) -> None:
    image = np.arange(144, dtype=np.uint8).reshape(12, 12)
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = read_picture(PictureSource("p", encoded(Image.fromarray(image), "PNG", exif=exif)), 12, "pad")
    np.testing.assert_array_equal(found.pixels, TURNS[orientation](image))
    assert found.turned == (orientation != 1)


def twelve_bits() -> bytes:
    """A TIFF file of two pixels with 12 bits each, written by hand."""
    tags = [(256, 2), (257, 1), (258, 12), (259, 1), (262, 1), (273, 8), (277, 1), (278, 1), (279, 3)]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 12) + b"\x12\x34\x56\0" + struct.pack("<H", len(tags)) + entries + bytes(4)


def several_frames(kind: str) -> bytes:
    frames = [Image.fromarray(GREY), Image.fromarray(INK)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:])


REFUSED: dict[str, tuple[bytes, str]] = {
    "animated GIF": (several_frames("GIF"), "2 frames"),
    "TIFF of two pages": (several_frames("TIFF"), "2 frames"),
    "animated PNG": (several_frames("PNG"), "2 frames"),
    "animated WEBP": (several_frames("WEBP"), "2 frames"),
    "float above 1": (encoded(Image.fromarray(GREY.astype(np.float32)), "TIFF"), "between 0 and 1"),
    "float below 0": (encoded(Image.fromarray(GREY.astype(np.float32) / 255 - 1), "TIFF"), "between 0 and 1"),
    "not a number": (encoded(Image.fromarray(np.full((12, 12), np.nan, np.float32)), "TIFF"), "between 0 and 1"),
    "32 bits": (encoded(Image.fromarray(GREY.astype(np.int32) * 1000), "TIFF"), "mode I are not read"),
    "LAB": (encoded(Image.fromarray(COLOUR, "LAB"), "TIFF"), "mode LAB are not read"),
    "white as 0 with 16 bits": (encoded(Image.fromarray(WIDE), "TIFF", tiffinfo={262: 0}), "0 for white"),
    "12 bits": (twelve_bits(), "12 bits"),
    "large": (encoded(Image.new("1", (7_100, 7_100)), "PNG"), "7100 × 7100 pixels; allowed are 50,000,000"),
    "bomb": (encoded(Image.new("1", (15_000, 15_000)), "PNG"), "decompression bomb"),
    "EPS under another name": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "cannot identify"),
    "TGA under another name": (encoded(Image.fromarray(GREY), "TGA"), "cannot identify"),
    "text": (b"no picture", "cannot identify"),
    "nothing": (b"", "cannot identify"),
    "truncated": (encoded(Image.fromarray(COLOUR), "PNG")[:-30], "truncated"),
    "truncated JPEG": (encoded(Image.effect_noise((64, 64), 60), "JPEG")[:-300], "truncated"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_picture_that_cannot_be_read_surely_is_refused_by_name(kind: str) -> None:
    content, says = REFUSED[kind]
    with pytest.raises(UserError, match=f"dataset.path: folder/a/1.png is damaged or not a picture.*{says}") as caught:
        read_pictures([PictureSource("folder/a/1.png", content)], 12, "pad")
    assert len(str(caught.value).splitlines()) == 1


def test_photograph_of_a_phone_is_its_first_picture() -> None:
    content = encoded(Image.fromarray(GREY), "MPO", save_all=True, append_images=[Image.fromarray(INK)], quality=100)
    assert np.abs(pixels(content).astype(int) - GREY).max() < 8


@pytest.mark.parametrize("size", [(96, 48), (48, 96), (48, 48), (40, 120), (60, 52)])
@pytest.mark.parametrize("fit", ["pad", "stretch", "crop"])
def test_picture_that_is_not_square_is_made_so(size: tuple[int, int], fit: Fit) -> None:
    width, height = size
    image = Image.new("L", size, 30)
    image.paste(220, (width // 4, height // 4, 3 * width // 4, 3 * height // 4))
    found = np.asarray(fitted(image, 48, fit)).astype(int)
    ink = np.argwhere(found > 125)
    tall, wide = ink.max(axis=0) - ink.min(axis=0) + 1
    longer = max(size)
    expected = {
        "stretch": (24, 24),
        "pad": (24 * height / longer, 24 * width / longer),
        "crop": (min(24 * height / min(size), 48), min(24 * width / min(size), 48)),
    }
    assert (tall, wide) == pytest.approx(expected[fit], abs=2)


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 2)])
@pytest.mark.parametrize("fit", ["pad", "stretch", "crop"])
def test_picture_of_any_shape_has_the_size_that_is_asked_for(size: tuple[int, int], fit: Fit) -> None:
    assert fitted(Image.new("L", size, 30), 12, fit).size == (12, 12)


def test_padding_continues_the_ground_of_the_picture() -> None:
    dark_on_light = Image.new("RGB", (4, 12), (250, 240, 230))
    dark_on_light.paste((10, 20, 30), (1, 4, 3, 8))
    found = np.asarray(fitted(dark_on_light, 12, "pad"))
    assert (found[:, 0] == [250, 240, 230]).all()
    assert (found[:, -1] == [250, 240, 230]).all()


def test_all_transparent_pictures_get_the_same_ground() -> None:
    sources = [PictureSource(str(ink), encoded(drawn(ink), "PNG")) for ink in (0, 20, 40, 200)]
    images, facts = read_pictures(sources, 12, "pad")
    assert (images[:, 0, 0] == 255).all()
    assert facts.conversions == {"alpha": 4}


def test_grey_and_coloured_pictures_together_are_coloured() -> None:
    sources = [PictureSource(kind, SHOWN[kind][0]) for kind in ("grey", "RGB")]
    images, _ = read_pictures(sources, 12, "pad")
    np.testing.assert_array_equal(images[0], np.repeat(GREY[..., np.newaxis], 3, axis=-1))
    np.testing.assert_array_equal(images[1], COLOUR)


def test_every_conversion_has_words() -> None:
    assert set(CONVERSIONS.values()) <= set(CONVERSION_WORDS)


def written(folder: Path, classes: dict[str, list[bytes]]) -> PreparedDataset:
    for name, contents in classes.items():
        (folder / name).mkdir(parents=True)
        for number, content in enumerate(contents):
            (folder / name / f"{number}.png").write_bytes(content)
    return PreparedDataset(name="folder", path=folder, image_size=12)


NOISE = [encoded(Image.effect_noise((12, 12), 60), "PNG") for _ in range(5)]
EVEN = encoded(Image.new("L", (12, 12), 77), "PNG")


def test_class_without_contrast_is_refused_by_name(tmp_path: Path) -> None:
    settings = written(tmp_path / "mine", {"a": NOISE, "b": [EVEN] * 5})
    with pytest.raises(UserError, match="all images of the class b in the train part are of one even colour"):
        prepare(settings, None, tmp_path / "out")


def test_dataset_without_contrast_is_refused(tmp_path: Path) -> None:
    hidden = encoded(Image.fromarray(np.dstack([np.zeros((12, 12, 3), np.uint8), np.zeros((12, 12), np.uint8)])), "PNG")
    settings = written(tmp_path / "mine", {"a": [hidden] * 5, "b": [EVEN] * 5})
    with pytest.raises(UserError, match="all images in the train part are of one even colour"):
        prepare(settings, None, tmp_path / "out")


def test_class_whose_ink_is_lost_on_the_ground_of_the_others_is_refused(tmp_path: Path) -> None:
    black, white = encoded(drawn(0), "PNG"), encoded(drawn(255), "PNG")
    settings = written(tmp_path / "mine", {"a": [black] * 6, "b": [white] * 5})
    with pytest.raises(UserError, match="all images of the class b"):
        prepare(settings, None, tmp_path / "out")
