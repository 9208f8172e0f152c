"""The same results in Korean, and Hangul wherever a user writes it."""

import ctypes
import re
import shutil
import warnings
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from babel.messages.pofile import read_po
from cnnbench.data.row_labels import label_font
from cnnbench.reporting.documents.report_pdf import DOCUMENT
from cnnbench.reporting.figures.accuracy import FIGURE as ACCURACY
from cnnbench.reporting.figures.canvas import Canvas
from cnnbench.reporting.fonts import font_rules
from cnnbench.reporting.line_breaking import keep_words_whole
from cnnbench.reporting.results import Results
from cnnbench.reporting.sections.dataset import origin_sentence
from cnnbench.reporting.translation import FIGURE, Texts, read_texts
from cnnbench.study.study_file import write_presentation
from fontTools.ttLib import TTFont
from reporting.conftest import MadeReport, read_pages
from reporting.factory import ENGLISH, ENGLISH_FIGURES, STYLE, TEMPLATES, make_results

CATALOGUE = TEMPLATES / "translations" / "ko.po"
KOREAN = read_texts(CATALOGUE)
KOREAN_FIGURES = read_texts(CATALOGUE, FIGURE)
TITLE = "합성곱 신경망의 손글씨 인식"


@pytest.fixture(scope="module")
def korean(full: MadeReport, tmp_path_factory: pytest.TempPathFactory) -> MadeReport:
    """The study `full`, its report in Korean."""
    root = tmp_path_factory.mktemp("korean")
    (root / "results").mkdir()
    for part in ("runs", "data"):
        (root / "results" / part).symlink_to(full.root / "results" / part)
    folder = root / full.folder.relative_to(full.root)
    folder.mkdir(parents=True)
    shutil.copy(full.folder / "study.json", folder)
    config = full.results.presentation.config
    config = {**config, "report": {**config["report"], "language": "ko"}}
    write_presentation(folder, replace(full.results.presentation, config=config))
    results = make_results(folder, root, KOREAN_FIGURES)
    pdf = folder / DOCUMENT.output
    DOCUMENT.write(results, KOREAN, TEMPLATES, pdf)
    return MadeReport(root, results, pdf, read_pages(pdf))


def test_a_korean_report_says_in_korean_what_the_english_one_says(korean: MadeReport, full: MadeReport) -> None:
    with CATALOGUE.open("rb") as file:
        messages = [message for message in read_po(file, locale="ko") if message.id and message.context is None]
    whole = {
        message.id: message.string
        for message in messages
        if isinstance(message.id, str) and len(message.id) > 25 and not re.search(r"[{<]", message.id)
    }
    said = [english for english in whole if english in full.text]
    assert len(said) >= 10
    for english in said:
        assert english not in korean.text
        # Where a line ends, the page's text has no space between what two spans hold.
        assert whole[english].replace(" ", "") in korean.text.replace(" ", ""), english


def test_numbers_are_the_same_in_every_language(korean: MadeReport, full: MadeReport) -> None:
    numbers = re.compile(r"\d+\.\d{2} \(\d+\.\d{1,2}–\d+\.\d{1,2}\)")
    assert len(numbers.findall(full.text)) > 20
    assert sorted(set(numbers.findall(korean.text))) == sorted(set(numbers.findall(full.text)))


def test_tables_and_figures_are_counted_in_korean(korean: MadeReport) -> None:
    assert re.search(r"그림 1\. 학습 이미지에서 뽑은 클래스별 표본", korean.text)
    assert "표 1. 각 세트의 이미지 수" in korean.text
    assert not re.search(r"\b(Table|Figure) \d", korean.text)


def test_the_file_names_its_language(korean: MadeReport, full: MadeReport) -> None:
    assert (_language(korean.pdf), _language(full.pdf)) == ("ko", "en")


def test_every_character_has_a_glyph_in_an_embedded_font(korean: MadeReport) -> None:
    known = set[int]()
    for file in re.findall(r'url\("file://([^"]+)"\)', font_rules()):
        with TTFont(file) as font:
            known |= set(font.getBestCmap())
    assert {character for character in korean.text if character.isprintable() and ord(character) not in known} == set()
    assert "\N{REPLACEMENT CHARACTER}" not in korean.text


