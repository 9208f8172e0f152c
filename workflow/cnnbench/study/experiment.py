"""Experiments: named groups of runs, each of which answers a written question."""

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_type_hints

from pydantic import Field, create_model, field_validator

from cnnbench.errors import shortened
from cnnbench.study.recipe import Recipe
from cnnbench.study.section import Section

if TYPE_CHECKING:  # a type checker cannot read classes made at run time
    RecipeChange = Section
    RecipeValues = Section
else:
    _TYPES = {
        name: Annotated[hint, *Recipe.model_fields[name].metadata] if Recipe.model_fields[name].metadata else hint
        for name, hint in get_type_hints(Recipe, include_extras=True).items()
        if name in Recipe.model_fields
    }
    RecipeChange = create_model(
        "RecipeChange",
        __base__=Section,
        __doc__="Recipe keys to change: a key that is not named stays as it is, a key that is named is replaced whole.",
        **{
            name: (_TYPES[name], Field(default=field.default, description=field.description))
            for name, field in Recipe.model_fields.items()
        },
    )
    RecipeValues = create_model(
        "RecipeValues",
        __base__=Section,
        __doc__="Recipe keys, each with a list of values: the grid has every combination of them.",
        **{
            name: (list[_TYPES[name]], Field(default=[], min_length=1, description=f"Values of `{name}` to combine."))
            for name in Recipe.model_fields
        },
    )

NAME_PATTERN = "^[a-z0-9]+(_[a-z0-9]+)*$"
Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=60)]


def unique(values: list[Any]) -> list[Any]:
    """Return `values`, or raise ValueError naming the first duplicate."""
    for position, value in enumerate(values):
        if value in values[:position]:
            raise ValueError(f"{shortened(repr(value))} is listed twice")
    return values


class Experiment(Section):
    """What grids and ladders have in common."""

    name: Name
    """Short name in lower_case, unique within the study. Renaming an experiment retrains nothing."""

    title: str = Field(default="", max_length=100)
    """Heading in the report. Empty: made from the name."""

    question: str = Field(min_length=1)
    """The question that the experiment answers; the report repeats it."""

    recipe: RecipeChange = RecipeChange()
    """Recipe keys that all runs of this experiment change in the study's recipe."""

    @property
    def heading(self) -> str:
        """The title, or the name as words."""
        return self.title or self.name.replace("_", " ").capitalize()


class Grid(Experiment):
    """Architectures × values: every combination is trained."""

    kind: Literal["grid"]
    """Makes this experiment a grid."""

    architectures: list[str] = Field(min_length=1)
    """The architectures, by their registered names."""

    values: RecipeValues = RecipeValues()
    """Recipe keys, each with a list of values to combine. Empty: every architecture has the same recipe."""

    @field_validator("architectures")
    @classmethod
    def _architectures_once(cls, architectures: list[str]) -> list[str]:
        return unique(architectures)

    @field_validator("values")
    @classmethod
    def _values_once(cls, values: RecipeValues) -> RecipeValues:
        for key in values.model_fields_set:
            try:
                unique(getattr(values, key))
            except ValueError as error:
                raise ValueError(f"{key}: {error}") from None
        return values


class Step(Section):
    """One step of a ladder."""

    name: str = Field(min_length=1, max_length=60)
    """What the report calls the step."""

    change: RecipeChange
    """What this step changes. The changes of earlier steps still apply."""

    @field_validator("change")
    @classmethod
    def _changes_something(cls, change: RecipeChange) -> RecipeChange:
        if not change.model_fields_set:
            raise ValueError("a step must change at least one key of the recipe")
        return change


class Ladder(Experiment):
    """One architecture; each step adds to the one before."""

    kind: Literal["ladder"]
    """Makes this experiment a ladder."""

    architecture: str
    """The architecture, by its registered name."""

    baseline: str = Field(default="Baseline", min_length=1, max_length=60)
    """What the report calls the recipe before the first step."""

    steps: list[Step] = Field(min_length=1)
    """The steps, in order."""

    @field_validator("steps")
    @classmethod
    def _step_names_once(cls, steps: list[Step]) -> list[Step]:
        unique([step.name for step in steps])
        return steps
