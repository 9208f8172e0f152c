"""Font files that come with packages, so that no font needs to be installed.

DejaVu comes with matplotlib. NanumGothic, under the SIL Open Font License 1.1, comes with koreanize-matplotlib, which
is never imported, because it changes matplotlib's settings for the whole process.
"""

import importlib.util
from collections.abc import Iterable
from functools import cache
from pathlib import Path

KOREAN_FAMILY = "NanumGothic"


def dejavu(style: str) -> Path:
    """Return the file of a DejaVu font, such as `Sans`, `Sans-Bold` or `Serif`."""
    import matplotlib  # not above: planning a study, which knows of figures, must not load it

    return Path(matplotlib.get_data_path(), "fonts", "ttf", f"DejaVu{style}.ttf")


def korean(weight: str = "") -> Path:
    """Return the file of NanumGothic; `Bold` names the bold one."""
    package = importlib.util.find_spec("koreanize_matplotlib")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("the package koreanize-matplotlib, which brings the Korean font, is not installed")
    return Path(package.origin).parent / "fonts" / f"{KOREAN_FAMILY}{weight}.ttf"


def missing_characters(text: str, files: Iterable[Path]) -> list[str]:
    """Return the characters of `text` that none of the font files can draw, each once, in the order of their codes."""
    known = frozenset().union(*map(_characters, files))
    # What is not printable (line ends, joiners, soft hyphens) is not drawn.
    return [character for character in sorted(set(text)) if character.isprintable() and ord(character) not in known]


@cache
def _characters(file: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(file, lazy=True) as font:
        return frozenset(font.getBestCmap())
