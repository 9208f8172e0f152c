"""The fingerprint of code changes with what the code does, and with nothing else."""

import shutil
from pathlib import Path

import pytest
from cnnbench import fingerprint as module

MODULES = ("cnnbench.commands.train", "cnnbench.models.lenet5")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the library, of which the fingerprint is taken."""
    copy = tmp_path / "cnnbench"
    shutil.copytree(module.ROOT, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "ROOT", copy)
    return copy


def _fingerprint(*modules: str) -> str:
    for function in (module.fingerprint, module._imports, module._code):
        function.cache_clear()
    return module.fingerprint(*modules)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("training/loop.py", '"""The epoch loop."""', '"""The loop over the epochs."""'),
        ("training/loop.py", "    started = ", "    # A comment.\n\n    started = "),
        ("study/recipe.py", '    """Images per update of the weights."""', '    """Images an update."""'),
        ("models/resnet50.py", '"ResNet50"', '"ResNet101"'),
        ("reporting/documents/report_pdf.py", "def write(", "def write_it("),
        ("study/study.py", "default=[0, 1, 2]", "default=[0, 1]"),
        ("study/survey_settings.py", "default=100_000", "default=200_000"),
        ("VERSION", ".", ".9"),
    ],
)
def test_stays(library: Path, file: str, old: str, new: str) -> None:
    before = _fingerprint(*MODULES)
    _edit(library / file, old, new)
    assert _fingerprint(*MODULES) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("models/lenet5.py", "Conv2D(6,", "Conv2D(7,"),
        ("training/loop.py", "batch_size=512", "batch_size=513"),
        ("training/randomness.py", "permutation", "shuffle"),
        ("models/network/build.py", "bilinear", "nearest"),
        ("data/arrays.py", 'mmap_mode="r"', 'mmap_mode="c"'),
        ("files.py", "temporary.replace(path)", "temporary.rename(path)"),
    ],
)
def test_changes(library: Path, file: str, old: str, new: str) -> None:
    before = _fingerprint(*MODULES)
    _edit(library / file, old, new)
    assert _fingerprint(*MODULES) != before


def test_moving_the_project_changes_nothing(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = _fingerprint(*MODULES)
    monkeypatch.undo()
    assert _fingerprint(*MODULES) == there


def test_preparing_data_does_not_depend_on_training(library: Path) -> None:
    before = _fingerprint("cnnbench.commands.prepare")
    _edit(library / "training/loop.py", "batch_size=512", "batch_size=513")
    assert _fingerprint("cnnbench.commands.prepare") == before
