"""What all sections of a config have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from cnnbench.errors import shortened


@dataclass(frozen=True, eq=False)
class Neutral:
    """Marks a key that has a neutral value: with it, the program does what it did before there was such a key.

    A key with its neutral value is no part of an identity, so that a new key gives a new name to nothing that is there
    already. The value is fixed for ever; the default may be another one, and may change.
    """

    value: Any
    """The value in its canonical form: of a section, that is what `Section.canonical` returns."""


class Section(BaseModel):
    """A part of the config. Unknown keys are refused, values cannot be changed, the text below a key documents it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)

    def canonical(self) -> dict[str, Any]:
        """Return the section as plain values in which equal settings are equal, without keys at their neutral value."""
        plain = self.model_dump(mode="json")
        sections = {name: value.canonical() for name, value in self if isinstance(value, Section)}
        values = {name: sections.get(name, value) for name, value in plain.items()}
        neutral = neutral_values(type(self))
        return {name: value for name, value in values.items() if name not in neutral or value != neutral[name]}

    @classmethod
    def from_canonical(cls, content: Mapping[str, Any]) -> Self:
        """Return the section that `canonical` wrote, now or when it had fewer keys: a key that is missing is neutral.

        Raises:
            ValidationError: `content` is not such a section.
        """
        return cls.model_validate(content, context=_MISSING_IS_NEUTRAL)

    @model_validator(mode="before")
    @classmethod
    def _fill_in_neutral_values(cls, content: Any, info: ValidationInfo) -> Any:
        if info.context is _MISSING_IS_NEUTRAL and isinstance(content, Mapping):
            return {**neutral_values(cls), **content}
        return content

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, content: Any) -> Any:
        if isinstance(content, dict):
            for key in content:
                if key not in cls.model_fields:
                    raise PydanticCustomError("unknown_key", "{problem}", {"problem": unknown(key, cls.model_fields)})
        return content

    @model_validator(mode="before")
    @classmethod
    def _refuse_truth_values_as_numbers(cls, content: Any) -> Any:
        """Python counts true as 1, but whoever writes `epochs: true` does not mean one epoch."""
        for key, value in content.items() if isinstance(content, dict) else ():
            kinds = _kinds(cls.model_fields[key].annotation) if key in cls.model_fields else set()
            numbers = bool not in kinds and kinds & {int, float}
            for item in value if isinstance(value, list) else [value]:
                if numbers and isinstance(item, bool):
                    raise PydanticCustomError(
                        "truth_value", "{problem}", {"problem": f"{key} should be a number, found {str(item).lower()}"}
                    )
        return content

    @field_validator("*")
    @classmethod
    def _have_one_zero(cls, value: Any) -> Any:
        """Minus zero is equal to zero, but is written in another way."""
        if isinstance(value, list):
            return [cls._have_one_zero(item) for item in value]
        return 0.0 if isinstance(value, float) and value == 0 else value


_MISSING_IS_NEUTRAL = object()
"""Context of a validation in which a missing key has its neutral value instead of its default."""


@cache
def neutral_values(section: type[Section]) -> Mapping[str, Any]:
    """Return the neutral values of the keys of `section` that have one."""
    return {
        name: mark.value
        for name, field in section.model_fields.items()
        for mark in field.metadata
        if isinstance(mark, Neutral)
    }


def _kinds(annotation: Any) -> set[Any]:
    """Return all types that a type is made of: of `list[int | None]`, also `int`."""
    parts = get_args(annotation)
    if get_origin(annotation) is Annotated:
        return _kinds(parts[0])
    return {annotation}.union(*(_kinds(part) for part in parts))


def unknown(name: object, allowed: Any, what: str = "key") -> str:
    """Say that `name` is unknown, which name was probably meant, and what is allowed."""
    allowed = [str(item) for item in allowed]
    name = shortened(str(name))
    nearest = get_close_matches(name, allowed, n=1)
    hint = f", did you mean '{nearest[0]}'?" if nearest else ""
    return f"unknown {what} '{name}'{hint} (allowed: {', '.join(allowed)})"
