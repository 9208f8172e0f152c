"""The rules of the workflow as Snakemake reads them."""

import contextlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from snakemake.api import SnakemakeApi
from snakemake.rules import Rule
from snakemake.settings.types import ConfigSettings, OutputSettings, Quietness, ResourceSettings, WorkflowSettings

ROOT = Path(__file__).parents[2]


@cache
def read_rules(config: str) -> dict[str, Rule]:
    """Return the rules of the study in `config`, a path below the project, by name; target rules are left out."""
    with _working_in(ROOT), SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        workflow = api.workflow(
            resource_settings=ResourceSettings(),
            config_settings=ConfigSettings(configfiles=(Path(config),)),
            workflow_settings=WorkflowSettings(),
            snakefile=ROOT / "Snakefile",
        )
        return {rule.name: rule for rule in workflow._workflow.rules if rule.output}


@contextlib.contextmanager
def _working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
