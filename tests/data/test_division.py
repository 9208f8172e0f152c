"""What the seeds of a study learn from and are tested on, when the division of the images is repeated."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from cnnbench.data.arrays import Part, load_part
from cnnbench.data.prepare import prepare
from cnnbench.data.sample import write_sample
from cnnbench.errors import UserError
from cnnbench.study.dataset import DatasetSettings
from PIL import Image

PARTS: tuple[Part, ...] = ("train", "validation", "test")
COUNTS = [7, 23, 30]
LABELS = np.repeat([0, 1, 2], COUNTS)
FIRST = 100
"""Number of the first image: large enough to be seen."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded sample's archive."""
    path = tmp_path_factory.mktemp("sample") / "sample.zip"
    write_sample(path)
    return path


@pytest.fixture
def numbered(tmp_path: Path) -> Path:
    """Images of which each has its own number, in three classes of different size."""
    path = tmp_path / "numbered.npz"
    images = (FIRST + np.arange(len(LABELS), dtype=np.uint16)).view(np.uint8).reshape(-1, 2, 1)
    np.savez(path, images=images, labels=LABELS, classes=np.array(["a", "b", "c"]))
    return path


def _numbers(folder: Path, part: Part) -> npt.NDArray[np.intp]:
    """The numbers of a part's images, whose labels are those that they came with."""
    images, labels = load_part(folder, part)
    numbers = images.reshape(-1, 2).view(np.uint16).ravel().astype(np.intp) - FIRST
    assert (LABELS[numbers] == labels).all()
    return numbers


def _prepared(settings: DatasetSettings, seeds: list[int], folder: Path) -> Iterator[dict[Part, npt.NDArray[np.intp]]]:
    for seed in seeds:
        prepare(settings.for_seed(seed), None, folder / str(seed))
        yield {part: _numbers(folder / str(seed), part) for part in PARTS}


def _checksums(settings: DatasetSettings, seed: int, sample: Path, folder: Path) -> dict[str, str]:
    checksums: dict[str, str] = prepare(settings.for_seed(seed), sample, folder / str(seed))["checksums"]
    return checksums


def test_a_fixed_division_is_the_same_for_all_seeds(sample: Path, tmp_path: Path) -> None:
    settings = DatasetSettings(name="sample")
    assert settings.for_seed(1).key == settings.for_seed(2).key
    assert _checksums(settings, 1, sample, tmp_path) == _checksums(settings, 2, sample, tmp_path)


def test_a_division_per_seed_draws_other_validation_images_and_keeps_the_test_images(
    sample: Path, tmp_path: Path
) -> None:
    settings = DatasetSettings(name="sample", division="per_seed")
    first, second = (_checksums(settings, seed, sample, tmp_path) for seed in (1, 2))
    for kind in ("images", "labels"):
        assert first[f"test_{kind}.npy"] == second[f"test_{kind}.npy"]
    assert first["validation_images.npy"] != second["validation_images.npy"]
    assert first["train_images.npy"] != second["train_images.npy"]


def test_a_division_per_seed_divides_the_same_images(numbered: Path, tmp_path: Path) -> None:
    settings = DatasetSettings(name="npz", path=numbered, division="per_seed", subset=0.5)
    first, second = _prepared(settings, [1, 2], tmp_path)
    assert set(first["train"]) | set(first["validation"]) == set(second["train"]) | set(second["validation"])
    assert first["test"].tolist() == second["test"].tolist()
    assert [len(first[part]) for part in PARTS] == [len(second[part]) for part in PARTS]


def test_the_seed_of_the_fixed_division_has_its_data(sample: Path, tmp_path: Path) -> None:
    fixed, per_seed = (
        DatasetSettings(name="sample", seed=5),
        DatasetSettings(name="sample", seed=5, division="per_seed"),
    )
    assert per_seed.for_seed(5).key == fixed.for_seed(0).key != per_seed.for_seed(0).key


@pytest.mark.parametrize("folds", [2, 3, 5, 7])
@pytest.mark.parametrize("division", ["fixed", "per_seed"])
def test_folds_test_each_image_once(folds: int, division: str, numbered: Path, tmp_path: Path) -> None:
    settings = DatasetSettings.model_validate({"name": "npz", "path": numbered, "folds": folds, "division": division})
    seeds = list(_prepared(settings, list(range(folds)), tmp_path))
    tested = np.concatenate([parts["test"] for parts in seeds])
    assert sorted(tested.tolist()) == list(range(len(LABELS)))
    for parts in seeds:
        everything = np.concatenate([parts[part] for part in PARTS])
        assert sorted(everything.tolist()) == list(range(len(LABELS))), "the rest is learnt from"


@pytest.mark.parametrize("folds", [2, 3, 5, 7])
def test_folds_have_equal_shares_of_every_class(folds: int, numbered: Path, tmp_path: Path) -> None:
    settings = DatasetSettings(name="npz", path=numbered, folds=folds)
    tests = [parts["test"] for parts in _prepared(settings, list(range(folds)), tmp_path)]
    for label, count in enumerate(COUNTS):
        shares = [int((LABELS[test] == label).sum()) for test in tests]
        assert set(shares) <= {count // folds, -(-count // folds)}
    assert max(map(len, tests)) - min(map(len, tests)) <= 1


def test_the_fold_is_the_seed_modulo_the_folds(numbered: Path) -> None:
    settings = DatasetSettings(name="npz", path=numbered, folds=3)
    keys = [settings.for_seed(seed).key for seed in (0, 1, 2, 3, 4)]
    assert len(set(keys[:3])) == 3
    assert keys[3:] == keys[:2]
    again = settings.model_copy(update={"division": "per_seed"})
    assert len({again.for_seed(seed).key for seed in range(6)}) == 6


def test_the_datasets_seed_decides_the_folds(numbered: Path, tmp_path: Path) -> None:
    one, other = (DatasetSettings(name="npz", path=numbered, folds=3, seed=seed) for seed in (1, 2))
    (first,), (second,) = (list(_prepared(one, [0], tmp_path / "1")), list(_prepared(other, [0], tmp_path / "2")))
    assert first["test"].tolist() != second["test"].tolist()


def test_folds_with_a_division_per_seed_repeat_the_test_part_only(numbered: Path, tmp_path: Path) -> None:
    settings = DatasetSettings(name="npz", path=numbered, folds=2, division="per_seed")
    first, again = _prepared(settings, [1, 3], tmp_path)
    assert first["test"].tolist() == again["test"].tolist()
    assert first["validation"].tolist() != again["validation"].tolist()


def test_more_folds_than_a_class_has_images_are_refused(numbered: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"dataset\.folds: 8 folds .* class a has 7; allowed: 2 to 7"):
        prepare(DatasetSettings(name="npz", path=numbered, folds=8).for_seed(0), None, tmp_path / "out")


def test_a_folder_is_divided_into_folds_like_an_npz(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "mine" / name).mkdir(parents=True)
        for number in range(6):
            Image.linear_gradient("L").rotate(60 * number).save(tmp_path / "mine" / name / f"{number}.png")
    settings = DatasetSettings(name="folder", path=tmp_path / "mine", image_size=8, folds=3)
    counts = [prepare(settings.for_seed(seed), None, tmp_path / str(seed))["counts"]["test"] for seed in range(3)]
    assert counts == [[2, 2]] * 3
