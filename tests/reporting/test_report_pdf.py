import ctypes
import re
import shutil
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
import yaml
from cnnbench.analysis.tables.comparisons import GridEffect, Result, SmallestDifference, Standing
from cnnbench.analysis.tables.runs import RunRecord, finished
from cnnbench.analysis.tables.values import Combination
from cnnbench.errors import UserError
from cnnbench.reporting.documents.report_pdf import DOCUMENT
from cnnbench.reporting.format import percent_estimate, percent_interval, points_estimate
from cnnbench.reporting.pdf import write_pdf
from cnnbench.reporting.phrases import number_words
from cnnbench.reporting.results import Results
from cnnbench.reporting.sections import leaderboard
from cnnbench.reporting.templates import number_captions, render, report_date
from cnnbench.study.expansion import expand, study_file
from cnnbench.study.load import load_study
from reporting.conftest import MadeReport, font_sizes, read_pages
from reporting.factory import ARCHITECTURES, ENGLISH, TEMPLATES


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def with_other(results: Results, **contents: Any) -> Results:
    """Return the results of a study as if some of its files held something else."""
    changed = Results(results.folder, results.data)
    vars(changed).update(contents)
    return changed


def test_an_accuracy_goes_one_way_from_the_predictions_of_runs_to_the_leaderboard(full: MadeReport) -> None:
    runs = full.results.frame(RunRecord).set_index("run")["accuracy"]
    table = {result.combination: result for result in full.results.rows(Result)}
    (section,) = leaderboard.sections(full.results, ENGLISH)
    for place in section.content.places:
        accuracies = []
        for run in full.results.study.runs:
            if Combination(run.architecture, run.recipe_hash) == place.result.combination:
                with np.load(full.root / run.folder / "predictions.npz") as predictions:
                    correct = predictions["probabilities"].argmax(axis=1) == predictions["labels"]
                assert runs[run.id] == correct.mean() if correct.size else np.isnan(runs[run.id])
                accuracies += [correct.mean()] if correct.size else []
        result = table[place.result.combination]
        assert result.accuracy.n == len(accuracies)
        assert place.result.accuracy == result.accuracy
        if accuracies:
            assert result.accuracy.mean == pytest.approx(np.mean(accuracies), rel=1e-14)
            row = re.escape(f"{result.name} {place.source} · {result.recipe_hash}")
            assert re.search(rf"{row} (\d of )?\d {100 * np.mean(accuracies):.2f}", full.text)


def test_the_numbers_are_those_of_the_tables(full: MadeReport) -> None:
    runs = full.results.frame(RunRecord)
    means = finished(runs).groupby(["architecture", "recipe_hash"])["accuracy"].mean()
    assert len(means) == 13
    for mean in means:
        assert f"{100 * mean:.2f} (" in full.text
    best = full.results.rows(Result)[0]
    assert best.accuracy.mean == pytest.approx(means.max(), rel=1e-12)
    assert f"{100 * means.max():.2f}%. The 95% interval is {percent_interval(best.accuracy)}% (3 seeds)" in full.text
    assert "Ada Example and Ben Sample" in full.pages[0]
    assert "1 January 2026" in full.pages[0]


