"""One set of versions, whichever way the environment is made, and a set-up that is done once."""

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LOCKS = ROOT / "workflow" / "envs"


def _pins(name: str) -> dict[str, str]:
    """Version by package of a requirements file."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", (LOCKS / name).read_text(), re.MULTILINE))


def _plain(requirement: str) -> tuple[str, str]:
    name, _, version = requirement.partition(";")[0].partition("==")
    return re.sub(r"\[.*\]", "", name).strip().lower().replace("_", "-"), version.strip()


def test_conda_environment_has_the_locks_versions() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    (pip,) = [part["pip"] for part in environment["dependencies"] if isinstance(part, dict)]
    assert dict(_plain(requirement) for requirement in pip) == _pins("requirements.txt")


def test_direct_pins_are_the_locks() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for requirements, lock in (
        (project["dependencies"], "requirements.txt"),
        (extras["jax"], "requirements-jax.txt"),
        (extras["test"], "requirements-test.txt"),
    ):
        for name, version in map(_plain, requirements):
            assert _pins(lock)[name] == version, f"{name}: run `make lock`"


def test_each_set_holds_the_one_before_it() -> None:
    runtime, jax, test = map(_pins, ("requirements.txt", "requirements-jax.txt", "requirements-test.txt"))
    assert runtime.items() <= jax.items() <= test.items()


@pytest.mark.parametrize("path", sorted(LOCKS.glob("requirements*.txt")), ids=lambda path: path.name)
def test_every_pin_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text()
    assert len(re.findall(r"^[a-z].*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)) == len(_pins(path.name))
    assert "://" not in text
    assert "index-url" not in text


def test_packages_are_compiled_before_they_are_used() -> None:
    """Without byte code every process would compile TensorFlow anew, where writing it at run time is forbidden."""
    source = distribution("tensorflow").locate_file("tensorflow/__init__.py")
    compiled = Path(importlib.util.cache_from_source(str(source)))
    assert compiled.stat().st_mtime <= (Path(sys.prefix) / "installed" / "requirements-test.txt").stat().st_mtime


def test_no_file_names_a_package_registry() -> None:
    registry = r"py[p]i[.]org|python[h]osted[.]org|conda[.]anaconda[.]org"
    found = subprocess.run(["git", "grep", "-lIE", registry], cwd=ROOT, capture_output=True, text=True)
    assert (found.returncode, found.stdout) == (1, ""), found.stderr


def test_help_names_every_target() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    makefile = (ROOT / "Makefile").read_text()
    (targets,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    for target in targets.split():
        assert f"make {target} " in done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the set-up whose Python and pip only write down how they were called, beside a browser."""
    (tmp_path / "workflow" / "envs").mkdir(parents=True)
    shutil.copy(LOCKS / "setup.sh", tmp_path / "workflow" / "envs")
    for name in ("requirements.txt", "requirements-jax.txt", "requirements-test.txt"):
        (tmp_path / "workflow" / "envs" / name).write_text(f"{name}, first\n")
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("chromium", "chromedriver"):
        (programs / name).write_text("#!/usr/bin/env bash\n")
        (programs / name).chmod(0o755)
    python = tmp_path / "python"
    python.write_text(FAKE_PYTHON)
    python.chmod(0o755)
    return tmp_path


# Makes an environment of itself, fails to install when a file says so, and finds all libraries. It runs in the project.
FAKE_PYTHON = """#!/usr/bin/env bash
echo "$*" >>calls
case "$*" in
  "-m venv --clear .venv")
    rm -rf .venv && mkdir -p .venv/bin && cp python .venv/bin/python
    echo "command = python -m venv --clear $PWD/.venv" >.venv/pyvenv.cfg ;;
  "-m pip install "*) [ ! -e no-network ] ;;
esac
"""


