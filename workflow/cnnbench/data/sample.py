"""The embedded sample: scikit-learn's handwritten digits, written as an archive in EMNIST's layout.

E. Alpaydin, C. Kaynak, "Optical recognition of handwritten digits", UCI machine learning repository, 1998: 1,797 digits
of 8 × 8 pixels. Since it has the same layout, it is read by the same code as the real archive.
"""

import zipfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from cnnbench.data.sources.emnist_archive import split_files
from cnnbench.data.sources.idx import write_idx
from cnnbench.files import write_atomically

SPLIT = "digits"
TEST_FRACTION = 0.2
TITLE = "A sample of handwritten digits"


def write_sample(path: Path) -> None:
    """Write the sample as a zip archive; the same bytes every time."""
    digits = load_digits()
    images = np.stack([_enlarge(image) for image in digits.images])
    files = split_files(SPLIT)[0]
    training, test = train_test_split(
        np.arange(len(images)), test_size=TEST_FRACTION, stratify=digits.target, random_state=0
    )
    contents = {files.mapping: "".join(f"{digit} {ord(str(digit))}\r\n" for digit in range(10)).encode("ascii")}
    for (images_name, labels_name), indices in ((files.train, training), (files.test, test)):
        # EMNIST stores its images transposed.
        contents[images_name] = write_idx(np.ascontiguousarray(images[indices].transpose(0, 2, 1)))
        contents[labels_name] = write_idx(digits.target[indices].astype(np.uint8))
    with write_atomically(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content)


def _enlarge(digit: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    """Enlarge 8 × 8 values of 0 to 16 to 20 × 20 pixels in the middle of 28 × 28, where MNIST has its digits."""
    small = Image.fromarray((digit * (255 / 16)).astype(np.uint8))
    return np.pad(np.asarray(small.resize((20, 20), Image.Resampling.BICUBIC)), 4)
