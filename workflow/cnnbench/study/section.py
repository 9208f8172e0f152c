"""What all sections of a config have in common."""

from difflib import get_close_matches
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from cnnbench.errors import shortened


class Section(BaseModel):
    """A part of the config. Unknown keys are refused, values cannot be changed, the text below a key documents it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)

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
