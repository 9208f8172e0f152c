"""A picture with which to check the dataset: a row of samples for every class, as the networks see them."""

from pathlib import Path

import numpy as np
from PIL import Image

from cnnbench.data.arrays import load_part, read_dataset
from cnnbench.data.display import picture
from cnnbench.data.row_labels import HEIGHT, row_labels
from cnnbench.provenance import write_recorded

SAMPLES = 10
SCALE = 2
LARGEST = 128
"""Side in pixels that no image exceeds; larger ones are drawn smaller than they are."""
GAP = 4
ROWS_PER_COLUMN = 16
MOST_COLUMNS = 4
"""With more classes than fill these, the rows become more instead."""
BACKGROUND = 255


def draw_contact_sheet(dataset: Path, path: Path) -> None:
    """Draw the first ten training images of every class of the dataset in the folder `dataset`, as they are stored."""
    images, labels = load_part(dataset, "train")
    names = row_labels(read_dataset(dataset)["classes"])
    scale = min(SCALE, LARGEST / max(images.shape[1:3]))
    height, width = (max(1, round(side * scale)) for side in images.shape[1:3])
    row_height = max(height, HEIGHT) + GAP
    first = names[0].width + 4 * GAP  # where images begin, behind the label
    block_width = first + SAMPLES * (width + GAP) + GAP
    columns = min(MOST_COLUMNS, -(-len(names) // ROWS_PER_COLUMN))
    rows = -(-len(names) // columns)
    sheet = Image.new("RGB", (columns * block_width, rows * row_height + GAP), (BACKGROUND,) * 3)
    for index, name in enumerate(names):
        x, middle = index // rows * block_width, index % rows * row_height + GAP + (row_height - GAP) // 2
        sheet.paste(name, (x + 2 * GAP, middle - HEIGHT // 2))
        for position, image in enumerate(images[np.flatnonzero(labels == index)[:SAMPLES]]):
            place = (x + first + position * (width + GAP), middle - height // 2)
            sheet.paste(picture(image, (width, height)), place)
    with write_recorded(path) as temporary:
        sheet.save(temporary, optimize=True)
