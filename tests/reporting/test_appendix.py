"""What the appendix lists is what the runs were made with."""

from cnnbench.analysis.tables.runs import RunRecord
from cnnbench.reporting.format import MISSING
from cnnbench.reporting.sections import appendix
from cnnbench.reporting.sections.appendix import AppendixContent, list_code, list_environments, list_recipes
from cnnbench.study.study_file import StudyRun
from reporting.conftest import MadeReport
from reporting.factory import ENGLISH


def _run(architecture: str, recipe_hash: str, **recipe: object) -> StudyRun:
    return StudyRun(
        f"{architecture}/{recipe_hash}", architecture, architecture.title(), recipe_hash, 0, recipe, "data", ""
    )


def _content(made: MadeReport) -> AppendixContent:
    (section,) = appendix.sections(made.results, ENGLISH)
    content: AppendixContent = section.content
    return content


def test_what_recipes_share_is_said_once_and_what_they_do_not_share_with_each() -> None:
    runs = [
        _run("lenet", "aa", epochs=3, input={"mode": "pad", "size": None}),
        _run("resnet", "aa", epochs=3, input={"mode": "pad", "size": None}),
        _run("lenet", "bb", epochs=3, input={"mode": "pad", "size": 32}),
    ]
    shared, recipes = list_recipes(runs)
    assert shared == {"epochs": "3", "input.mode": "pad"}
    assert [recipe.recipe_hash for recipe in recipes] == ["aa", "bb"]
    assert [recipe.values for recipe in recipes] == [{"input.size": MISSING}, {"input.size": "32"}]
    assert [recipe.architectures for recipe in recipes] == [["Lenet", "Resnet"], ["Lenet"]]


def test_every_environment_is_listed_once_with_its_runs(full: MadeReport) -> None:
    runs = full.results.frame(RunRecord)
    (all_alike,) = list_environments(runs)
    assert (all_alike.runs, all_alike.versions["keras"]) == (len(runs), "3.10")
    runs.loc[0, "version.keras"] = "3.11"
    assert [(found.runs, found.versions["keras"]) for found in list_environments(runs)] == [
        (1, "3.11"),
        (len(runs) - 1, "3.10"),
    ]


def test_code_that_changed_between_runs_shows(full: MadeReport) -> None:
    runs = full.results.frame(RunRecord)
    title, code = runs["title"][0], runs["code"][0]
    assert list_code(runs)[title] == [code]
    runs.loc[0, "code"] = "0000000000"
    assert list_code(runs)[title] == sorted(["0000000000", code])


def test_all_runs_are_listed_and_those_that_failed_say_how(full: MadeReport) -> None:
    content, runs = _content(full), full.results.frame(RunRecord)
    assert [row.record["run"] for row in content.runs] == list(runs["run"])
    assert [row.failure for row in content.runs] == [
        None if status == "done" else "diverged" for status in runs["status"]
    ]
