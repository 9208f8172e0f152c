"""What all sections of a config have in common."""

from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """A part of the config. Unknown keys are refused, values cannot be changed, the text below a key documents it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, content: Any) -> Any:
        if isinstance(content, dict):
            for key in content:
                if key not in cls.model_fields:
                    raise PydanticCustomError("unknown_key", "{problem}", {"problem": unknown(key, cls.model_fields)})
        return content


def unknown(name: object, allowed: Any, what: str = "key") -> str:
    """Say that `name` is unknown, which name was probably meant, and what is allowed."""
    allowed = [str(item) for item in allowed]
    nearest = get_close_matches(str(name), allowed, n=1)
    hint = f", did you mean '{nearest[0]}'?" if nearest else ""
    return f"unknown {what} '{name}'{hint} (allowed: {', '.join(allowed)})"
