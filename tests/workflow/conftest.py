"""Fixtures of the workflow tests."""

import pytest
from workflow.project import STUDY, Project, copy_project


@pytest.fixture(scope="session")
def finished_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy in which the small study has run to its report."""
    project = copy_project(tmp_path_factory.mktemp("project"))
    project.write_study(STUDY)
    done = project.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    return project
