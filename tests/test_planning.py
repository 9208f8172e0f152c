"""What a study's figures are drawn for is decided before any job."""

from typing import Any

import pytest
from cnnbench.planning import make_plan, subjects_of
from cnnbench.reporting.figures.figure import Subject
from cnnbench.study.load import load_study

STUDY: dict[str, Any] = {
    "name": "planned",
    "title": "A study",
    "experiments": [
        {"kind": "grid", "name": "nets", "question": "Which?", "architectures": ["lenet5", "resnet50"]},
        {
            "kind": "grid",
            "name": "one_rate",
            "question": "?",
            "architectures": ["lenet5"],
            "values": {"learning_rate": [0.1]},
        },
        {
            "kind": "grid",
            "name": "rates",
            "question": "?",
            "architectures": ["lenet5"],
            "values": {"learning_rate": [0.1, 0.01]},
        },
        {
            "kind": "ladder",
            "name": "steps",
            "question": "?",
            "architecture": "lenet5",
            "steps": [{"name": "Two epochs", "change": {"epochs": 2}}],
        },
    ],
}


@pytest.mark.parametrize(
    ("subject", "names"),
    [
        (Subject.STUDY, [""]),
        (Subject.SURVEY, []),
        (Subject.EXPERIMENT, ["nets", "one_rate", "rates", "steps"]),
        (Subject.LADDER, ["steps"]),
        (Subject.VARIED_GRID, ["rates"]),
    ],
)
def test_what_a_figure_is_drawn_for(subject: Subject, names: list[str]) -> None:
    assert subjects_of(load_study(STUDY, "test"))[subject] == names


def test_every_kind_of_subject_is_planned() -> None:
    assert set(subjects_of(load_study(STUDY, "test"))) == set(Subject)


def test_a_survey_is_drawn_where_there_is_one() -> None:
    assert subjects_of(load_study({**STUDY, "survey": "config/survey.yaml"}, "test"))[Subject.SURVEY] == [""]


def test_a_figure_without_a_subject_is_not_planned() -> None:
    planned = {figure.name: figure for figure in make_plan(STUDY, "test", {}).figures}
    assert "survey_weights" not in planned
    assert planned["ladder"].paths == ["figures/ladder/steps.svg"]
    assert planned["ladder"].pattern == "figures/ladder/{experiment}.svg"
    assert planned["costs"].paths == [planned["costs"].pattern] == ["figures/costs.svg"]


def test_what_is_said_of_a_study_is_no_part_of_what_is_computed_with() -> None:
    reworded: dict[str, Any] = {**STUDY, "title": "Other", "report": {"authors": ["A"], "language": "ko"}}
    reworded["experiments"] = [{**one, "question": "Why?", "title": "Heading"} for one in STUDY["experiments"]]
    before, after = make_plan(STUDY, "test", {}), make_plan(reworded, "test", {})
    assert before.study_json == after.study_json
    assert before.presentation_json != after.presentation_json
