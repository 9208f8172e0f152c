"""The contact sheet shows what the networks see, and every class under a name of its own."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cnnbench import font_files
from cnnbench.data.contact_sheet import GAP, LARGEST, MOST_COLUMNS, SAMPLES, SCALE, draw_contact_sheet
from cnnbench.data.row_labels import HEIGHT, MARGIN, WIDEST, row_labels
from data.prepared import write_prepared
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

NAMES = {
    "digits": list("0123456789"),
    "alike from the start": ["letter_A", "letter_B", "letter_a", "letter_b"],
    "alike from the end": ["upper_case", "lower_case"],
    "long": ["x" * 40, "y" * 40, "x" * 41],
    "long, alike at both ends": [f"{'a' * 60}{middle}{'z' * 60}" for middle in "123"],
    "longer than a file name": ["w" * 300, "m" * 300],
    "Hangul": ["가", "나", "한글 이름"],
    "Hangul and Latin": ["A 가", "B 가", "é다"],
    "Hangul and what no font has beside it": ["가\N{GREEK SMALL LETTER ALPHA WITH PSILI}", "나"],
    "Devanagari": ["क", "ख", "ग"],
    "Devanagari and Latin": ["letter क", "letter ख"],
    "Arabic": ["ا", "ب", "ت"],
    "Hebrew": ["א", "ב"],
    "Thai": ["กา", "ขา"],
    "Japanese": ["か", "カ", "界"],
    "emoji": ["\N{BRAIN}", "\N{UNICORN FACE}", "\N{GRINNING FACE}"],
    "emoji of several characters": [
        "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET}",
        "\N{MAN}\N{ZERO WIDTH JOINER}\N{ROCKET}",
    ],
    "private use": ["\ue000", "\ue001", "\U000f0000"],
    "unassigned": ["\u0378", "\U0003ffff"],
    "control characters": ["a\nb", "a\tb", "a\x00b", "ab", "a\x7fb"],
    "invisible": ["\N{ZERO WIDTH SPACE}", "\N{HANGUL FILLER}", "\N{BRAILLE PATTERN BLANK}", "a\N{SOFT HYPHEN}b", "ab"],
    "spaces": ["a", " a", "a ", "a  b", "a b", "a\N{NO-BREAK SPACE}b", "a\N{IDEOGRAPHIC SPACE}b"],
    "the same shape in two scripts": ["A", "\N{CYRILLIC CAPITAL LETTER A}", "\N{GREEK CAPITAL LETTER ALPHA}"],
    "combining marks": ["e\N{COMBINING ACUTE ACCENT}", "e", "\N{COMBINING ACUTE ACCENT}"],
    "like the numbers of classes": ["#1", "क", "#0", "#1 क"],
    "all kinds": ["A", "letter_A", "가", "क", "\N{BRAIN}", "ا", "x" * 80, "A क 가 \N{BRAIN}", "+", "\N{EURO SIGN}"],
    "one class in a thousand of another script": [*map(str, range(999)), "क"],
}
each_kind = pytest.mark.parametrize("names", NAMES.values(), ids=NAMES.keys())


def _in(file: Path) -> set[int]:
    with TTFont(file) as font:
        return set(font.getBestCmap())


@each_kind
def test_different_classes_have_different_labels(names: list[str]) -> None:
    labels = row_labels(names)
    assert len({label.tobytes() for label in labels}) == len(names)
    blank = Image.new("L", labels[0].size, "white")
    assert all(label.size == blank.size and label != blank for label in labels)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Path]]:
    """What Pillow is told to write, one text after the other, each with the file of its font."""
    heard: list[tuple[str, Path]] = []
    write = ImageDraw.ImageDraw.text

    def listen(self: ImageDraw.ImageDraw, place: Any, text: str, *, font: ImageFont.FreeTypeFont, **how: Any) -> None:
        heard.append((text, Path(str(font.path))))
        write(self, place, text, font=font, **how)

    monkeypatch.setattr(ImageDraw.ImageDraw, "text", listen)
    return heard


@each_kind
def test_no_label_has_a_box_for_a_character(names: list[str], written: list[tuple[str, Path]]) -> None:
    row_labels(names)
    assert len(written) >= len(names)
    known = {file: _in(file) for file in (font_files.dejavu("Sans"), font_files.korean())}
    for text, file in written:
        assert set(map(ord, text)) <= known[file], text


@each_kind
def test_no_label_is_cut_off_or_wider_than_is_allowed(names: list[str]) -> None:
    for label in row_labels(names):
        assert label.height == HEIGHT
        assert label.width <= WIDEST + 2 * MARGIN
        ink = 255 - np.asarray(label)
        assert not ink[:, 0].any() and not ink[:, -1].any(), "a letter touches the side"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["A", "B"], ["A", "B"]),
        (["letter_A", "letter_B"], ["letter_A", "letter_B"]),
        (["가 a", "나 b"], ["가 a", "나 b"]),
        (["A", "क", "letter_क"], ["#0 A", "#1", "#2 letter_"]),
        (["A", "\N{CYRILLIC CAPITAL LETTER A}"], ["#0 A", "#1 \N{CYRILLIC CAPITAL LETTER A}"]),
        (["ab", "a\N{ZERO WIDTH SPACE}b"], ["#0 ab", "#1 ab"]),
    ],
)
def test_classes_are_numbered_where_their_names_do_not_tell_them_apart(
    names: list[str], expected: list[str], written: list[tuple[str, Path]]
) -> None:
    row_labels(names)
    assert [text for text, _ in written[-len(names) :]] == expected


def test_of_a_long_name_the_ends_are_shown(written: list[tuple[str, Path]]) -> None:
    names = [f"a_rather_long_prefix_of_{'x' * 30}_{end}" for end in "ABCDE"]
    labels = row_labels(names)
    assert len({label.tobytes() for label in labels}) == len(names)
    for name, (text, _) in zip(names, written, strict=True):
        start, end = text.split("…")
        assert name.startswith(start) and name.endswith(end)
        assert len(start) - len(end) in (0, 1)


def _dataset(folder: Path, images: np.ndarray, classes: list[str]) -> Path:
    arrays = {
        "train_images.npy": images,
        "train_labels.npy": np.arange(len(images), dtype=np.int32) % len(classes),
    }
    write_prepared(folder, arrays, classes=classes)
    return folder


def _sheet(folder: Path) -> Image.Image:
    draw_contact_sheet(folder, folder / "sheet.png")
    with Image.open(folder / "sheet.png") as sheet:
        return sheet.convert("RGB")


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("light_ink", [True, False])
def test_images_are_shown_as_they_are_stored(channels: int, light_ink: bool, tmp_path: Path) -> None:
    ground, ink = (0, 200) if light_ink else (250, 30)
    images = np.full((4, 28, 28, channels), ground, np.uint8)
    images[:, 8:20, 8:20] = ink
    sheet = np.asarray(_sheet(_dataset(tmp_path, images, ["a", "b"])))
    # Two images a row; the second is followed by white where eight more would be.
    block = sheet.shape[1] - GAP - SAMPLES * (28 * SCALE + GAP)
    for row in range(2):
        for column in range(2):
            top, left = GAP + row * (28 * SCALE + GAP), block + column * (28 * SCALE + GAP)
            picture = sheet[top : top + 28 * SCALE, left : left + 28 * SCALE]
            assert (picture[28, 28] == ink).all()
            assert (picture[[0, 0, -1, -1], [0, -1, 0, -1]] == ground).all()


@pytest.mark.parametrize(
    ("size", "classes"),
    [((1, 1), 2), ((4, 4), 17), ((8, 8), 300), ((28, 28), 62), ((20, 50), 16), ((3, 300), 5), ((512, 512), 47)],
)
def test_a_sheet_stays_narrow_for_images_and_names_of_any_size(
    size: tuple[int, int], classes: int, tmp_path: Path
) -> None:
    images = np.zeros((classes, *size, 1), np.uint8)
    names = [f"{'a very long name ' * 5}{number}" for number in range(classes)]
    sheet = _sheet(_dataset(tmp_path, images, names))
    assert sheet.width <= MOST_COLUMNS * (WIDEST + SAMPLES * (LARGEST + GAP) + 10 * GAP)
    assert sheet.height >= GAP + classes / MOST_COLUMNS * (HEIGHT + GAP), "no label covers another one"


def test_the_label_column_is_no_wider_than_its_names(tmp_path: Path) -> None:
    widths = []
    for place, names in enumerate((["a", "b"], ["letter_A", "letter_B"], ["letter_A" * 3, "b"])):
        (folder := tmp_path / str(place)).mkdir()
        widths.append(_sheet(_dataset(folder, np.zeros((4, 28, 28, 1), np.uint8), names)).width)
    assert widths == sorted(set(widths))
