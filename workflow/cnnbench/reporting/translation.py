"""The report's words in the reader's language.

English stands in the code and the templates. Another language is one gettext catalogue,
`report/translations/<language>.po`. What figures say stands in it under the context `figure`, so that a new sentence in
a template redraws no figure.
"""

import gettext
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from pathlib import Path

from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH = "en"
FIGURE = "figure"
"""Context of the messages of figures in a catalogue."""


class Texts:
    """Messages in one language: `texts("{name} is first.", name="LeNet-5")`.

    A message is found by its English words, with every gap as one space; one without a translation stays English.
    """

    def __init__(self, language: str, translations: gettext.NullTranslations, context: str | None = None) -> None:
        self.language = language
        self._translations = translations
        self._context = context

    def __call__(self, message: str, **values: object) -> str:
        """Return `message` in this language, with `values` in the place of their names in braces."""
        return self.find(message).format(**values)

    def plural(self, singular: str, plural: str, n: int, **values: object) -> str:
        """Return the form that goes with the number `n`, which both forms can name as `{n}`: with thousands `{n:,}`."""
        return self.find_plural(singular, plural, n).format(n=n, **values)

    def find(self, message: str) -> str:
        """Return `message` in this language, with names in braces left as they are."""
        message = normalised(message)
        if self._context:
            return self._translations.pgettext(self._context, message)
        return self._translations.gettext(message)

    def find_plural(self, singular: str, plural: str, n: int) -> str:
        """Return the form that goes with the number `n`, with names in braces left as they are."""
        singular, plural = normalised(singular), normalised(plural)
        if self._context:
            return self._translations.npgettext(self._context, singular, plural, n)
        return self._translations.ngettext(singular, plural, n)

    def listing(self, items: Iterable[str]) -> str:
        """Join as a sentence of this language does: `a, b and c`."""
        words = list(items)
        if self.language == ENGLISH:
            # Without the comma before the last that Babel's American lists have.
            return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
        return format_list(words, locale=self.language)

    def day(self, value: date) -> str:
        """Write a date: `4 March 2026`."""
        pattern = "d MMMM y" if self.language == ENGLISH else "long"
        return format_date(value, pattern, locale=self.language)


def read_texts(catalogue: Path | None, context: str | None = None) -> Texts:
    """Return the messages of a catalogue named by its language, such as `ko.po`; English without one.

    Args:
        catalogue: the `.po` file.
        context: `FIGURE` for the messages of figures; None for those of documents.
    """
    if catalogue is None:
        return Texts(ENGLISH, gettext.NullTranslations(), context)
    compiled = BytesIO()
    with catalogue.open("rb") as file:
        write_mo(compiled, read_po(file, locale=catalogue.stem))
    compiled.seek(0)
    return Texts(catalogue.stem, gettext.GNUTranslations(compiled), context)


def normalised(message: str) -> str:
    """Return a message that may be broken over lines of a template as it stands in a catalogue."""
    return " ".join(message.split())
