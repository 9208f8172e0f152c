"""The study: one config file, one report."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from cnnbench.study.dataset import DatasetSettings
from cnnbench.study.experiment import Grid, Ladder, Name, RecipeChange, unique
from cnnbench.study.section import Section

LANGUAGE_PATTERN = "^[a-z]{2,3}(_[A-Za-z]{2,4})?$"

EXAMPLE = [
    {
        "kind": "grid",
        "name": "architectures",
        "question": "Which architecture reads these characters best?",
        "architectures": ["lenet5", "resnet50"],
        "values": {"batch_size": [64, 256]},
    },
    {
        "kind": "ladder",
        "name": "lenet5_ladder",
        "question": "What does each step contribute?",
        "architecture": "lenet5",
        "steps": [{"name": "Half the learning rate", "change": {"learning_rate": 0.0005}}],
    },
]


class ReportSettings(Section):
    """How the report is written."""

    language: str = Field(default="en", pattern=LANGUAGE_PATTERN)
    """Language of the report: `en`, or one that has a catalogue in `report/translations`, such as `ko`."""

    authors: list[str] = Field(default=[])
    """Names to show on the title page."""


class Study(Section):
    """One config file, one report."""

    name: Name = Field(examples=["my_study"])
    """Short name in lower_case. The results are in `results/studies/<name>`."""

    title: str = Field(min_length=1, max_length=120, examples=["My study"])
    """Title of the report."""

    dataset: DatasetSettings = DatasetSettings()
    """The images to learn from."""

    seeds: list[Annotated[int, Field(ge=0, le=2**31 - 1)]] = Field(default=[0, 1, 2], min_length=1)
    """Every combination of architecture and recipe is trained once per seed."""

    recipe: RecipeChange = RecipeChange()
    """The base recipe, which all experiments start from. A key that you leave out has the default shown here."""

    experiments: list[Annotated[Grid | Ladder, Field(discriminator="kind")]] = Field(min_length=1, examples=[EXAMPLE])
    """The experiments, in the order of the report."""

    survey: Path | None = None
    """The file with the settings of a survey of known architectures, such as `config/survey.yaml`. Empty: no survey."""

    checkpoint_minutes: float = Field(default=10.0, gt=0.0, le=1440.0)
    """The longest time in minutes between two checkpoints, from which a training goes on if it is killed. At the end of
    an epoch there are more of them, as far as they cost less than 2 % of the time."""

    keep_outdated: bool = False
    """Whether to keep trainings by another version of the code instead of training again. The report says which."""

    time_limit_minutes: float | None = Field(default=None, gt=0.0, le=525_600.0)
    """The longest training time of a run in minutes, as the report gives it: over all processes that train the run, and
    without validation. A run that needs longer ends as `timed_out`, and goes on from there if it is given more. Empty:
    no limit."""

    report: ReportSettings = ReportSettings()
    """How the report is written."""

    @field_validator("seeds")
    @classmethod
    def _seeds_once(cls, seeds: list[int]) -> list[int]:
        return unique(seeds)

    @model_validator(mode="after")
    def _test_parts_once(self) -> "Study":
        """Two seeds on the same test part would count its images twice."""
        folds = self.dataset.folds
        if folds is None:
            return self
        first: dict[int, int] = {}
        for seed in self.seeds:
            if (other := first.setdefault(seed % folds, seed)) != seed:
                raise ValueError(
                    f"dataset.folds: {folds} folds give the seeds {other} and {seed} the same test part, number"
                    f" {seed % folds}; allowed: seeds that differ modulo {folds}, such as {list(range(folds))}, or more"
                    " folds"
                )
        return self

    @field_validator("experiments")
    @classmethod
    def _experiment_names_once(cls, experiments: list[Grid | Ladder]) -> list[Grid | Ladder]:
        unique([experiment.name for experiment in experiments])
        return experiments
