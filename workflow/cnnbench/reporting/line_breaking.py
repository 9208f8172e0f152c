"""Lines that break between the words of Korean, and not within them."""

import re

_MARKUP = re.compile(r"(?s)(<!--.*?-->|<(style|script|title|pre)\b.*?</\2>|<[^>]*>)")
_WORD = re.compile(r"\S*[\N{HANGUL SYLLABLE GA}-\N{HANGUL SYLLABLE HIH}]\S*")
_LONGEST = 14
"""Longer words may be broken, since one that cannot be does not fit into a narrow column."""


def keep_words_whole(page: str) -> str:
    """Return an HTML page in which each word with Hangul is a `<span class="word">`, for a style sheet to keep whole.

    In Korean every syllable is a place to break a line at. `word-break: keep-all` is what browsers have against that;
    WeasyPrint does not know it.
    """
    position, pieces = 0, []
    for markup in _MARKUP.finditer(page):
        pieces += [_WORD.sub(_whole, page[position : markup.start()]), markup[0]]
        position = markup.end()
    return "".join([*pieces, _WORD.sub(_whole, page[position:])])


def _whole(word: re.Match[str]) -> str:
    return f'<span class="word">{word[0]}</span>' if len(word[0]) <= _LONGEST else word[0]
