"""The report's fonts: files that come with packages, so that no font needs to be installed."""

import re
from html import unescape

from cnnbench import font_files

_FACES = [
    ("Report Sans", "normal", "normal", font_files.dejavu("Sans")),
    ("Report Sans", "bold", "normal", font_files.dejavu("Sans-Bold")),
    ("Report Sans", "normal", "italic", font_files.dejavu("Sans-Oblique")),
    ("Report Sans", "bold", "italic", font_files.dejavu("Sans-BoldOblique")),
    ("Report Serif", "normal", "normal", font_files.dejavu("Serif")),
    ("Report Mono", "normal", "normal", font_files.dejavu("SansMono")),
    ("Report Korean", "normal", "normal", font_files.korean()),
    ("Report Korean", "bold", "normal", font_files.korean("Bold")),
]
EMBEDDED = f"DejaVu (Bitstream Vera licence), {font_files.KOREAN_FAMILY} (SIL Open Font License 1.1)"
"""The fonts that a report embeds, and their licences, under names that are the same in every language."""


_STACKS = """
:root {
  --sans: "Report Sans", "Report Korean"; --serif: "Report Serif", "Report Korean";
  --mono: "Report Mono", "Report Korean";
}
:root:lang(ko) { --sans: "Report Korean", "Report Sans"; --serif: "Report Korean", "Report Serif"; }
"""
"""What style sheets ask for: Hangul has a font in every report, and a Korean one is set in that font throughout."""


def font_rules() -> str:
    """Return the style rules that name the report's font files, and the families `var(--sans)`, `--serif`, `--mono`."""
    faces = "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' src: url("{file.as_uri()}"); }}'
        for family, weight, style, file in _FACES
    )
    return faces + _STACKS


def characters_without_font(page: str) -> list[str]:
    """Return the characters that the text of an HTML page has and no font of the report can draw."""
    text = re.sub(r"(?s)<(style|script)\b.*?</\1>|<[^>]*>", " ", page)
    # What a style sheet asks of the other families, it asks of these two where those lack a character.
    return font_files.missing_characters(unescape(text), [font_files.dejavu("Sans"), font_files.korean()])