def test_the_leaderboard_shows_what_each_comparison_bears(full: MadeReport) -> None:
    table = full.text.partition("Leaderboard. Ranks:")[2].partition("With 3 seeds and 18,800 test images")[0]
    results, standings = full.results.rows(Result), full.results.rows(Standing)
    assert {row.possibly_best for row in standings} == {True, False, None}
    compared = 0
    for result, row in zip(results, standings, strict=True):
        if not result.done:
            continue
        ranks = f"{row.best_rank}–{row.worst_rank}" + (" possibly best" if row.possibly_best else "")
        assert re.search(rf"{ranks} {re.escape(result.name)} ", table), result.name
        assert f"{percent_estimate(result.accuracy)} " in table
        if row.behind.n:
            compared += 1
            written = f"{row.p_holm:.3f}" if row.p_holm < 0.0995 else f"{row.p_holm:.2f}"
            written = "< 0.001" if row.p_holm < 0.001 else written
            assert f"{plain(points_estimate(row.behind))} {written} " in table
    assert compared == 12
    possible = sum(row.possibly_best is True for row in standings)
    assert table.count("possibly best") == possible
    number = number_words(possible, ENGLISH)
    assert f"the best of these 13 results is among the {number} marked ones" in full.text
    smallest = [row for row in full.results.rows(SmallestDifference) if row.kind == "leaderboard" and row.present]
    assert [row.same_architecture for row in smallest] == [True, False]
    for row, sides in zip(smallest, ("two recipes of one architecture", "two architectures"), strict=True):
        said = f"no realistic difference between {sides}"
        if row.difference is not None:
            said = f"detect a true difference of {100 * row.difference:.2f} points between {sides}"
        assert said in full.text


def test_why_the_best_and_the_ranks_may_disagree_is_said_once(full: MadeReport, two_seeds: MadeReport) -> None:
    for made in (full, two_seeds):
        assert made.text.count("a result can be ruled out as the best although 1 is among its possible ranks") == 1


def test_no_number_has_two_intervals(full: MadeReport, two_seeds: MadeReport, one_seed: MadeReport) -> None:
    for made in (full, two_seeds, one_seed):
        assert "±" not in made.text
        assert not re.search(r"\d\) \(", made.text)


def test_results_and_standings_of_different_studies_are_not_mixed(full: MadeReport) -> None:
    results, standings = full.results.rows(Result), full.results.rows(Standing)
    headings = {experiment.name: "Heading" for experiment in full.results.study.experiments}
    assert len(leaderboard.places_of(results, standings, headings)) == 14
    with pytest.raises(ValueError, match=r"results\.csv and standings\.csv are not about the same results"):
        leaderboard.places_of(results, standings[::-1], headings)


def test_a_grid_with_values_shows_what_its_keys_do(full: MadeReport, two_seeds: MadeReport) -> None:
    effects = full.results.rows(GridEffect)
    assert len(effects) == 1 + 2 + 2
    for row in effects:
        if row.difference.has_interval:
            assert plain(points_estimate(row.difference)) in full.text
    assert "batch size 256 against 64, with learning rate 0.5 rather than 0.0005 0 of 1 0 – – not measured" in full.text
    assert "What is compared" not in two_seeds.text


def test_failures_are_told_where_they_matter(full: MadeReport) -> None:
    assert "4 of 42 runs were not finished." in full.text
    assert "diverged in epoch 3: training loss nan, validation loss nan" in full.text
    assert "2 of 3" in full.text
    assert "0 of 3" in full.text


def test_the_appendix_lists_recipes_checksums_and_versions(full: MadeReport) -> None:
    for run in full.results.study.runs:
        assert run.recipe_hash in full.text
    together = full.text.replace(" ", "")
    for checksum in full.results.dataset["checksums"].values():
        assert checksum in together
    for expected in ("keras 3.10", "Example CPU", "seeds: - 0 - 1 - 2"):
        assert expected in full.text


def test_official_data_needs_no_warning_and_other_data_has_one(
    full: MadeReport, two_seeds: MadeReport, one_seed: MadeReport
) -> None:
    unofficial = [
        "accuracies on them must not be compared with published EMNIST accuracies",
        "These are not the official EMNIST files, but another archive in their layout",
    ]
    sample = [
        "These images are not EMNIST: accuracies on them say nothing about EMNIST",
        "the 1,797 digits that come with scikit-learn",
    ]
    for made, said in ((full, []), (one_seed, unofficial), (two_seeds, sample)):
        for notice in (*unofficial, *sample):
            assert made.text.count(notice) == (notice in said), "said once, or not at all"


