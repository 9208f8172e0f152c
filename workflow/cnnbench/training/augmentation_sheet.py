"""A picture that shows what augmentation does: images as they are stored, and as networks saw them."""

from pathlib import Path

import keras
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from cnnbench.data.arrays import load_part
from cnnbench.data.contact_sheet import BACKGROUND, GAP, SCALE
from cnnbench.data.display import picture
from cnnbench.data.row_labels import label_font
from cnnbench.provenance import write_recorded
from cnnbench.study.augmentation import augmentation_label
from cnnbench.study.recipe import Augmentation
from cnnbench.training.augmentation import augment
from cnnbench.training.randomness import seed_generators

COLUMNS = 10
VERSIONS = 3
BLOCKS_PER_ROW = 2
LABEL_HEIGHT = 28
SEED = 0

_Pictures = npt.NDArray[np.uint8]


def draw_augmentation(dataset: Path, settings: list[Augmentation], path: Path) -> None:
    """Draw a block for each setting: training images as they are stored, and below them augmented versions.

    Args:
        dataset: folder of the prepared dataset.
        settings: the settings to draw, at least one.
        path: the PNG file to write.
    """
    images, classes = _choose(dataset)
    blocks = [_draw_block(augmentation_label(setting), augmented(images, classes, setting)) for setting in settings]
    width, height = blocks[0].size
    columns = min(BLOCKS_PER_ROW, len(blocks))
    rows = -(-len(blocks) // columns)
    size = columns * (width + LABEL_HEIGHT) - LABEL_HEIGHT, rows * (height + LABEL_HEIGHT) - LABEL_HEIGHT
    sheet = Image.new("RGB", size, (BACKGROUND,) * 3)
    for index, block in enumerate(blocks):
        row, column = divmod(index, columns)
        sheet.paste(block, (column * (width + LABEL_HEIGHT), row * (height + LABEL_HEIGHT)))
    with write_recorded(path) as temporary:
        sheet.save(temporary, optimize=True)


def augmented(images: _Pictures, classes: npt.NDArray[np.int32], settings: Augmentation) -> list[_Pictures]:
    """Return `images` (n, height, width, channels) as they are stored, followed by random versions of all of them."""
    stored = keras.Input(images.shape[1:], dtype="uint8")
    targets = keras.Input((int(classes.max()) + 1,))
    model = keras.Model([stored, targets], list(augment(stored, targets, settings)))
    one_hot = np.eye(targets.shape[1], dtype=np.float32)[classes]
    versions = []
    for number in range(1, VERSIONS + 1):
        seed_generators(model, SEED, number)
        versions.append(keras.ops.convert_to_numpy(model([images, one_hot])[0]))
    return [images, *versions]


def _choose(dataset: Path) -> tuple[_Pictures, npt.NDArray[np.int32]]:
    """Return the first training image of each of some classes, spread evenly over all classes."""
    images, labels = load_part(dataset, "train")
    present, first = np.unique(labels, return_index=True)
    chosen = np.linspace(0, len(present) - 1, min(COLUMNS, len(present))).round().astype(int)
    return np.asarray(images[first[chosen]]), present[chosen]


def _draw_block(label: str, rows: list[_Pictures]) -> Image.Image:
    """Draw rows of images (n, height, width, channels) below a label, the first row set apart."""
    height, width = (side * SCALE for side in rows[0].shape[1:3])
    size = len(rows[0]) * (width + GAP) - GAP, LABEL_HEIGHT + len(rows) * (height + GAP) + GAP
    block = Image.new("RGB", size, (BACKGROUND,) * 3)
    ImageDraw.Draw(block).text((0, 0), label, fill="black", font=label_font(label))
    for number, row in enumerate(rows):
        y = LABEL_HEIGHT + number * (height + GAP) + 2 * GAP * (number > 0)
        for position, image in enumerate(row):
            block.paste(picture(image, (width, height)), (position * (width + GAP), y))
    return block
