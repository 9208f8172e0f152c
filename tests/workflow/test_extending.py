"""A figure is added by its module and its place in a section: nothing else in the workflow is told of it."""

import re
import shutil
from pathlib import Path

import pytest
from workflow.project import ROOT, STUDY, Project


@pytest.fixture
def project(finished_project: Project, tmp_path: Path) -> Project:
    """A copy of the finished project, to which things are added."""
    folder = tmp_path / "project"
    shutil.copytree(finished_project.folder, folder, symlinks=True)
    return Project(folder)


def test_a_figure_is_its_module_and_its_place_in_a_section(project: Project) -> None:
    """The module is the example of the how-to, word for word."""
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs/add-a-figure.md").read_text(), re.DOTALL)
    (project.folder / "workflow/cnnbench/reporting/figures/seconds.py").write_text(code)
    planned = project.planned()
    assert planned == {"draw_seconds": 1, "write_report_pdf": 1, "write_report_html": 1, "write_slides_pdf": 1}
    section = project.folder / "workflow/cnnbench/reporting/sections/costs.py"
    section.write_text(section.read_text().replace('results.figure("costs")', 'results.figure("seconds")'))
    done = project.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    study = project.folder / "results/studies" / STUDY["name"]
    assert (study / "figures/seconds.svg").stat().st_size > 1000
    assert project.planned() == {}
