"""The fingerprint of code changes with what the code does, and with nothing else."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from cnnbench import fingerprint as module
from fingerprints import forget_code

MODULES = ("cnnbench.commands.train", "cnnbench.models.lenet5")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the library, of which the fingerprint is taken."""
    copy = tmp_path / "cnnbench"
    shutil.copytree(module.ROOT, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "ROOT", copy)
    return copy


def _fingerprint(*modules: str) -> str:
    forget_code()
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
        # Functions beside those that are reached, and what is imported for them alone.
        ("files.py", "return flat\n", "return dict(flat)\n"),
        ("files.py", "import os\n", "import os\nimport shutil as unused_so_far\n\nUSED = unused_so_far\n"),
        (
            "files.py",
            "\n\n\n@contextmanager",
            "\n\n\ndef new(path: Path) -> None:\n    path.unlink()\n\n\n@contextmanager",
        ),
        ("study/expansion.py", "def describe(", "def description_of("),
        ("registry.py", "raise UserError(unknown(", "raise UserError('' + unknown("),
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
        ("training/loop.py", "shuffle=False", "shuffle=True"),
        ("training/randomness.py", "permutation", "shuffle"),
        ("models/network/build.py", "bilinear", "nearest"),
        ("data/arrays.py", 'mmap_mode="r"', 'mmap_mode="c"'),
        ("files.py", "temporary.replace(path)", "temporary.rename(path)"),
        ("files.py", "import json\n", "import ujson as json\n"),
        ("study/section.py", "allow_inf_nan=False", "allow_inf_nan=True"),
        ("models/architecture.py", "default_size: int = 32", "default_size: int = 33"),
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
    _edit(library / "training/loop.py", "shuffle=False", "shuffle=True")
    assert _fingerprint("cnnbench.commands.prepare") == before


# A command, and a module beside it in which `used` is reached in some way and `unused` is not.
WAYS: dict[str, tuple[str, str]] = {
    "from import": ("from small.parts import reached\n\nreached()", "def reached():\n    return EDITED"),
    "under another name": ("from small.parts import reached as it\n\nit()", "def reached():\n    return EDITED"),
    "through another module": (
        "from small.others import reached\n\nreached()",
        "def reached():\n    return EDITED",
    ),
    "attribute of a module": ("from small import parts\n\nparts.reached()", "def reached():\n    return EDITED"),
    "whole dotted name": ("import small.parts\n\nsmall.parts.reached()", "def reached():\n    return EDITED"),
    "import in a function": (
        "def main():\n    from small.parts import reached\n\n    reached()",
        "def reached():\n    return EDITED",
    ),
    "called by what is called": (
        "from small.parts import a\n\na()",
        "def a():\n    return b()\n\ndef b():\n    return EDITED",
    ),
    "named and not called": ("from small.parts import TABLE", "def b():\n    return EDITED\n\nTABLE = {1: b}"),
    "constant": ("from small.parts import A\n\nprint(A)", "A = EDITED"),
    "one of several targets": ("from small.parts import A\n\nprint(A)", "A, B = 1, EDITED"),
    "method": ("from small.parts import A\n\nA().b()", "class A:\n    def b(self):\n        return EDITED"),
    "base class": (
        "from small.parts import A\n\nA().b()",
        "class Base:\n    def b(self):\n        return EDITED\n\nclass A(Base):\n    pass",
    ),
    "decorator": (
        "from small.parts import a\n\na()",
        "def decorate(f):\n    return EDITED\n\n@decorate\ndef a():\n    pass",
    ),
    "default": ("from small.parts import a\n\na()", "LIMIT = EDITED\n\ndef a(limit=LIMIT):\n    return limit"),
    "annotation": (
        "from small.parts import A\n\nA",
        "Kind = list[EDITED]\n\nclass A:\n    b: Kind",
    ),
    "annotation as text": (
        "from small.parts import A\n\nA",
        "class B:\n    c = EDITED\n\nclass A:\n    b: 'list[B]'",
    ),
    "star": ("from small.parts import *\n\nreached()", "def reached():\n    return EDITED"),
    "computed attribute": (
        "from small import parts\n\ngetattr(parts, input())()",
        "def reached():\n    return EDITED",
    ),
    "globals": (
        "from small.parts import a\n\na()",
        "def a():\n    return globals()[input()]\n\ndef reached():\n    return EDITED",
    ),
    "attribute that is made when it is asked for": (
        "from small import parts\n\nparts.anything",
        "def __getattr__(name):\n    return EDITED",
    ),
    "done by the import": ("import small.parts", "print(EDITED)"),
    "done by the import of an import": ("import small.others", "print(EDITED)"),
    "condition": ("from small.parts import a\n\na()", "if 1:\n    def a():\n        return EDITED"),
    "registered by a decorator": (
        "import small.parts",
        "from keras import register\n\n@register()\nclass A:\n    b = EDITED",
    ),
    "registered by a call": ("import small.parts", "import keras\n\nA = keras.register(EDITED)"),
    "registered by a base class": ("import small.parts", "class A(Table, file='a'):\n    b = EDITED"),
    "imported for its effect": ("import small.parts", "import EDITED"),
    "library under the same name": (
        "from small.parts import a\n\na()",
        "import EDITED as library\n\ndef a():\n    return library.b()",
    ),
    "text of an f-string": ("from small.parts import a\n\na()", "A = EDITED\n\ndef a():\n    return f'{A}'"),
    "pattern": (
        "from small.parts import a\n\na()",
        "class A:\n    b = EDITED\n\ndef a(x):\n    match x:\n        case A():\n            return 1",
    ),
}
UNREACHED: dict[str, tuple[str, str]] = {
    "function": ("from small.parts import a\n\na()", "def a():\n    pass\n\ndef b():\n    return EDITED"),
    "class": ("from small.parts import a\n\na()", "def a():\n    pass\n\nclass B:\n    c = EDITED"),
    "constant": ("from small.parts import a\n\na()", "def a():\n    pass\n\nB = EDITED"),
    "import": (
        "from small.parts import a\n\na()",
        "import EDITED as b\n\ndef a():\n    pass\n\ndef c():\n    return b",
    ),
    "for type checkers": (
        "from small.parts import a\n\na()",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import EDITED\n\ndef a():\n    pass",
    ),
    "docstring": ("from small.parts import a\n\na()", "def a():\n    '''EDITED'''\n    return 1"),
    "comment": ("from small.parts import a\n\na()", "def a():\n    return 1  # EDITED"),
}


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty package of which fingerprints are taken."""
    (tmp_path / "small").mkdir()
    monkeypatch.setattr(module, "ROOT", tmp_path / "small")
    monkeypatch.setattr(module, "PACKAGE", "small")
    return tmp_path / "small"


def _both(small: Path, command: str, parts: str) -> set[str]:
    """The fingerprints of the command before and after an edit of the module beside it."""
    found = set()
    for value in ("one", "other"):
        files: Mapping[str, str] = {
            "__init__": "",
            "command": command,
            "parts": parts.replace("EDITED", value),
            "others": "from small.parts import *\n",
        }
        for name, content in files.items():
            (small / f"{name}.py").write_text(content)
        found.add(_fingerprint("small.command"))
    return found


@pytest.mark.parametrize("way", WAYS)
def test_what_can_be_reached_counts(way: str, small: Path) -> None:
    assert len(_both(small, *WAYS[way])) == 2


@pytest.mark.parametrize("kind", UNREACHED)
def test_what_cannot_be_reached_does_not_count(kind: str, small: Path) -> None:
    assert len(_both(small, *UNREACHED[kind])) == 1
