"""A user's settings for matplotlib do not change the report's figures."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from reporting.factory import ROOT

SETTINGS = """
agg.path.chunksize: 100
axes.facecolor: yellow
axes.formatter.limits: 0, 1
axes.formatter.use_locale: True
backend: TkAgg
figure.dpi: 37
font.family: serif
font.size: 20
image.cmap: jet
lines.linewidth: 9
path.sketch: 1, 100, 2
savefig.bbox: tight
savefig.dpi: 37
savefig.facecolor: red
svg.fonttype: none
svg.hashsalt: other
text.usetex: True
timezone: Asia/Seoul
"""
DRAW = """
import sys
from pathlib import Path
from cnnbench.reporting.figures.canvas import Canvas

def paint(figure):
    lines, image = figure.subplots(1, 2)
    lines.plot([0, 1e6], [1, 2e5], label="a line")
    lines.legend()
    image.imshow([[0, 1], [1, 0]])

for path in map(Path, sys.argv[2:]):
    Canvas(Path(sys.argv[1]), path).draw(3, paint)
"""


def _draw(folder: Path, variables: dict[str, str]) -> list[bytes]:
    """Return the bytes of a figure of lines and one of pixels, drawn in a process with these variables."""
    files = [folder / "figure.svg", folder / "figure.png"]
    command = [sys.executable, "-c", DRAW, str(STYLE), *map(str, files)]
    subprocess.run(command, env=os.environ | variables, capture_output=True, check=True)
    return [file.read_bytes() for file in files]


STYLE = next(ROOT.glob("report/**/*.mplstyle"))


@pytest.mark.parametrize("variable", ["MATPLOTLIBRC", "MPLCONFIGDIR"])
def test_settings_for_matplotlib_do_not_change_a_figure(variable: str, tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text(SETTINGS)
    clean = _draw(tmp_path, {"MPLCONFIGDIR": str(tmp_path / "none")})
    assert _draw(tmp_path, {variable: str(tmp_path)}) == clean