@pytest.mark.parametrize(
    ("subset", "says"),
    [
        (1.0, None),
        (0.25, "Only 25.0% of the training images were used"),
        (9400, "About 9,400 of the training images were used"),
    ],
)
def test_a_part_of_the_training_images_is_said_to_be_one(
    two_seeds: MadeReport, subset: float, says: str | None
) -> None:
    dataset = {**two_seeds.results.dataset, "preparation": {"subset": subset}}
    results = with_other(two_seeds.results, dataset=dataset)
    for document in ("report_pdf", "slides_pdf"):
        html = render(document, results, ENGLISH, TEMPLATES, report_date(), is_wide=lambda address: False)
        assert ("of the training images were used" in html) == (says is not None)
        assert says is None or says in html


def test_one_seed_says_what_cannot_be_concluded(one_seed: MadeReport) -> None:
    assert "Every result rests on a single seed." in one_seed.text
    assert "no ranks are given: with a single seed" in one_seed.text
    table = one_seed.text.partition("Leaderboard. Accuracies")[2].partition("With fewer than two finished seeds")[0]
    assert "intervals for other test images. Architecture and recipe Seeds" in table, "no ranks, and no p"
    assert "possibly best" not in table
    assert "one seed: open" in one_seed.text
    assert "out of memory with 65536 images at once" in one_seed.text


def test_the_contents_lead_to_the_pages_they_name(full: MadeReport) -> None:
    experiments = [text.heading for text in full.results.presentation.experiments.values()]
    closing = ["Accuracy and cost", "Errors", "Calibration", "Failed runs", "How to read the numbers", "Appendix"]
    headings = ["Key findings", "The data", "Which architectures to try", "Leaderboard", *experiments, *closing]
    with pdfium.PdfDocument(full.pdf) as document:
        targets = link_targets(document, 1)
        outline = {bookmark.get_title(): bookmark.get_dest().get_index() for bookmark in document.get_toc()}
    for number, (heading, target) in enumerate(zip(headings, targets, strict=True), start=1):
        assert f"{number} {heading} {target + 1}" in full.pages[1]
        assert f"{number} {heading}" in full.pages[target]
        assert outline[heading] == target


def test_every_font_is_embedded_and_the_reports_own(full: MadeReport) -> None:
    names = set()
    with pdfium.PdfDocument(full.pdf) as document:
        for page in document:
            for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
                font = raw.FPDFTextObj_GetFont(text.raw)
                assert raw.FPDFFont_GetIsEmbedded(font) == 1
                name = ctypes.create_string_buffer(100)
                raw.FPDFFont_GetBaseFontName(font, name, 100)
                names.add(name.value.decode().partition("+")[2])
    assert names
    assert all(name.startswith("Report") for name in names), "the report's own families, none of the system's"


def test_only_samples_of_images_are_bitmaps(full: MadeReport, two_seeds: MadeReport) -> None:
    for made, expected in ((full, 4), (two_seeds, 2)):
        with pdfium.PdfDocument(made.pdf) as document:
            images = [len(list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=5))) for page in document]
        assert sum(images) == expected, "contact sheet, mistakes; where there is some: augmentation, what all misread"


def test_a_study_with_augmentation_shows_what_the_networks_saw(full: MadeReport, two_seeds: MadeReport) -> None:
    assert full.results.study.augmented
    assert "What the networks saw" in full.text
    assert re.search(r"as Figure (\d+) shows.*Figure \1\. Training images as they are stored", full.text)
    assert not two_seeds.results.study.augmented
    assert "What the networks saw" not in two_seeds.text
    assert "Training images as they are stored" not in two_seeds.text


def test_no_text_is_outside_the_page(full: MadeReport, one_seed: MadeReport) -> None:
    for made in (full, one_seed):
        with pdfium.PdfDocument(made.pdf) as document:
            for page in document:
                width, height = page.get_size()
                for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
                    left, bottom, right, top = text.get_bounds()
                    assert 0 <= left <= right <= width
                    assert 0 <= bottom <= top <= height


