"""A copy of the project in which real Snakemake runs a small study."""

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
PARTS = ["Makefile", "Snakefile", "config", "environment.yml", "profiles", "report", "workflow"]

# 129 training images, one or two epochs: seconds a run. The last step of the ladder multiplies the weights by -99 at
# every update, so that one run diverges.
STUDY: dict[str, Any] = {
    "name": "small",
    "title": "A small study",
    "dataset": {"name": "sample", "subset": 0.1},
    "survey": "config/survey.yaml",
    "seeds": [0],
    "recipe": {"epochs": 1, "batch_size": 32, "learning_rate": 0.01, "label_smoothing": 0.1},
    "experiments": [
        {"kind": "grid", "name": "nets", "question": "Which network?", "architectures": ["lenet5", "resnet50"]},
        {
            "kind": "ladder",
            "name": "steps",
            "question": "What does each step do?",
            "architecture": "lenet5",
            "steps": [
                {"name": "Two epochs", "change": {"epochs": 2}},
                {
                    "name": "Too much",
                    "change": {"optimizer": "sgd", "learning_rate": 100.0, "weight_decay": 1.0, "epochs": 9},
                },
            ],
        },
    ],
}
RUNS = 4


@dataclass(frozen=True)
class Project:
    """A copy of the project."""

    folder: Path

    def write_study(self, study: Mapping[str, Any]) -> None:
        """Make `study` the one that `snakemake` runs."""
        (self.folder / "study.yaml").write_text(yaml.safe_dump(dict(study)))

    def snakemake(
        self, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run Snakemake in the copy."""
        command = [sys.executable, "-m", "snakemake", *arguments, "--configfile", "study.yaml"]
        return subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            env=dict(environment) if environment else None,
        )

    def planned(self, *arguments: str) -> dict[str, int]:
        """Return how many jobs of each rule Snakemake would run now, without target rules."""
        done = self.snakemake("--dry-run", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        table = (done.stdout + done.stderr).partition("Job stats:")[2].partition("total")[0]
        counts = {rule: int(count) for rule, count in re.findall(r"^(\w+)\s+(\d+)\s*$", table, re.MULTILINE)}
        return {rule: count for rule, count in counts.items() if rule not in ("all", "tables", "data")}


def copy_project(folder: Path) -> Project:
    """Copy what the workflow needs into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    return Project(folder)
