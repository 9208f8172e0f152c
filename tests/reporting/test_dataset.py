"""What the section about the data says of how it was read, of its division, and of images that are in two parts."""

import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from cnnbench.data.sources.facts import CONVERSION_WORDS, INK_WORDS, ReadingFacts
from cnnbench.reporting.documents import report_html, report_pdf
from cnnbench.reporting.results import Results
from cnnbench.reporting.sections.dataset import duplicate_sentences, seeds_sentence
from cnnbench.reporting.source_sentences import conversion_words, ink_sentence, reading_sentences
from cnnbench.reporting.templates import render, report_date
from cnnbench.reporting.translation import Texts, read_texts
from cnnbench.study.study_file import StudyFile, StudyRun
from reporting.conftest import MadeReport, read_pages
from reporting.factory import ENGLISH, TEMPLATES


def _study(division: Literal["fixed", "per_seed"], folds: int | None, seeds: int = 3) -> StudyFile:
    runs = [StudyRun(f"lenet5/a/seed{seed}", "lenet5", "LeNet-5", "a", seed, {}, "data", "") for seed in range(seeds)]
    return replace(StudyFile("data", runs, []), division=division, folds=folds)


def _found(part: str, other_part: str, images: int, other_label: int) -> dict[str, Any]:
    return {"part": part, "other_part": other_part, "images": images, "other_label": other_label}


@pytest.mark.parametrize(
    ("division", "folds", "ending"),
    [
        ("fixed", None, "All seeds have the same training, validation and test images."),
        ("per_seed", None, "The validation part is drawn anew for each seed; all seeds have the same test images."),
        (
            "fixed",
            5,
            "divided into 5 parts, class by class: each seed is tested on one of them and trained on the others.",
        ),
        ("per_seed", 5, "trained on the others. The validation part is drawn anew for each seed."),
    ],
)
def test_the_sources_that_vary_are_named(
    division: Literal["fixed", "per_seed"], folds: int | None, ending: str
) -> None:
    said = seeds_sentence(_study(division, folds), False, ENGLISH)
    assert said is not None
    assert said.startswith("From seed to seed, the initial weights, the order of the training images")
    assert said.endswith(ending)


def test_one_seed_of_a_fixed_division_varies_nothing() -> None:
    assert seeds_sentence(_study("fixed", None, seeds=1), False, ENGLISH) is None


def test_duplicates_are_said_and_zeros_are_not() -> None:
    found = [_found("validation", "train", 1, 1), _found("test", "train", 1200, 2), _found("test", "validation", 0, 0)]
    assert duplicate_sentences(found, ENGLISH) == [
        "1 validation image also occurs, pixel for pixel, among the training images. It has another label there.",
        "1,200 test images also occur, pixel for pixel, among the training images. 2 of them have another label there.",
    ]
    assert duplicate_sentences([_found("test", "validation", 3, 0)], ENGLISH) == [
        "3 test images also occur, pixel for pixel, among the validation images."
    ]
    assert duplicate_sentences([_found("test", "train", 0, 0)], ENGLISH) == []


KOREAN = read_texts(TEMPLATES / "translations" / "ko.po")
in_each_language = pytest.mark.parametrize("texts", [ENGLISH, KOREAN], ids=["en", "ko"])
AS_READ = {
    "files": {"files": 12, "sha256": "0" * 64},
    "own_validation": False,
    "ink": "light",
    "blank": 0,
    **asdict(ReadingFacts(sizes={"28 × 28": 4000})),
}
"""A source that needs no words: its images were as networks read them."""


def _dataset(classes: int = 3, **preparation: object) -> dict[str, Any]:
    names = [f"class{number}" for number in range(classes)]
    image = {"width": 28, "height": 28, "channels": 1}
    return {"name": "folder", "image": image, "classes": names, "preparation": preparation}


def _said(texts: Texts = ENGLISH, dataset: dict[str, Any] | None = None, **facts: object) -> str:
    return " ".join(reading_sentences(dataset or _dataset(), {**AS_READ, **facts}, texts)).replace("\xa0", " ")


def test_of_a_source_as_networks_read_it_nothing_is_said_but_its_ink() -> None:
    assert _said() == ""
    assert ink_sentence(AS_READ, ENGLISH) == "The networks read light ink on a dark ground."


@in_each_language
def test_every_conversion_is_said_in_words_of_its_own(texts: Texts) -> None:
    words = {code: conversion_words(code, 1200, texts) for code in CONVERSION_WORDS}
    assert len(set(words.values())) == len(words)
    assert all("1,200" in said for said in words.values())
    said = _said(texts, conversions=dict.fromkeys(CONVERSION_WORDS, 1200))
    assert all(word in said for word in words.values())


