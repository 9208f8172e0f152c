"""Which languages a report can be written in: English, and those that have a catalogue."""

import os
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

from cnnbench.errors import UserError
from cnnbench.files import canonical_json, short_hash
from cnnbench.reporting.texts import ENGLISH, FIGURE
from cnnbench.study.section import unknown

TRANSLATIONS = Path(__file__).parents[3] / "report" / "translations"
"""Folder of the catalogues, one `<language>.po` for each language but English."""


def find_catalogue(language: str) -> Path | None:
    """Return the catalogue of a language, relative to the working directory; None for English, which needs none.

    Raises:
        UserError: there is no such language.
    """
    if language == ENGLISH:
        return None
    allowed = sorted([ENGLISH, *(path.stem for path in TRANSLATIONS.glob("*.po"))])
    if language not in allowed:
        meant = _language_of_country(language)
        if meant in allowed:  # `kr` is not spelled like `ko`
            hint = f"unknown language '{language}', did you mean '{meant}'? (allowed: {', '.join(allowed)})"
        else:
            hint = unknown(language, allowed, "language")
        raise UserError(f"report.language: {hint}")
    return Path(os.path.relpath(TRANSLATIONS / f"{language}.po"))


def _language_of_country(code: str) -> str | None:
    """Return the language that most speak in a country: of `kr`, `ko`; None if there is no such country."""
    try:
        return Locale.parse(f"und_{code.upper()}").language
    except (UnknownLocaleError, ValueError):
        return None


def words_of_figures(catalogue: Path | None) -> str:
    """Return a short hash of what figures say in the language of a catalogue; empty for English.

    Figures are drawn again when it changes, and not when only other messages of the catalogue do.
    """
    if catalogue is None:
        return ""
    with catalogue.open("rb") as file:
        messages = [message for message in read_po(file, locale=catalogue.stem) if message.context == FIGURE]
    words = sorted([canonical_json([message.id, message.string]) for message in messages])
    return short_hash(canonical_json([catalogue.stem, words]))
