"""A number in the report belongs to the run that it claims: files of runs that were damaged or mixed up are refused."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from cnnbench.analysis.answers import gather_answers
from cnnbench.analysis.collect import collect
from cnnbench.analysis.latency import read_latencies
from cnnbench.errors import UserError
from cnnbench.files import read_json, write_sealed_json
from cnnbench.study.study_file import StudyRun
from reporting.conftest import MadeReport

FILES = ["training.json", "history.csv", "recipe.json", "metrics.json", "predictions.npz", "latency.json"]


def flip(content: bytes) -> bytes:
    """Change one digit to another, so that the file can still be read."""
    place = max(position for position, byte in enumerate(content) if chr(byte) in "3456")
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a digit": flip,
    "half": lambda content: content[: len(content) // 2],
    "nothing": lambda content: b"",
    "a line less": lambda content: b"\n".join(content.split(b"\n")[:-2]) + b"\n",
}


@pytest.fixture
def root(two_seeds: MadeReport, tmp_path: Path) -> Iterator[Path]:
    """A copy of the made-up runs."""
    shutil.copytree(two_seeds.root / "results", tmp_path / "results", symlinks=True)
    yield tmp_path


def read_all(made: MadeReport, root: Path) -> None:
    """Read what the tables of a study are made of."""
    collect(made.results.study, root)
    gather_answers(made.results.study, root)
    runs = [root / run.folder / "latency.json" for run in made.results.study.runs]
    read_latencies(made.results.study, [path for path in runs if path.is_file()])


def first_run(made: MadeReport) -> StudyRun:
    return made.results.study.runs[0]


def test_sound_runs_are_read(two_seeds: MadeReport, root: Path) -> None:
    read_all(two_seeds, root)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_damaged_file_of_a_run_is_refused_by_name(name: str, damage: str, two_seeds: MadeReport, root: Path) -> None:
    path = root / first_run(two_seeds).folder / name
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    with pytest.raises(UserError) as caught:
        read_all(two_seeds, root)
    message = str(caught.value)
    assert str(path.parent) in message
    assert "run of the workflow" in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("name", FILES)
def test_files_of_two_runs_that_were_swapped_are_refused(name: str, two_seeds: MadeReport, root: Path) -> None:
    one, other = (root / run.folder / name for run in two_seeds.results.study.runs[:2])
    if name == "latency.json":
        shutil.copy(one, other)
    else:
        content = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(content)
    if name == "recipe.json" and one.read_bytes() == other.read_bytes():
        return  # Two seeds have the same recipe.
    with pytest.raises(UserError, match="run of the workflow"):
        read_all(two_seeds, root)
        read_latencies(two_seeds.results.study, [other])


def test_folders_of_two_runs_that_were_swapped_are_refused(two_seeds: MadeReport, root: Path) -> None:
    one, other = (root / run.folder for run in two_seeds.results.study.runs[:2])
    one.rename(root / "aside")
    other.rename(one)
    (root / "aside").rename(other)
    with pytest.raises(UserError, match="holds the results of another run: another seed"):
        read_all(two_seeds, root)


@pytest.mark.parametrize("key", ["accuracy", "status", "training"])
def test_sealed_file_that_was_edited_is_refused(key: str, two_seeds: MadeReport, root: Path) -> None:
    path = root / first_run(two_seeds).folder / "metrics.json"
    content = path.read_text(encoding="utf-8")
    assert f'"{key}"' in content
    path.write_text(content.replace(f'"{key}"', f'"{key}_"', 1), encoding="utf-8")
    with pytest.raises(UserError, match=r"its content is not what was written"):
        read_json(path)


@pytest.mark.parametrize("content", [{}, {"a": 1.5e-300, "b": [1, None, "ä"]}, {"1": np.float64(0.1).item()}])
def test_sealed_file_is_read_as_it_was_written(content: dict[str, object], tmp_path: Path) -> None:
    write_sealed_json(tmp_path / "a.json", content)
    assert read_json(tmp_path / "a.json") == content