def _set_up(project: Path, pins: str) -> list[str]:
    """Run the set-up and return what was installed."""
    calls = project / "calls"
    calls.unlink(missing_ok=True)
    subprocess.run(
        ["bash", str(project / "workflow/envs/setup.sh"), pins],
        env={"PATH": f"{project / 'programs'}:/usr/bin:/bin", "PYTHON": str(project / "python")},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = calls.read_text().splitlines() if calls.exists() else []
    return [line.split()[-1] for line in lines if line.startswith("-m pip install")]


def test_set_up_is_done_once(project: Path) -> None:
    assert _set_up(project, "requirements.txt") == ["workflow/envs/requirements.txt"]
    (project / "workflow/envs/requirements.txt").touch()
    assert _set_up(project, "requirements.txt") == []
    assert not (project / "calls").exists(), "a set-up that is done starts no Python"


def test_set_up_is_redone_when_the_pins_change(project: Path) -> None:
    _set_up(project, "requirements.txt")
    (project / "workflow/envs/requirements.txt").write_text("requirements.txt, second\n")
    assert _set_up(project, "requirements.txt") == ["workflow/envs/requirements.txt"]


@pytest.mark.parametrize("larger", ["requirements-jax.txt", "requirements-test.txt"])
def test_larger_set_serves_the_report_too(project: Path, larger: str) -> None:
    _set_up(project, "requirements.txt")
    assert _set_up(project, larger) == [f"workflow/envs/{larger}"]
    assert _set_up(project, "requirements.txt") == []


@pytest.mark.parametrize("interrupted", [False, True])
def test_going_back_to_older_pins_installs_them_again(project: Path, interrupted: bool) -> None:
    pins = project / "workflow/envs/requirements.txt"
    older = pins.read_text()
    _set_up(project, "requirements.txt")
    pins.write_text("requirements.txt, second\n")
    if interrupted:
        (project / "no-network").touch()
        with pytest.raises(subprocess.CalledProcessError):
            _set_up(project, "requirements-test.txt")
        (project / "no-network").unlink()
    else:
        _set_up(project, "requirements-test.txt")
    (project / "workflow/envs/requirements-test.txt").write_text("requirements-test.txt, older\n")
    pins.write_text(older)
    assert _set_up(project, "requirements.txt") == ["workflow/envs/requirements.txt"]


def test_copied_project_gets_its_own_environment(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    _set_up(project, "requirements.txt")
    copy = shutil.copytree(project, tmp_path_factory.mktemp("other") / "copy")
    assert _set_up(copy, "requirements.txt") == ["workflow/envs/requirements.txt"]


def test_environment_whose_python_is_gone_is_made_again(project: Path) -> None:
    _set_up(project, "requirements.txt")
    (project / ".venv/bin/python").unlink()
    assert _set_up(project, "requirements.txt") == ["workflow/envs/requirements.txt"]


def test_installation_that_failed_is_not_taken_for_done(project: Path) -> None:
    (project / "no-network").touch()
    with pytest.raises(subprocess.CalledProcessError) as caught:
        _set_up(project, "requirements.txt")
    assert "the packages could not be installed" in caught.value.stderr
    (project / "no-network").unlink()
    assert _set_up(project, "requirements.txt") == ["workflow/envs/requirements.txt"]


def test_python_that_is_too_old_is_named(project: Path) -> None:
    (project / "python").write_text("#!/usr/bin/env bash\nexit 1\n")
    with pytest.raises(subprocess.CalledProcessError) as caught:
        _set_up(project, "requirements.txt")
    assert "Python 3.11, 3.12 or 3.13 is needed" in caught.value.stderr


@pytest.mark.parametrize(("pins", "needed"), [("requirements-test.txt", True), ("requirements.txt", False)])
def test_only_the_tests_need_a_browser(project: Path, pins: str, needed: bool) -> None:
    """A user without the right to install one is told how."""
    programs = project / "programs"
    for name in ("chromium", "chromedriver"):
        (programs / name).unlink()
    for name in ("bash", "cat", "cmp", "cp", "dirname", "env", "grep", "mkdir", "rm", "tail", "touch"):
        (programs / name).symlink_to(str(shutil.which(name)))
    for name, content in {"apt-get": "exit 1", "id": "echo 1000"}.items():
        (programs / name).write_text(f"#!/bin/bash\n{content}\n")
        (programs / name).chmod(0o755)
    done = subprocess.run(
        ["/bin/bash", str(project / "workflow/envs/setup.sh"), pins],
        env={"PATH": str(programs), "PYTHON": str(project / "python")},
        capture_output=True,
        text=True,
        check=False,
    )
    if needed:
        assert done.returncode == 1
        assert done.stderr.rstrip().endswith("run make again: sudo apt-get install chromium chromium-driver")
    else:
        assert done.returncode == 0, done.stderr


def test_an_environment_that_a_link_leads_to_is_not_cleared(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "kept").write_text("hours of work")
    (project / ".venv").symlink_to(other)
    with pytest.raises(subprocess.CalledProcessError) as error:
        _set_up(project, "requirements.txt")
    assert ".venv is a link to an environment of another folder" in error.value.stderr
    assert (other / "kept").read_text() == "hours of work"
