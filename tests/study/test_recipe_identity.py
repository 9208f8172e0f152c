"""A recipe's name covers what changes its result: neither a key at its neutral value, nor how a value is written."""

from typing import Annotated, Any, get_args

import pytest
from cnnbench.study.expansion import recipe_hash
from cnnbench.study.recipe import Augmentation, Cosine, Recipe
from cnnbench.study.section import Neutral, Section, neutral_values
from pydantic import Field

# Fixed for ever: a key that is added later has a neutral value, or all runs that were ever trained get another name.
COUNT_ALWAYS = {
    "Recipe": {"epochs", "batch_size", "optimizer", "learning_rate", "input", "batch_norm_momentum"},
    "Input": {"mode", "size"},
    "Constant": {"name"},
    "StepDecay": {"name", "every", "factor"},
    "Exponential": {"name", "factor"},
    "Cosine": {"name", "floor"},
    "ReduceOnPlateau": {"name", "factor", "patience", "floor"},
    "PlainActivation": {"name"},
    "LeakyReLU": {"name", "slope"},
    "EarlyStopping": {"patience", "restore_best"},
}


def _sections(kind: Any) -> set[type[Section]]:
    """All sections that a type is made of, at any depth."""
    if isinstance(kind, type) and issubclass(kind, Section):
        return {kind}.union(*(_sections(field.annotation) for field in kind.model_fields.values()))
    return set().union(*(_sections(part) for part in get_args(kind)))


SECTIONS = sorted(_sections(Recipe), key=lambda section: section.__name__)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_has_counted_always_or_has_a_neutral_value(section: type[Section]) -> None:
    always = COUNT_ALWAYS.get(section.__name__, set())
    assert set(section.model_fields) - set(neutral_values(section)) == always
    assert not always & set(neutral_values(section))


def test_the_list_of_keys_that_count_always_names_no_other() -> None:
    assert len(SECTIONS) > 10
    assert set(COUNT_ALWAYS) <= {section.__name__ for section in SECTIONS}


def test_neutral_values_are_valid_and_give_no_name() -> None:
    recipe = Recipe.from_canonical(
        {
            "epochs": 1,
            "batch_size": 2,
            "optimizer": "sgd",
            "learning_rate": 0.1,
            "input": {"mode": "none", "size": None},
            "batch_norm_momentum": 0.9,
        }
    )
    assert set(recipe.canonical()) == COUNT_ALWAYS["Recipe"]


class _OtherAugmentation(Augmentation):
    colour: Annotated[float, Neutral(0.0)] = 0.5


class _OtherCosine(Cosine):
    cycles: Annotated[int, Neutral(1)] = 3


class _WithKey(Recipe):
    sharpness: Annotated[float | None, Neutral(None)] = 2.0


class _WithNestedKey(Recipe):
    augmentation: Annotated[_OtherAugmentation, Neutral({})] = _OtherAugmentation()


class _WithKeyOfASchedule(Recipe):
    schedule: Annotated[_OtherCosine, Neutral({"name": "constant"})] = Field(default=_OtherCosine(name="cosine"))


@pytest.mark.parametrize(
    ("extended", "present", "with_key"),
    [
        (_WithKey, {}, {"sharpness": 3.0}),
        (_WithNestedKey, {}, {"augmentation": {"colour": 0.25}}),
        (_WithNestedKey, {"augmentation": {"policy": "affine", "strength": 2}}, {"augmentation": {"colour": 0.25}}),
        (
            _WithKeyOfASchedule,
            {"schedule": {"name": "cosine", "warm_up": 2}},
            {"schedule": {"name": "cosine", "cycles": 2}},
        ),
    ],
)
def test_a_new_key_renames_nothing_whatever_its_default(
    extended: type[Recipe], present: dict[str, Any], with_key: dict[str, Any]
) -> None:
    recipe = Recipe.model_validate(present)
    # What was trained before there was the key is read as what was trained.
    for written in (recipe.canonical(), recipe.model_dump(mode="json")):
        later = extended.from_canonical(written)
        assert later.canonical() == recipe.canonical()
        assert recipe_hash(later) == recipe_hash(recipe)
    assert recipe_hash(extended.model_validate({**present, **with_key})) != recipe_hash(recipe)
    # A study that leaves the key out has its default, which is another recipe.
    assert recipe_hash(extended.model_validate(present)) != recipe_hash(recipe)


@pytest.mark.parametrize("key", ["epochs", "batch_size", "optimizer", "learning_rate", "batch_norm_momentum"])
def test_a_default_that_changes_renames_what_leaves_the_key_out(key: str) -> None:
    assert key in Recipe().canonical()


OTHER = {
    "schedule": {"name": "cosine", "warm_up": 1, "floor": 0.1},
    "augmentation": {"policy": "strong", "strength": 0.5},
    "early_stopping": {"patience": 2, "restore_best": False},
    "activation": {"name": "leaky_relu", "slope": 0.3},
    "dropout": {"head": 0.0, "stages": 0.1},
    "input": {"mode": "resize", "size": 64},
    "weight_decay": 1e-4,
    "moving_average": 0.99,
    "selection": "validation_loss",
}


@pytest.mark.parametrize("recipe", [Recipe(), Recipe.model_validate(OTHER)])
def test_what_is_written_is_read_as_the_same_recipe(recipe: Recipe) -> None:
    assert Recipe.from_canonical(recipe.canonical()) == recipe


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"weight_decay": -0.0}, {}),
        ({"dropout": -0.0}, {"dropout": {"head": 0}}),
        ({"schedule": {"name": "cosine", "floor": -0.0}}, {"schedule": "cosine"}),
        ({"learning_rate": 1}, {"learning_rate": 1.0}),
        ({"learning_rate": "1e-2"}, {"learning_rate": 0.01}),
        ({"epochs": 7.0}, {"epochs": 7}),
        ({"epochs": "7"}, {"epochs": 7}),
        ({"schedule": "constant"}, {}),
        ({"schedule": {"name": "constant", "warm_up": 0}}, {}),
        ({"activation": {"name": "own"}}, {}),
        ({"augmentation": "none"}, {"augmentation": {}}),
        ({"augmentation": {"policy": "affine", "strength": "1"}}, {"augmentation": "affine"}),
        ({"dropout": {}}, {}),
        ({"dropout": 0.2}, {"dropout": {"head": 0.2, "stages": -0.0}}),
        ({"early_stopping": None}, {}),
        ({"early_stopping": 4}, {"early_stopping": {"patience": 4.0, "restore_best": True}}),
        ({"moving_average": None, "gradient_clip": None, "micro_batch_size": None}, {}),
    ],
)
def test_how_a_value_is_written_does_not_count(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = Recipe.model_validate(one), Recipe.model_validate(other)
    assert recipe_hash(first) == recipe_hash(second)
    assert first.model_dump_json() == second.model_dump_json()
