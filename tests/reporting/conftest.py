import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from cnnbench.reporting.documents.report_pdf import DOCUMENT
from cnnbench.reporting.results import Results
from reporting.factory import ENGLISH, TEMPLATES, Scenario, make_results, write_results
from reporting.scenarios import FULL, ONE_SEED, TWO_SEEDS


@dataclass(frozen=True)
class MadeReport:
    """A report, what it was made from, and its pages' text."""

    root: Path
    results: Results
    pdf: Path
    pages: list[str]

    @property
    def folder(self) -> Path:
        """The study's folder."""
        return self.results.folder

    @property
    def text(self) -> str:
        """The text of all pages on one line."""
        return " ".join(self.pages)


def read_pages(pdf: Path) -> list[str]:
    """Return the text of each page, every gap as one space."""
    with pdfium.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def font_sizes(page: pdfium.PdfPage) -> list[float]:
    """Return the size in points of each text of a page."""
    sizes = []
    for text in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=5):
        size = ctypes.c_float()
        raw.FPDFTextObj_GetFontSize(text.raw, size)
        sizes.append(abs(size.value * text.get_matrix().d))
    return sizes


def make_report(scenario: Scenario, root: Path) -> MadeReport:
    """Make up the results of `scenario` below `root`, and write the report."""
    results = make_results(write_results(scenario, root), root)
    pdf = results.folder / DOCUMENT.output
    DOCUMENT.write(results, ENGLISH, TEMPLATES, pdf)
    return MadeReport(root, results, pdf, read_pages(pdf))


@pytest.fixture(scope="session", autouse=True)
def fixed_date() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1767225600")
        yield


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory, fixed_date: None) -> MadeReport:
    """Three architectures and a ladder with three seeds on 47 classes; some runs diverged."""
    return make_report(FULL, tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="session")
def two_seeds(tmp_path_factory: pytest.TempPathFactory, fixed_date: None) -> MadeReport:
    """Two architectures with two seeds on ten classes that are not EMNIST."""
    return make_report(TWO_SEEDS, tmp_path_factory.mktemp("two_seeds"))


@pytest.fixture(scope="session")
def one_seed(tmp_path_factory: pytest.TempPathFactory, fixed_date: None) -> MadeReport:
    """A ladder with one seed on unofficial data; its last step does not fit in memory."""
    return make_report(ONE_SEED, tmp_path_factory.mktemp("one_seed"))
