"""A section of a report, and the findings that sections state."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One finding: what it says in short, and the evidence."""

    headline: str
    detail: str


@dataclass(frozen=True)
class Section:
    """What one section of a document shows."""

    name: str
    """That of its template in `report/sections` and of its module here."""
    anchor: str
    """What links within the document lead to."""
    heading: str
    content: Any
    """What its template is filled with: a dataclass of the section's own module."""

    @property
    def template(self) -> str:
        """The section's template, its path below the folder of templates."""
        return f"sections/{self.name}.html"
