"""A user's environment variables reach a job only where they cannot change its result."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from cnnbench.training.backend import set_up_backend
from cnnbench.training.environment_variables import variables_on_record
from training.user_settings import KEPT, REMOVED, REPLACED

BACKENDS = [
    "tensorflow",
    pytest.param("jax", marks=pytest.mark.skipif(find_spec("jax") is None, reason="JAX is an optional extra")),
]
OTHER = {"HOME": "/home/user", "CUDA_VISIBLE_DEVICES": "1", "LD_LIBRARY_PATH": "/opt/lib", "NPROCESSORS_OF_MINE": "3"}


def _set_up(monkeypatch: pytest.MonkeyPatch, backend: str, variables: dict[str, str]) -> dict[str, str]:
    """Return the variables that a job has if its user has these."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(os, "environ", dict(variables))
    set_up_backend(backend, threads=3)
    return dict(os.environ)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("name", "value"), [*REMOVED.items(), *REPLACED.items()])
def test_variable_that_could_change_a_result_is_not_used_and_is_named(
    backend: str, name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clean = _set_up(monkeypatch, backend, {})
    assert capsys.readouterr().err == ""
    assert _set_up(monkeypatch, backend, {name: value}) == clean
    assert capsys.readouterr().err == f"Not used, because results must not depend on them: {name}\n"


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("name", "value"), [*KEPT.items(), *OTHER.items()])
def test_variable_that_cannot_change_a_result_stays(
    backend: str, name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clean = _set_up(monkeypatch, backend, {})
    assert _set_up(monkeypatch, backend, {name: value}) == {**clean, name: value}
    assert capsys.readouterr().err == ""


def test_of_xlas_flags_the_path_of_cuda_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    flags = "--xla_gpu_deterministic_ops=true --xla_gpu_cuda_data_dir=/opt/cuda --xla_cpu_enable_fast_math=true"
    environment = _set_up(monkeypatch, "tensorflow", {"XLA_FLAGS": flags})
    assert environment["XLA_FLAGS"] == "--xla_gpu_cuda_data_dir=/opt/cuda"


@pytest.mark.parametrize("backend", BACKENDS)
def test_everything_unused_is_named_in_one_line(
    backend: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _set_up(monkeypatch, backend, {**REMOVED, **REPLACED})
    (line,) = capsys.readouterr().err.splitlines()
    assert line.partition(": ")[2].split(", ") == sorted([*REMOVED, *REPLACED])


def test_a_job_within_a_job_has_nothing_to_say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _set_up(monkeypatch, "tensorflow", {})
    assert _set_up(monkeypatch, "tensorflow", first) == first
    assert capsys.readouterr().err == ""


def test_on_record_is_all_that_a_result_could_depend_on() -> None:
    of_the_machine = {"CUDA_VISIBLE_DEVICES": "1", "GLIBC_TUNABLES": "glibc.cpu=1", "LD_LIBRARY_PATH": "/opt/lib"}
    assert variables_on_record({**KEPT, **of_the_machine, "HOME": "/home/user"}) == {**KEPT, **of_the_machine}


THREADS = Path("/proc/self/task")


@pytest.mark.skipif(find_spec("jax") is None, reason="JAX is an optional extra")
@pytest.mark.skipif(not THREADS.is_dir(), reason="needs Linux, which lists the threads of a process")
@pytest.mark.parametrize("threads", [1, 3])
def test_jax_computes_with_as_many_threads_as_the_job_has(threads: int) -> None:
    code = f"""
from pathlib import Path
from cnnbench.training.backend import set_up_backend
set_up_backend("jax", {threads})
import jax.numpy as np
np.ones((500, 500)).dot(np.ones((500, 500))).block_until_ready()
print(sum("XLAEigen" in (thread / "comm").read_text() for thread in Path("{THREADS}").iterdir()))
"""
    environment = os.environ | {"JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert int(done.stdout) == threads
