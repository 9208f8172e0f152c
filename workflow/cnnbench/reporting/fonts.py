"""The report's fonts: the DejaVu files that come with matplotlib, so that no font needs to be installed."""

from pathlib import Path

import matplotlib

_FACES = [
    ("Report Sans", "normal", "normal", "DejaVuSans.ttf"),
    ("Report Sans", "bold", "normal", "DejaVuSans-Bold.ttf"),
    ("Report Sans", "normal", "italic", "DejaVuSans-Oblique.ttf"),
    ("Report Sans", "bold", "italic", "DejaVuSans-BoldOblique.ttf"),
    ("Report Serif", "normal", "normal", "DejaVuSerif.ttf"),
    ("Report Mono", "normal", "normal", "DejaVuSansMono.ttf"),
]


def font_faces() -> str:
    """Return the `@font-face` rules for the families `Report Sans`, `Report Serif` and `Report Mono`."""
    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' src: url("{(folder / file).as_uri()}"); }}'
        for family, weight, style, file in _FACES
    )