def test_lines_break_between_words(korean: MadeReport) -> None:
    """Of the longest sentences, every word stands whole in a line."""
    with pdfium.PdfDocument(korean.pdf) as document:
        lines = [line for page in document for line in page.get_textpage().get_text_range().splitlines()]
    words = {word for line in lines for word in line.split()}
    for message in (
        "The validation part was set aside from the training images, class by class: it decides which epoch's weights"
        " are kept and steers the training. The test part is read once per run, after training.",
        "All figures are published ones, measured on photographs and on other machines: they say what was known before"
        " training, not what these networks do here.",
    ):
        assert set(KOREAN(message).split()) <= words


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>두 단어 and one</p>", '<p><span class="word">두</span> <span class="word">단어</span> and one</p>'),
        ('<img alt="두 단어"> a&amp;b', '<img alt="두 단어"> a&amp;b'),
        ("<title>두 단어</title><style>/* 말 */</style><pre>두 단어</pre>", None),
        ("<!-- 말 --> <b>말</b>이", '<!-- 말 --> <b><span class="word">말</span></b><span class="word">이</span>'),
        ("가나다라마바사아자차카타파하거너더러", None),
    ],
)
def test_only_words_that_are_read_are_kept_whole(page: str, expected: str | None) -> None:
    assert keep_words_whole(page) == (expected or page)


def test_hangul_has_a_font_in_an_english_report(two_seeds: MadeReport, tmp_path: Path) -> None:
    output = tmp_path / "report.pdf"
    DOCUMENT.write(_titled(two_seeds.results, TITLE), ENGLISH, TEMPLATES, output)
    assert TITLE in read_pages(output)[0]
    assert "Report-Korean" in _fonts(output, 0)


@pytest.mark.parametrize("texts", [ENGLISH_FIGURES, KOREAN_FIGURES])
def test_hangul_has_a_font_in_figures(full: MadeReport, tmp_path: Path, texts: Texts) -> None:
    study = full.results.study
    experiment = study.experiment("architectures")
    named = replace(experiment, rows=[replace(row, label=TITLE) for row in experiment.rows])
    results = Results(full.folder, full.results.data)
    results.study = replace(study, experiments=[named])
    with warnings.catch_warnings():
        # matplotlib warns of a character that it draws as a box.
        warnings.simplefilter("error")
        ACCURACY.draw(results, named.name, texts, Canvas(STYLE, tmp_path / "accuracy.svg"))
    assert (tmp_path / "accuracy.svg").exists()


def test_figures_are_in_the_reports_language(korean: MadeReport, full: MadeReport) -> None:
    for figure in ("accuracy/architectures.svg", "ladder/ladder.svg", "survey_profiles.svg", "survey_weights.svg"):
        path = Path("figures", figure)
        assert (korean.folder / path).read_bytes() != (full.folder / path).read_bytes(), figure


@pytest.mark.parametrize(("label", "family"), [("A/a", "DejaVu Sans"), ("가", "NanumGothic")])
def test_a_sheet_of_samples_can_show_any_class(label: str, family: str) -> None:
    assert label_font(label).getname()[0] == family


def test_a_character_without_a_font_is_named_and_costs_no_report(
    two_seeds: MadeReport, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "report.pdf"
    DOCUMENT.write(_titled(two_seeds.results, "Brains \N{BRAIN} & กา"), ENGLISH, TEMPLATES, output)
    said = capsys.readouterr().err
    assert "no font of the report has these characters: ก (U+0E01), า (U+0E32), \N{BRAIN} (U+1F9E0)" in said
    assert output.exists()


@pytest.mark.parametrize("dataset", [{"name": "emnist", "official": False}, {"name": "sample", "official": None}])
def test_what_is_said_of_the_data_is_said_in_korean(dataset: dict[str, object]) -> None:
    said, english = origin_sentence(dataset, KOREAN), origin_sentence(dataset, ENGLISH)
    assert said and english
    assert re.search("[가-힣]", said) and not re.search("[가-힣]", english)


def _titled(results: Results, title: str) -> Results:
    """Return the same results under another title."""
    titled = Results(results.folder, results.data)
    titled.presentation = replace(results.presentation, title=title)
    return titled


def _language(pdf: Path) -> str:
    """Return the language that a PDF file says it is in."""
    name = (ctypes.c_ushort * 20)()
    with pdfium.PdfDocument(pdf) as document:
        size = raw.FPDFCatalog_GetLanguage(document.raw, name, ctypes.sizeof(name))
    return bytes(name)[: size - 2].decode("utf-16-le")


def _fonts(pdf: Path, page: int) -> set[str]:
    """Return the names of the fonts of a page's text."""
    name, names = ctypes.create_string_buffer(100), set[str]()
    with pdfium.PdfDocument(pdf) as document:
        for text in document[page].get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
            raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(text.raw), name, 100)
            names.add(name.value.decode().partition("+")[2])
    return names
