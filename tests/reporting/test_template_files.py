import subprocess
import sys
from pathlib import Path

import pytest
from cnnbench.reporting.documents.registry import documents
from cnnbench.reporting.report_sections import section_templates
from cnnbench.reporting.template_files import template_files
from reporting.factory import ROOT, TEMPLATES


def test_a_document_is_made_of_what_its_template_names_directly_or_not(tmp_path: Path) -> None:
    files = {
        "page.html": '{% extends "base.html" %}<style>{% include "page.css" %}</style>',
        "base.html": '{% import "parts/macros.html" as macros %}{% if x %}{% include "parts/a.html" %}{% endif %}',
        "parts/a.html": '{% from "parts/macros.html" import one %}{{ "" | a_filter_of_its_own }}',
        "parts/macros.html": "",
        "parts/other.html": "",
        "page.css": "p { margin: 0 }",
    }
    (tmp_path / "parts").mkdir()
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    expected = {tmp_path / name for name in files} - {tmp_path / "parts/other.html"}
    assert set(template_files(tmp_path, "page.html")) == expected


def test_a_template_named_by_a_variable_is_any_section(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{% for section in sections %}{% include section.template %}{% endfor %}")
    (tmp_path / "costs.html").write_text('{% include "parts.html" %}')
    for name in ("errors.html", "parts.html", "other.html"):
        (tmp_path / name).touch()
    names = {path.name for path in template_files(tmp_path, "page.html", ["costs.html", "errors.html"])}
    assert names == {"page.html", "costs.html", "errors.html", "parts.html"}


def test_a_template_named_by_a_variable_is_refused_where_there_are_no_sections(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{% include name %}")
    with pytest.raises(ValueError, match=r"page\.html"):
        template_files(tmp_path, "page.html")


def test_every_template_is_used() -> None:
    made_of = [template_files(TEMPLATES, f"{name}.html", section_templates()) for name in documents()]
    used = {path for files in made_of for path in files}
    assert used == {path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".css", ".js")}


def test_a_document_its_template_style_sheet_and_module_have_one_name() -> None:
    for name in documents():
        files = template_files(TEMPLATES, f"{name}.html", section_templates())
        assert {TEMPLATES / f"{name}.html", TEMPLATES / f"{name}.css"} <= set(files)


def test_planning_imports_no_library_that_only_writing_needs() -> None:
    """The workflow imports all documents and sections whenever it is started."""
    heavy = ["weasyprint", "pandas", "numpy", "scipy", "matplotlib", "PIL", "fontTools"]
    code = f"""
import sys
from cnnbench.reporting.documents.registry import documents
from cnnbench.reporting.report_sections import section_templates
documents(), section_templates()
print([name for name in {heavy} if name in sys.modules])
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT / "workflow", capture_output=True, text=True, check=True
    )
    assert ran.stdout == "[]\n"
