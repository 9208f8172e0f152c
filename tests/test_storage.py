"""What the system refuses is said in one line with the path and a remedy, and is asked about before the work."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections import namedtuple
from pathlib import Path

import pytest
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.data.prepare import prepare
from cnnbench.data.sample import write_sample
from cnnbench.errors import UserError, reading, writing
from cnnbench.storage import require_cache, require_space, require_working_folders, require_writable
from cnnbench.study.dataset import PreparedDataset
from cnnbench.system_errors import FULL, NEVER_DAMAGE, is_full, system_problem

REFUSALS = [*NEVER_DAMAGE, errno.EACCES, errno.EPERM, errno.EIO]


def _hidden(error: OSError) -> Exception:
    """An error that a library raises while it handles `error`."""
    try:
        raise RuntimeError("Unable to synchronously write") from error
    except RuntimeError as hiding:
        return hiding


@pytest.mark.parametrize("number", REFUSALS, ids=lambda number: errno.errorcode[number])
@pytest.mark.parametrize("hidden", [False, True], ids=["itself", "behind another"])
def test_what_the_system_refuses_ends_a_command_in_one_line_with_the_path(number: int, hidden: bool) -> None:
    error = OSError(number, os.strerror(number), "results/runs/model.keras")
    with pytest.raises(SystemExit) as caught, user_errors_without_traceback():
        raise _hidden(error) if hidden else error
    assert str(caught.value).startswith("error: results/runs/model.keras: ")
    assert "; " in str(caught.value) or "ulimit" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", REFUSALS, ids=lambda number: errno.errorcode[number])
def test_the_file_that_is_written_is_named_if_the_error_does_not_name_it(number: int) -> None:
    path = Path("results/runs/model.keras")
    temporary = str(path.with_name(".model.17.keras"))
    for error in (OSError(number, "x"), OSError(number, "x", temporary), OSError(number, "x", 3)):
        with pytest.raises(UserError, match=r"^results/runs/model\.keras: "), writing(path):
            raise error
    with pytest.raises(UserError, match=r"^/elsewhere/letters\.npz: "), writing(path):
        raise OSError(number, "x", "/elsewhere/letters.npz")


def test_without_any_path_the_folders_that_are_written_to_are_named() -> None:
    problem = system_problem(OSError(errno.ENOSPC, "No space left on device"))
    assert problem is not None
    assert problem.startswith(f"{Path('results').absolute()} or {tempfile.gettempdir()}: no space is left")


@pytest.mark.parametrize(
    "error",
    [ValueError("a mistake in the code"), KeyError("x"), OSError(errno.ECONNREFUSED, "x"), OSError(errno.EACCES, "x")],
    ids=repr,
)
def test_any_other_error_keeps_its_traceback(error: Exception) -> None:
    with pytest.raises(type(error)), user_errors_without_traceback():
        raise error


@pytest.mark.parametrize("number", NEVER_DAMAGE, ids=lambda number: errno.errorcode[number])
def test_a_full_disk_is_not_taken_for_damage_of_the_file_that_is_read(number: int) -> None:
    with pytest.raises(UserError) as caught, reading("letters.zip is damaged", "get another copy"):
        raise OSError(number, "x", "/tmp/unpacked")
    assert str(caught.value).startswith("/tmp/unpacked: ")
    assert "letters.zip" not in str(caught.value)


WRITERS = """
import resource, sys, zipfile
from pathlib import Path
import h5py, matplotlib
import numpy as np
import pandas as pd
from cnnbench.errors import UserError, writing
from cnnbench.system_errors import is_full
matplotlib.use("agg")
import matplotlib.pyplot as plt

noise = np.random.default_rng(0).random((300, 300))

def figure(path):
    plt.imshow(noise)
    plt.savefig(path)

def hdf5(path):
    with h5py.File(path, "w") as file:
        file["noise"] = noise

def packed(path):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("noise", noise.tobytes())

writers = {
    "a.npy": lambda path: np.save(path, noise),
    "a.npz": lambda path: np.savez(path, noise=noise),
    "a.txt": lambda path: path.write_text("x" * 10**6),
    "a.csv": lambda path: pd.DataFrame(noise).to_csv(path),
    "a.zip": packed,
    "a.h5": hdf5,
    "a.png": figure,
    "a.pdf": figure,
}
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
for name, write in writers.items():
    try:
        with writing(Path(name)):
            write(Path(name))
    except UserError as error:
        print(error, is_full(error))
"""


def test_no_writer_hides_a_full_disk(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", WRITERS], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    lines = done.stdout.splitlines()
    names = ["a.npy", "a.npz", "a.txt", "a.csv", "a.zip", "a.h5", "a.png", "a.pdf"]
    assert [line.partition(": ")[0] for line in lines] == names
    assert all(line.endswith(" True") for line in lines)


def _disk(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**12, 10**12 - free, free))


def test_what_will_not_fit_is_refused_with_the_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _disk(monkeypatch, 2 * 10**9)
    folder = tmp_path / "not" / "there"
    require_space(folder, 10**9, "this training")
    with pytest.raises(
        UserError, match=rf"^{folder}: this training needs 3\.0 GB of disk space, but 2\.0 GB are free; "
    ):
        require_space(folder, 3 * 10**9, "this training")


def test_a_dataset_that_will_not_fit_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_sample(tmp_path / "sample.zip")
    folder = tmp_path / "data"
    _disk(monkeypatch, 2 * 10**6)
    with pytest.raises(UserError, match=rf"^{folder}: the prepared dataset needs 2\.5 MB of disk space, but 2\.0 MB"):
        prepare(PreparedDataset(name="sample"), tmp_path / "sample.zip", folder)
    assert not folder.exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("bad", ["results", "results/runs", ".snakemake", ".snakemake/log", "temporary"])
def test_the_workflow_does_not_start_where_it_cannot_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str, number: int
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("results/runs", ".snakemake/log", "temporary"):
        (tmp_path / name).mkdir(parents=True)
    environment = {"TMPDIR": str(tmp_path / "temporary")}
    require_working_folders(environment)
    real = tempfile.TemporaryFile

    def refusing(dir: Path) -> object:
        if Path(dir) == tmp_path / bad:
            raise OSError(number, "x", f"{dir}/tmp17")
        return real(dir=dir)

    monkeypatch.setattr(tempfile, "TemporaryFile", refusing)
    with pytest.raises(UserError) as caught:
        require_working_folders(environment)
    assert str(caught.value).startswith(f"{tmp_path / bad}: ")
    assert ("TMPDIR" in str(caught.value)) == (bad == "temporary")
    assert "\n" not in str(caught.value)


def test_checking_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    require_working_folders({})
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_named_before_snakemake_starts(tmp_path: Path) -> None:
    require_cache({"XDG_CACHE_HOME": str(tmp_path)})
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"file/cache: a folder is needed here.*; let XDG_CACHE_HOME name another"):
        require_cache({"XDG_CACHE_HOME": str(tmp_path / "file" / "cache")})


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "results").touch()
    with pytest.raises(UserError, match=r"results/runs: a folder is needed here, but .*results is a file"):
        require_writable(tmp_path / "results" / "runs")


def test_every_error_of_a_full_disk_counts_as_one() -> None:
    assert all(is_full(_hidden(OSError(number, "x"))) for number in FULL)
    assert not is_full(OSError(errno.EACCES, "x"))
