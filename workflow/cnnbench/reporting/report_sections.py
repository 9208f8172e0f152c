"""The sections of a report, in their order."""

from typing import TYPE_CHECKING, Protocol

from cnnbench.reporting.sections import (
    appendix,
    calibration,
    costs,
    dataset,
    errors,
    experiment,
    failures,
    findings,
    leaderboard,
    method,
    survey,
)
from cnnbench.reporting.sections.section import Section
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results


class SectionModule(Protocol):
    """A module that makes a section, or several; its template has the module's name."""

    __name__: str

    def sections(self, results: "Results", texts: Texts) -> list[Section]:
        """Return the sections; none where a study has nothing to show in them."""


SECTIONS: tuple[SectionModule, ...] = (
    findings,
    dataset,
    survey,
    leaderboard,
    experiment,
    costs,
    errors,
    calibration,
    failures,
    method,
    appendix,
)
"""Planning a study imports them, so that they import pandas and the like only where they need it."""


def all_sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the sections of a study's report.

    Raises:
        UserError: a table or a figure is missing.
    """
    return [section for module in SECTIONS for section in module.sections(results, texts)]


def section_templates() -> list[str]:
    """Return the templates of all sections that a report can have, their paths below the folder of templates."""
    return [f"sections/{module.__name__.rpartition('.')[2]}.html" for module in SECTIONS]
