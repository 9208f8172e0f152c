from pathlib import Path

import pytest
from cnnbench.reporting.template_files import template_files
from reporting.factory import TEMPLATES


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


def test_a_template_named_by_a_variable_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{% include name %}")
    with pytest.raises(ValueError, match=r"page\.html"):
        template_files(tmp_path, "page.html")


def test_every_template_is_used() -> None:
    documents = [template_files(TEMPLATES, f"{name}.html") for name in ("paper", "page", "slides")]
    used = {path for files in documents for path in files}
    assert used == {path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".css", ".js")}
