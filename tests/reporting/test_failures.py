"""A run that failed is named with its reason, and a study of nothing else says so first."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.reporting.documents.registry import documents
from cnnbench.reporting.labels import status_words
from cnnbench.reporting.results import Results
from cnnbench.reporting.sections.findings import memory_finding, sections
from reporting.conftest import MadeReport, make_report, read_pages
from reporting.factory import ENGLISH, TEMPLATES, Scenario, make_tables, write_results
from reporting.scenarios import ALL_FAILED, FAILURES, ONE_SEED


@pytest.fixture(scope="module")
def all_failed(tmp_path_factory: pytest.TempPathFactory) -> MadeReport:
    """The report of a study none of whose runs was finished."""
    return make_report(ALL_FAILED, tmp_path_factory.mktemp("all_failed"))


def findings_of(scenario: Scenario, root: Path) -> str:
    """What the section of key findings says of a study."""
    folder = write_results(scenario, root)
    results = Results(folder, root / "results/data" / Results(folder, root).study.dataset)
    make_tables(results, root)
    (section,) = sections(results, ENGLISH)
    return " ".join(f"{finding.headline} {finding.detail}" for finding in section.content.findings)


def test_study_without_a_finished_run_says_so_first(all_failed: MadeReport, tmp_path: Path) -> None:
    runs = all_failed.results.frame(RunRecord)
    counts = runs["status"].value_counts()
    assert set(counts.index) == set(FAILURES)
    for name, document in documents().items():
        path = tmp_path / document.output
        document.write(all_failed.results, ENGLISH, TEMPLATES, path)
        pdf = path.suffix == ".pdf"
        first = read_pages(path)[0] if pdf else path.read_text(encoding="utf-8").partition("<main>")[0]
        assert "This study has no result: none of its runs was finished (" in first, name
        for status, number in counts.items():
            assert f"{number} {status_words(str(status), ENGLISH)}" in first, name
    slides = " ".join(read_pages(tmp_path / "slides.pdf"))
    assert "No run was finished" in slides
    assert f"{len(runs)} runs failed" in slides


def test_report_lists_all_failures_with_reasons(all_failed: MadeReport) -> None:
    runs = all_failed.results.frame(RunRecord)
    assert "No run was finished." in all_failed.text
    assert f"{len(runs)} of {len(runs)} runs were not finished." in all_failed.text
    assert "Means are over the finished runs" not in all_failed.text
    table = all_failed.text.partition("Runs that were not finished, and why.")[2]
    for reason in runs["reason"].unique():
        assert reason in table


def test_rule_of_learning_is_said_where_a_run_did_not_learn(all_failed: MadeReport, one_seed: MadeReport) -> None:
    rule = "A run did not learn if its training loss ended at more than ten times the loss of guessing"
    assert rule in all_failed.text
    assert rule not in one_seed.text


def test_study_with_a_finished_run_has_a_result(one_seed: MadeReport) -> None:
    assert "This study has no result" not in one_seed.text


def test_run_that_did_not_learn_leads_no_ranking(tmp_path: Path) -> None:
    """Even where its accuracy would be the highest."""
    scenario = replace(
        ONE_SEED,
        accuracy=lambda architecture, recipe: 0.99 if recipe["batch_size"] == 2048 else 0.5,
        fails=lambda architecture, recipe, seed: "did_not_learn" if recipe["batch_size"] == 2048 else None,
    )
    text = findings_of(scenario, tmp_path)
    assert "LeNet-5 \N{MIDDLE DOT} Baseline has the highest" in text or "Batch of 65,536 has the highest" in text
    assert "Batch of 2048 has the highest" not in text
    assert "Did not learn: 1 (LeNet-5)" in text


def test_runs_in_smaller_parts_are_named(tmp_path: Path) -> None:
    text = findings_of(replace(ONE_SEED, fails=lambda *_: None, parts=lambda *_: 4), tmp_path)
    assert "3 runs ran out of memory and were computed in smaller parts." in text
    assert "LeNet-5: 512 images at once instead of 2,048, in 1 of its runs" in text
    assert "batch normalization" in text


def test_runs_as_their_recipes_say_are_not_named() -> None:
    runs = pd.DataFrame(
        {
            "status": ["done", "out_of_memory"],
            "title": ["A", "B"],
            "planned_batch_size": [64, 64],
            "computed_batch_size": [64, 1],
        }
    )
    assert memory_finding(runs, ENGLISH) is None
