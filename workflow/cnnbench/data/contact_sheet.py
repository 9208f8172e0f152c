"""A picture with which to check the dataset: a row of samples for every class."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cnnbench import font_files
from cnnbench.data.arrays import load_part, read_dataset
from cnnbench.data.display import picture
from cnnbench.files import write_atomically

SAMPLES = 10
SCALE = 2
GAP = 4
ROWS_PER_COLUMN = 16
LABEL_WIDTH = 64
BACKGROUND = 255


def draw_contact_sheet(dataset: Path, path: Path) -> None:
    """Draw the first ten training images of every class of the dataset in the folder `dataset`, ink dark on light."""
    images, labels = load_part(dataset, "train")
    classes = read_dataset(dataset)["classes"]
    height, width = (side * SCALE for side in images.shape[1:3])
    row_height, block_width = height + GAP, LABEL_WIDTH + SAMPLES * (width + GAP) + 3 * GAP
    columns = -(-len(classes) // ROWS_PER_COLUMN)
    rows = -(-len(classes) // columns)
    sheet = Image.new("RGB", (columns * block_width, rows * row_height + GAP), (BACKGROUND,) * 3)
    draw = ImageDraw.Draw(sheet)
    for index, name in enumerate(classes):
        x, y = index // rows * block_width, index % rows * row_height + GAP
        draw.text(
            (x + LABEL_WIDTH - 3 * GAP, y + height / 2), name[:6], fill="black", font=label_font(name), anchor="rm"
        )
        for position, image in enumerate(images[np.flatnonzero(labels == index)[:SAMPLES]]):
            sheet.paste(picture(image, (width, height)), (x + LABEL_WIDTH + position * (width + GAP), y))
    with write_atomically(path) as temporary:
        sheet.save(temporary, optimize=True)


def label_font(label: str) -> ImageFont.FreeTypeFont:
    """Return the font in which a sheet of samples shows `label`; it comes with a package, so it is on every machine."""
    latin, hangul = font_files.dejavu("Sans"), font_files.korean()
    # A picture's text is drawn with one font, and only one of the two has Hangul.
    return ImageFont.truetype(hangul if font_files.missing_characters(label, [latin]) else latin, 20)