def test_the_same_results_give_the_same_bytes(two_seeds: MadeReport, tmp_path: Path) -> None:
    DOCUMENT.write(two_seeds.results, ENGLISH, TEMPLATES, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == two_seeds.pdf.read_bytes()


def test_runs_on_other_data_are_refused(two_seeds: MadeReport, tmp_path: Path) -> None:
    dataset = {**two_seeds.results.dataset, "checksums": {"train_images.npy": "0" * 64}}
    with pytest.raises(UserError, match="4 of 4 runs were trained on other data"):
        DOCUMENT.write(with_other(two_seeds.results, dataset=dataset), ENGLISH, TEMPLATES, tmp_path / "report.pdf")


def test_a_missing_figure_is_named_and_leaves_no_report(two_seeds: MadeReport, tmp_path: Path) -> None:
    folder = shutil.copytree(two_seeds.folder, tmp_path / "study")
    (folder / "figures/accuracy/architectures.svg").unlink()
    with pytest.raises(UserError, match=r"accuracy/architectures\.svg: this figure is missing"):
        DOCUMENT.write(Results(folder, two_seeds.results.data), ENGLISH, TEMPLATES, tmp_path / "report.pdf")
    assert not (tmp_path / "report.pdf").exists()


def test_text_of_a_user_is_text_and_not_markup(two_seeds: MadeReport, tmp_path: Path) -> None:
    presentation = replace(two_seeds.results.presentation, title="A <b>bold</b> & {{ braced }} title")
    results = with_other(two_seeds.results, presentation=presentation)
    DOCUMENT.write(results, ENGLISH, TEMPLATES, tmp_path / "report.pdf")
    assert "A <b>bold</b> & {{ braced }} title" in read_pages(tmp_path / "report.pdf")[0]


def test_the_config_and_the_runs_are_attached(full: MadeReport) -> None:
    with pdfium.PdfDocument(full.pdf) as document:
        files = {
            (attachment := document.get_attachment(index)).get_name(): bytes(attachment.get_data())
            for index in range(document.count_attachments())
        }
    assert set(files) == {"study.yaml", "runs.csv", "results.csv", "standings.csv"}
    for table in ("runs.csv", "results.csv", "standings.csv"):
        assert files[table] == (full.folder / table).read_bytes()
    # The config is that of the study: read as one, it leads to the same runs.
    study = load_study(yaml.safe_load(files["study.yaml"]), "study.yaml")
    again = study_file(study, expand(study, ARCHITECTURES, "study.yaml"))
    assert again == full.results.study
    assert "study.yaml, runs.csv" in full.pages[0]


def test_the_file_says_what_it_is(full: MadeReport) -> None:
    with pdfium.PdfDocument(full.pdf) as document:
        about = document.get_metadata_dict()
    assert about["Title"] == full.results.presentation.title
    assert about["Author"] == "Ada Example, Ben Sample"
    assert "ResNet-50" in about["Keywords"]
    assert about["CreationDate"].startswith("D:20260101")
    assert about["ModDate"].startswith("D:20260101")


def test_a_screen_reader_finds_language_tags_and_a_text_for_each_figure(full: MadeReport) -> None:
    with pdfium.PdfDocument(full.pdf) as document:
        assert raw.FPDFCatalog_IsTagged(document.raw)
        elements = [element for page in document for element in structure(page)]
    figures = [alternative for kind, alternative in elements if kind == "Figure"]
    assert len(figures) == len(set(re.findall(r"Figure (\d+)\.", full.text)))
    assert all(figures)
    assert {"H1", "H2", "H3", "Table", "TH", "TD", "Caption", "Link"} <= {kind for kind, _ in elements}
    objects = unpacked(full.pdf)
    assert b"http://www.aiim.org/pdfua/ns/id/" in objects
    assert b"/Lang (en)" in objects
    assert b"/DisplayDocTitle true" in objects


def test_references_name_the_tables_and_figures_they_lead_to(full: MadeReport) -> None:
    found = re.search(r"first in (Table \d+), over", full.text)
    assert found
    assert f"{found[1]}. Leaderboard." in full.text


def test_numbers_follow_the_order_in_the_document() -> None:
    html = """
        <a class="table-link" href="#second"></a> <a href="#one" class="figure-link"></a> <a href="#second">x</a>
        <table id="first"><caption>A.</caption></table> <figure id="one"><figcaption>B.</figcaption></figure>
        <table><caption>C.</caption></table> <table class="x" id="second"><caption class="y">D.</caption></table>
    """
    numbered = re.sub(r"<[^>]+>", "", number_captions(html, ENGLISH))
    assert " ".join(numbered.split()) == "Table 3 Figure 1 x Table 1. A. Figure 1. B. Table 2. C. Table 3. D."
    with pytest.raises(ValueError, match="#nowhere"):
        number_captions('<a class="table-link" href="#nowhere"></a>', ENGLISH)


def test_no_text_is_too_small_to_read(full: MadeReport) -> None:
    """The table of all 42 runs is the densest."""
    with pdfium.PdfDocument(full.pdf) as document:
        sizes = [size for page in document for size in font_sizes(page)]
    assert min(sizes) >= 6


def test_tables_repeat_their_heads_and_leave_no_row_alone(full: MadeReport, tmp_path: Path) -> None:
    html = render("report_pdf", full.results, ENGLISH, TEMPLATES, report_date())
    table = re.search(r'<table id="table-runs".*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert table
    # Three times as many runs as the study has fill more than one page, wherever the table starts.
    write_pdf(html.replace(table[1], 3 * table[1]), "en", tmp_path / "long.pdf", report_date())
    pages = read_pages(tmp_path / "long.pdf")
    heads = [page for page in pages if "Architecture Recipe Seed Epoch Training Validation Test" in page]
    assert len(heads) >= 2
    for page in heads:
        rows = re.findall(r"(?:LeNet-5|ResNet-50|MobileNetV2) [0-9a-f]{10} \d (?:\d+ of \d+|diverged)", page)
        assert len(rows) >= 2


def structure(page: pdfium.PdfPage) -> list[tuple[str, str]]:
    """Return the type and the alternative text of each tagged part of a page."""
    tree, found = raw.FPDF_StructTree_GetForPage(page.raw), list[tuple[str, str]]()

    def text(get: Callable[..., int], element: object) -> str:
        content = ctypes.create_string_buffer(length) if (length := get(element, None, 0)) else None
        return "" if content is None or not get(element, content, length) else content.raw.decode("utf-16-le")[:-1]

    def walk(element: object) -> None:
        found.append((text(raw.FPDF_StructElement_GetType, element), text(raw.FPDF_StructElement_GetAltText, element)))
        for index in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, index)
            if child:
                walk(child)

    for index in range(raw.FPDF_StructTree_CountChildren(tree)):
        walk(raw.FPDF_StructTree_GetChildAtIndex(tree, index))
    raw.FPDF_StructTree_Close(tree)
    return found


def unpacked(pdf: Path) -> bytes:
    """Return a PDF's bytes, and after them the content of all its compressed streams."""
    content = pdf.read_bytes()
    parts = [content]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompress(match[1]))
    return b"".join(parts)


def link_targets(document: pdfium.PdfDocument, page: int) -> list[int]:
    """Return the page index of each place that the links of a page lead to, in the order of the links.

    A link has several areas (its block, its number, its text), all with the same place.
    """
    opened, position, link = document[page], ctypes.c_int(0), raw.FPDF_LINK()
    places = []
    while raw.FPDFLink_Enumerate(opened.raw, position, link):
        target = pdfium.PdfDest(raw.FPDFLink_GetDest(document.raw, link), document)
        places.append((target.get_index(), *target.get_view()[1]))
    return [place[0] for place in dict.fromkeys(places)]
