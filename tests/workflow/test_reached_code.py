"""No command executes code that its fingerprint leaves out: what real jobs call is compared with it."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from cnnbench import fingerprint
from cnnbench.environment import share_with_jobs
from cnnbench.source_code import Statement, statements_of
from fingerprints import forget_code
from workflow.project import STUDY, Project, copy_project

TRACER = Path(__file__).parent / "traced"
# One run, from the data to the documents.
ONE_RUN: dict[str, Any] = {
    **STUDY,
    "survey": None,
    "experiments": [{**STUDY["experiments"][0], "architectures": ["lenet5"]}],
}
NAMED_BY_RULES = {"draw_figure": "cnnbench.reporting.figures", "write_document": "cnnbench.reporting.documents"}


@pytest.fixture(scope="module")
def traced_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy in which every job of a study has noted in `calls` what it called."""
    project = copy_project(tmp_path_factory.mktemp("project"))
    project.write_study(ONE_RUN)
    (project.folder / "calls").mkdir()
    environment = dict(os.environ)
    share_with_jobs(environment)
    environment["PYTHONPATH"] = os.pathsep.join([str(TRACER), environment["PYTHONPATH"]])
    environment["TRACED_LIBRARY"] = str(project.folder / "workflow/cnnbench")
    environment["TRACED_INTO"] = str(project.folder / "calls")
    done = project.snakemake(environment=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def _modules(command: str, *arguments: str) -> list[str]:
    """The modules whose fingerprint the rule of a command has."""
    name = command.rpartition(".")[2]
    if name in ("train", "train_attempt"):
        return [
            "cnnbench.commands.train",
            f"cnnbench.models.{json.loads(arguments[arguments.index('--run') + 1])['architecture']}",
        ]
    return [command, f"{NAMED_BY_RULES[name]}.{arguments[0]}"] if name in NAMED_BY_RULES else [command]


def _statement_at(path: Path, line: int) -> Statement:
    for statement in statements_of(path):
        node = statement.node
        if not statement.is_import:
            first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))])
            if first <= line <= (node.end_lineno or first):
                return statement
    raise AssertionError(f"{path} has no statement at line {line}")


def test_what_jobs_call_is_in_their_fingerprints(traced_project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "ROOT", traced_project.folder / "workflow/cnnbench")
    forget_code()
    jobs = [json.loads(path.read_text()) for path in (traced_project.folder / "calls").iterdir()]
    commands = {job["arguments"][0].rpartition(".")[2] for job in jobs}
    assert commands >= {"prepare", "train", "predict", "score", "compare", "draw_figure", "write_document"}
    for job in jobs:
        modules = _modules(*job["arguments"])
        reached = fingerprint.reached_by(*modules)
        # What is imported by a computed name is named by the rule, or is none of its business, as another architecture.
        calls = [(Path(file), line) for file, line, importing in job["calls"] if Path(importing or file) in reached]
        assert len(calls) > 5
        for path, line in calls:
            statement = _statement_at(path, line)
            assert statement in reached.get(path, ()), f"{modules}: {path.name}, line {line}:\n{statement.text[:200]}"
    shutil.rmtree(traced_project.folder)
    forget_code()
