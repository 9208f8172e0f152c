"""Which languages a report can be written in: English, and those that have a catalogue."""

import os
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from cnnbench.errors import UserError
from cnnbench.files import canonical_json, short_hash
from cnnbench.fingerprint import ROOT, files_of
from cnnbench.reporting.translation import ENGLISH, FIGURE
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


def words_of(catalogue: Path | None, *modules: str) -> str:
    """Return a short hash of what the figures of `modules` say in the language of a catalogue; empty for English.

    A figure is drawn again when it changes, and not when only what others say does.

    Args:
        catalogue: the `.po` file.
        modules: dotted names, e.g. `cnnbench.reporting.figures.accuracy`. What the modules that they import say counts
            as well, and so does a message of which the catalogue names no file.
    """
    if catalogue is None:
        return ""
    reached = {path.relative_to(ROOT.parents[1]).as_posix() for path in files_of(*modules)}
    words = sorted(
        canonical_json([message.id, message.string])
        for message in _messages_of_figures(catalogue.stem, catalogue.read_bytes())
        if not message.locations or any(file in reached for file, _ in message.locations)
    )
    return short_hash(canonical_json([catalogue.stem, words]))


@lru_cache(maxsize=1)  # asked once a figure, of one catalogue
def _messages_of_figures(language: str, catalogue: bytes) -> list[Message]:
    return [message for message in read_po(BytesIO(catalogue), locale=language) if message.context == FIGURE]
