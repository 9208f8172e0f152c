import re
from pathlib import Path

import pytest
from cnnbench.errors import UserError
from cnnbench.reporting.pictures import WIDTH, draw_pictures
from PIL import Image
from reporting.conftest import MadeReport

ROOT = Path(__file__).parents[2]


def test_pages_become_small_pictures(full: MadeReport, tmp_path: Path) -> None:
    files = draw_pictures(full.pdf, [1, 2, 4, 7], tmp_path)
    assert [path.name for path in files] == [f"report-{number}.webp" for number in (1, 2, 3, 4)]
    assert sum(path.stat().st_size for path in files) < 300_000
    for path in files:
        with Image.open(path) as picture:
            assert picture.width == WIDTH
            assert picture.height == pytest.approx(WIDTH * 297 / 210, abs=2)


def test_a_page_that_is_not_there_is_named(full: MadeReport, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=rf"no page 99: it has pages 1 to {len(full.pages)}"):
        draw_pictures(full.pdf, [1, 99], tmp_path)
    with pytest.raises(UserError, match="`make report` makes it"):
        draw_pictures(tmp_path / "report.pdf", [1], tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_readme_shows_small_pictures_that_are_there() -> None:
    shown = re.findall(r'src="(docs/report-\d\.webp)"', (ROOT / "README.md").read_text())
    assert shown
    missing = [path for path in shown if not (ROOT / path).is_file()]
    assert not missing, "`make report` and `make pictures` make them"
    assert sum((ROOT / path).stat().st_size for path in shown) < 300_000
