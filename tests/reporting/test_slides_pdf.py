"""The slides of a talk: few, legible, and with whole figures."""

from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from cnnbench.analysis.tables.comparisons import Standing
from cnnbench.analysis.tables.runs import RunRecord, finished
from cnnbench.reporting.documents.slides_pdf import DOCUMENT
from cnnbench.reporting.phrases import number_words
from reporting.conftest import MadeReport, font_sizes, read_pages
from reporting.factory import ENGLISH, TEMPLATES

MILLIMETRE = 72 / 25.4


@pytest.fixture(scope="module")
def slides(full: MadeReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("slides") / "slides.pdf"
    DOCUMENT.write(full.results, ENGLISH, TEMPLATES, path)
    return path


def test_a_talk_of_ten_minutes_is_told_in_order(slides: Path, full: MadeReport) -> None:
    pages = read_pages(slides)
    assert 10 <= len(pages) <= 14
    experiments = [text.heading for text in full.results.presentation.experiments.values()]
    opening = ["The question and the data", "How it was measured", "Key findings", "Which architectures to try"]
    closing = ["Mistakes", "Costs", "Calibration", "What this study does not say", "Thank you"]
    assert "Convolutional networks on EMNIST balanced" in pages[0]
    for heading, page in zip([*opening, "Leaderboard", *experiments, *closing], pages[1:], strict=True):
        assert page.startswith(heading)


def test_the_numbers_are_those_of_the_report(slides: Path, full: MadeReport) -> None:
    (leaderboard,) = [page for page in read_pages(slides) if page.startswith("Leaderboard")]
    means = finished(full.results.frame(RunRecord)).groupby(["architecture", "recipe_hash"])["accuracy"].mean()
    for mean in means.sort_values()[-10:]:
        assert f"{100 * mean:.2f} (" in leaderboard
    assert "Shown are the first 10 of 14." in leaderboard
    marked = sum(row.possibly_best is True for row in full.results.rows(Standing))
    assert leaderboard.count("•") == marked > 0
    assert f"is among the {number_words(marked, ENGLISH)} marked ones." in leaderboard


def test_slides_of_one_seed_show_no_ranks(one_seed: MadeReport, tmp_path: Path) -> None:
    DOCUMENT.write(one_seed.results, ENGLISH, TEMPLATES, tmp_path / "slides.pdf")
    pages = read_pages(tmp_path / "slides.pdf")
    assert "not the official EMNIST data" in " ".join(pages)
    (leaderboard,) = [page for page in pages if page.startswith("Leaderboard")]
    assert "Ranks" not in leaderboard
    assert "•" not in leaderboard
    assert "no ranks are given: with a single seed" in leaderboard


def test_two_seeds_are_trained_twice_and_all_that_are_finished_are_not_counted(
    two_seeds: MadeReport, tmp_path: Path
) -> None:
    DOCUMENT.write(two_seeds.results, ENGLISH, TEMPLATES, tmp_path / "slides.pdf")
    text = " ".join(read_pages(tmp_path / "slides.pdf"))
    assert "every combination of architecture and recipe is trained twice" in text
    assert "4 runs, all of them finished" in text
    assert text.count("say nothing about EMNIST") == 1


def test_every_slide_is_of_16_to_9_and_its_words_can_be_read_from_afar(slides: Path) -> None:
    with pdfium.PdfDocument(slides) as document:
        for page in document:
            width, height = page.get_size()
            assert width / height == pytest.approx(16 / 9, rel=0.001)
            assert min(font_sizes(page)) >= 13.99


def test_nothing_is_cropped(slides: Path) -> None:
    """Neither words nor figures touch the edge: every page but the first and last is white there."""
    with pdfium.PdfDocument(slides) as document:
        for page in list(document)[1:-1]:
            picture = page.render(scale=1).to_pil().convert("L")
            width, height = picture.size
            edge = round(4 * MILLIMETRE)
            for box in ((0, 0, width, edge), (0, 0, edge, height), (width - edge, 0, width, height)):
                assert picture.crop(box).getextrema() == (255, 255)


def test_a_figure_stays_on_the_slide_of_its_words(one_seed: MadeReport, tmp_path: Path) -> None:
    """A sheet of 47 classes is wide, and data that is not the official one has a line more to say."""
    DOCUMENT.write(one_seed.results, ENGLISH, TEMPLATES, tmp_path / "slides.pdf")
    pages = read_pages(tmp_path / "slides.pdf")
    # A slide without a heading has nothing but the line at its foot.
    assert not [page for page in pages[1:-1] if page.startswith(one_seed.results.presentation.title)]


def test_slides_are_tagged_and_the_same_results_give_the_same_bytes(
    slides: Path, full: MadeReport, tmp_path: Path
) -> None:
    DOCUMENT.write(full.results, ENGLISH, TEMPLATES, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == slides.read_bytes()
    with pdfium.PdfDocument(slides) as document:
        assert raw.FPDFCatalog_IsTagged(document.raw)
        assert document.get_metadata_dict()["Title"] == full.results.presentation.title
