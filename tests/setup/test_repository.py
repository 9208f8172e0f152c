"""What people and services expect to find in a repository is there, and agrees with the project."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import cnnbench
import conftest
import pytest
import yaml
from setuptools.config.pyprojecttoml import read_configuration

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def _yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def test_version_of_the_package_is_that_of_the_library() -> None:
    assert "version" not in PROJECT, "it stands in workflow/cnnbench/VERSION alone"
    assert read_configuration(ROOT / "pyproject.toml")["project"]["version"].strip() == cnnbench.__version__


def test_citation_is_complete_and_of_this_version() -> None:
    """Its format asks for the first four."""
    citation = _yaml("CITATION.cff")
    assert citation["cff-version"] == "1.2.0"
    assert citation["message"]
    assert citation["title"] == PROJECT["name"]
    assert [author["name"] for author in citation["authors"]]
    assert citation["version"] == cnnbench.__version__
    assert citation["license"] == PROJECT["license"]


def test_changelog_has_this_version_and_what_comes_next() -> None:
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[:2] == ["Unreleased", cnnbench.__version__]


def test_hooks_before_a_commit_run_the_pinned_tools() -> None:
    """A hook from elsewhere would have a version of its own."""
    (repository,) = _yaml(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    pinned = {requirement.partition("==")[0] for requirement in PROJECT["optional-dependencies"]["test"]}
    for hook in repository["hooks"]:
        program = ROOT / hook["entry"].split()[0]
        assert program.parent == ROOT / ".venv/bin"
        assert program.name in pinned


def test_public_checks_run_make_and_the_set_up() -> None:
    (job,) = _yaml(".github/workflows/checks.yml")["jobs"].values()
    assert job["strategy"]["matrix"]["target"] == ["check", "test"]
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert commands[-1] == "make ${{ matrix.target }}"
    assert "workflow/envs/setup.sh requirements-test.txt" in commands[0]


def test_workflow_catalogue_is_told_what_works() -> None:
    assert _yaml(".snakemake-workflow-catalog.yml")["usage"]["software-stack-deployment"]["conda"] is True
    assert "conda:" in (ROOT / "workflow/rules/training.smk").read_text()
    assert (ROOT / "config/README.md").is_file(), "the catalogue shows it"


TESTS = """
import subprocess
import sys

import pytest


def test_unmarked():
    import {module}


def test_unmarked_command():
    subprocess.run([sys.executable, "-c", "import {module}"], check=True)


@pytest.mark.tensorflow
def test_marked():
    import {module}


def test_other():
    pass
"""


def _check(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run `code` as a file of tests in `folder`, as `make check` would."""
    (folder / "test_some.py").write_text(code)
    settings = ["-p", "conftest", "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *settings, "--without-tensorflow", str(folder)],
        cwd=ROOT / "tests",
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("module", ["keras", "tensorflow"])
def test_make_check_fails_where_a_test_needs_tensorflow_and_does_not_say_so(module: str, tmp_path: Path) -> None:
    done = _check(tmp_path, TESTS.format(module=module))
    failed = re.findall(r"^FAILED \S+::(\w+)", done.stdout, re.MULTILINE)
    assert failed == ["test_unmarked", "test_unmarked_command"]
    assert "2 failed, 1 passed, 1 deselected" in done.stdout
    assert "This test needs TensorFlow: mark it" in done.stdout


def test_make_check_says_what_it_leaves_out(tmp_path: Path) -> None:
    output = _check(tmp_path, "def test_one(): pass").stdout
    assert re.search(r"^Left out, because they need TensorFlow: .*\bmodels, training, workflow\b", output, re.MULTILINE)
    assert "`make test` runs everything" in output


@pytest.mark.parametrize("name", [*conftest.NEED_TENSORFLOW, *conftest.DO_NOT])
def test_what_make_check_leaves_out_is_there(name: str) -> None:
    assert (conftest.TESTS / name).exists()
