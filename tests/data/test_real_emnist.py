"""Real EMNIST images, where `EMNIST_ARCHIVE` names an archive."""

import gzip
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from cnnbench.data.arrays import load_part
from cnnbench.data.prepare import prepare
from cnnbench.study.dataset import PreparedDataset
from data.archives import member_names
from sklearn.datasets import load_digits

pytestmark = pytest.mark.skipif(
    "EMNIST_ARCHIVE" not in os.environ, reason="needs EMNIST_ARCHIVE, a copy of the EMNIST archive"
)
CLASSES = {"balanced": 47, "bymerge": 47, "byclass": 62, "letters": 26, "digits": 10, "mnist": 10}


@pytest.mark.parametrize("split", sorted(CLASSES))
def test_split_is_read_whole(split: str, tmp_path: Path) -> None:
    archive = Path(os.environ["EMNIST_ARCHIVE"])
    content = prepare(PreparedDataset(name="emnist", split=split), archive, tmp_path)
    names = member_names(split)
    with zipfile.ZipFile(archive) as file:
        labels = {part: gzip.decompress(file.read(names[f"{part}_labels"]))[8:] for part in ("train", "test")}
    first = 1 if split == "letters" else 0
    expected = {part: np.bincount(np.frombuffer(raw, np.uint8) - first) for part, raw in labels.items()}
    assert len(content["classes"]) == CLASSES[split]
    np.testing.assert_array_equal(content["counts"]["test"], expected["test"])
    np.testing.assert_array_equal(
        np.add(content["counts"]["train"], content["counts"]["validation"]), expected["train"]
    )


def test_digits_are_upright(tmp_path: Path) -> None:
    """Their means look like those of upright digits from another collection, and less like those turned."""
    prepare(PreparedDataset(name="emnist", split="mnist"), Path(os.environ["EMNIST_ARCHIVE"]), tmp_path)
    images, labels = load_part(tmp_path, "test")
    digits = load_digits()
    upright, turned = [], []
    for digit in range(10):
        mean = images[labels == digit, 2:26, 2:26, 0].mean(axis=0).reshape(8, 3, 8, 3).mean(axis=(1, 3))
        other = digits.images[digits.target == digit].mean(axis=0)
        upright.append(np.corrcoef(mean.ravel(), other.ravel())[0, 1])
        turned.append(np.corrcoef(mean.T.ravel(), other.ravel())[0, 1])
    assert np.mean(upright) > np.mean(turned) + 0.2


def test_letters_have_both_their_forms_as_name(tmp_path: Path) -> None:
    content = prepare(PreparedDataset(name="emnist", split="letters"), Path(os.environ["EMNIST_ARCHIVE"]), tmp_path)
    assert content["classes"][:2] == ["A/a", "B/b"]
    assert content["classes"][-1] == "Z/z"