@in_each_language
def test_every_ink_is_said_in_words_of_its_own(texts: Texts) -> None:
    assert len({ink_sentence({"ink": ink}, texts) for ink in INK_WORDS}) == len(INK_WORDS)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"inverted": True}, "Dark and light were swapped in all images."),
        ({"one_hot": True}, "The labels came as one column for each class."),
        (
            {"labels": ["48", "65", "97"]},
            "The distinct labels, in their order, became the classes: 48 → class0, 65 → class1 and 97 → class2.",
        ),
        (
            {"labels": ["class0", "class1", "class2"]},
            "The distinct labels, in their order, are the classes: class0, class1 and class2.",
        ),
        ({"blank": 1}, "1 image shows nothing, because it has no contrast."),
        ({"blank": 1200}, "1,200 images show nothing, because they have no contrast."),
        ({"skipped": ["a.txt"]}, "1 other file or array of the source was not read: a.txt."),
        (
            {"skipped": [f"{letter}.txt" for letter in "abcdefg"]},
            "7 other files or arrays of the source were not read: a.txt, b.txt, c.txt, d.txt, e.txt and 2 more.",
        ),
        (
            {"conversions": {"16_bit": 1200, "palette": 1}},
            "Images were converted: 1,200 with 16 bits a value and 1 with a palette.",
        ),
    ],
)
def test_what_was_found_and_done_is_said(facts: dict[str, object], expected: str) -> None:
    assert _said(**facts) == expected
    assert re.search("[가-힣]", _said(KOREAN, **facts))


RESIZED = "They were resized to 28 × 28 pixels"


@pytest.mark.parametrize(
    ("sizes", "preparation", "expected"),
    [
        ({"56 × 56": 4000}, {"fit": "pad"}, f"All pictures came with 56 × 56 pixels. {RESIZED}."),
        (
            {"56 × 40": 4000},
            {"fit": "pad"},
            f"All pictures came with 56 × 40 pixels. {RESIZED}; what was not square was padded with the colour of its"
            " border.",
        ),
        (
            {"28 × 28": 3000, "20 × 28": 1},
            {},
            "The pictures came in 2 sizes, here in pixels and with their number: 28 × 28 (3,000) and 20 × 28 (1)."
            f" {RESIZED}; what was not square was stretched.",
        ),
        (
            {f"{side} × 9": 2 for side in range(20, 28)},
            {"fit": "crop"},
            "The pictures came in 8 sizes, here in pixels and with their number: 20 × 9 (2), 21 × 9 (2), 22 × 9 (2),"
            f" 23 × 9 (2), 24 × 9 (2) and 3 more. {RESIZED}; what was not square was cropped to its middle.",
        ),
    ],
)
def test_other_sizes_are_said_with_what_became_of_them(
    sizes: dict[str, int], preparation: dict[str, object], expected: str
) -> None:
    assert _said(dataset=_dataset(**preparation), sizes=sizes) == expected
    assert re.search("[가-힣]", _said(KOREAN, _dataset(**preparation), sizes=sizes))


def test_the_first_of_many_labels_are_named() -> None:
    labels = [str(number) for number in range(1, 48)]
    said = _said(dataset=_dataset(classes=47), labels=labels)
    assert said.endswith("4 → class3, 5 → class4 and 42 more.")


@pytest.mark.parametrize("folds", [None, 5])
def test_a_validation_part_of_the_datas_own_is_not_said_to_be_drawn(folds: int | None) -> None:
    said = seeds_sentence(_study("per_seed", folds), True, ENGLISH)
    assert said is not None
    assert "drawn anew" not in said


def _with_source(results: Results, **facts: object) -> Results:
    other = Results(results.folder, results.data)
    other.source = {**results.source, **facts}
    return other


@pytest.mark.parametrize("own", [False, True])
def test_the_report_says_where_the_validation_part_comes_from(two_seeds: MadeReport, own: bool) -> None:
    results = _with_source(two_seeds.results, own_validation=own)
    html = render("report_pdf", results, ENGLISH, TEMPLATES, report_date(), is_wide=lambda address: False)
    assert ("The validation part came with the data" in html) == own
    assert ("The validation part was set aside from the training images" in html) == (not own)


def test_names_of_files_are_text_and_not_markup(two_seeds: MadeReport, tmp_path: Path) -> None:
    names = ["<b>&.txt", "{{ 1 }}{n}.txt", '"><script>.txt']
    results = _with_source(two_seeds.results, skipped=names, files={"<i>&.zip": {"bytes": 1, "sha256": "a" * 64}})
    report_pdf.DOCUMENT.write(results, ENGLISH, TEMPLATES, tmp_path / "report.pdf")
    text = " ".join(read_pages(tmp_path / "report.pdf"))
    for name in (*names, "<i>&.zip"):
        assert name in text
    report_html.DOCUMENT.write(results, ENGLISH, TEMPLATES, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "&lt;b&gt;&amp;.txt" in page and "<b>&" not in page
    assert '"><script>.txt' not in page


def test_a_name_of_any_length_stays_on_the_page(two_seeds: MadeReport, tmp_path: Path) -> None:
    results = _with_source(two_seeds.results, skipped=["x" * 200, f"{'long_' * 40}.txt", "다" * 80])
    report_pdf.DOCUMENT.write(results, ENGLISH, TEMPLATES, tmp_path / "report.pdf")
    with pdfium.PdfDocument(tmp_path / "report.pdf") as document:
        for page in document:
            for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
                assert text.get_bounds()[2] <= page.get_width()


def test_own_files_are_listed_as_one_checksum(two_seeds: MadeReport) -> None:
    results = _with_source(two_seeds.results, files={"files": 1200, "sha256": "a" * 64})
    html = render("report_pdf", results, ENGLISH, TEMPLATES, report_date(), is_wide=lambda address: False)
    assert "1,200 source files" in html
    assert "a" * 64 in html
