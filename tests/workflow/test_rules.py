"""Every rule says what it needs, so that a scheduler can place it and a reader can follow it."""

import re
from types import SimpleNamespace

import pytest
from cnnbench.planning import make_plan
from cnnbench.reporting.documents.registry import documents
from cnnbench.reporting.figures.registry import figures
from cnnbench.study.config_file import read_config
from snakemake.rules import Rule

from workflow.rules import ROOT, read_rules

RULES = read_rules("config/emnist.yaml")
_RUN = next(iter(make_plan(read_config(ROOT / "config/emnist.yaml"), "emnist.yaml", {}).runs.values()))
_WILDCARDS = SimpleNamespace(architecture=_RUN.architecture, recipe=_RUN.recipe_hash, seed=_RUN.seed)
each_rule = pytest.mark.parametrize("rule", RULES.values(), ids=str)
# A path, a config or a name may hold a space; these are numbers, fixed names and hashes.
SAFE = {"threads", "params.backend", "params.code", "params.minutes", "params.present_code", "params.name"}


@each_rule
def test_a_rule_is_complete(rule: Rule) -> None:
    assert rule.log, "what a job says must be kept"
    assert rule.message
    assert rule.shellcmd
    assert (ROOT / "workflow/rules" / str(rule.conda_env)).resolve() == ROOT / "environment.yml"
    assert {"mem_mb", "runtime"} <= set(rule.resources), "a scheduler must know how much and how long"
    assert re.fullmatch("[0-9a-f]{16}", _code(rule)), "an edit to the code of a rule must run it again"


def _code(rule: Rule) -> str:
    code = rule.params.code
    return code(_WILDCARDS) if callable(code) else code


@each_rule
def test_whatever_may_hold_a_space_is_quoted(rule: Rule) -> None:
    unquoted = {name for name, how in re.findall(r"\{([\w.]+)(:q)?\}", rule.shellcmd) if not how}
    assert unquoted <= SAFE


@each_rule
def test_a_job_without_training_or_prediction_runs_where_snakemake_does(rule: Rule) -> None:
    """A cluster's scheduler is not asked for a second of drawing."""
    local = rule.name in rule.workflow._localrules
    assert local == (rule.name not in ("train", "predict", "measure_latency", "score"))


@each_rule
def test_nothing_is_measured_that_nothing_reads(rule: Rule) -> None:
    assert not rule.benchmark


def test_every_registered_figure_and_document_has_a_rule_of_its_own() -> None:
    """`config/emnist.yaml` has all kinds of experiments, and a survey."""
    drawn = {name for name in RULES if name.startswith("draw_")} - {"draw_contact_sheet", "draw_augmentation"}
    assert drawn == {f"draw_{name}" for name in figures()}
    assert {name for name in RULES if name.startswith("write_")} == {f"write_{name}" for name in documents()}


def test_a_study_without_a_survey_draws_none() -> None:
    assert not [name for name in read_rules("config/quickstart.yaml") if "survey" in name]
