"""What the report says of the choice by validation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from analysis.made_up import answers_of, experiment_of, histories_of, runs_table, study_of
from cnnbench.analysis.choices import choose_by_validation
from cnnbench.analysis.leaderboard import leaderboard
from cnnbench.analysis.tables.choices import ChoiceStability
from cnnbench.reporting.choices import choice_note
from cnnbench.reporting.figures.canvas import Canvas
from cnnbench.reporting.figures.learning_curves import draw_learning_curves
from matplotlib.figure import Figure
from reporting.conftest import MadeReport
from reporting.factory import ENGLISH, ENGLISH_FIGURES, STYLE

ROWS = {name: (name[0].lower(), name[1] * 4) for name in ("A1", "A2", "B1", "B2", "C1")}
"""Architecture and recipe of some rows."""


def note(choices: Sequence[str | None], rows: Sequence[str] = tuple(ROWS)) -> str | None:
    """Say what is said of seeds that choose the rows named `choices`; None is a seed in which a run failed.

    Args:
        choices: the choice of each seed: letter and number for architecture and recipe.
        rows: the rows that there are to choose from.
    """
    runs = runs_table(
        *(
            (*ROWS[row], [(0.9 if row == choice else 0.8) if choice or row != rows[0] else None for choice in choices])
            for row in rows
        )
    )
    study = study_of(experiment_of(runs))
    found = choose_by_validation(study, leaderboard(study, runs, answers_of(runs, 100)), runs, histories_of(runs))
    return choice_note("leaderboard", "leaderboard", found.validation_choices, found.choice_stability, ENGLISH)


@pytest.mark.parametrize(
    ("choices", "says"),
    [
        (["A1", "A1"], "both seeds choose a 1111."),
        (["A1", "B1"], "one of the two seeds chooses a 1111; the other chooses b 1111."),
        (["A1"] * 3, "all three seeds choose a 1111."),
        (
            ["A1", "A1", "A1", "A2", "B1"],
            "three of the five seeds choose a 1111. In three of the ten pairs of seeds, both choose the same"
            " architecture and recipe; in six, the same architecture.",
        ),
        (
            ["A1", "A1", "B1"],
            "two of the three seeds choose a 1111. In one of the three pairs of seeds, both choose the same"
            " architecture and recipe; in one, the same architecture.",
        ),
        (
            ["A1", "A1", "B1", "B1"],
            "a 1111 and b 1111 are each chosen by two of the four seeds. In two of the six pairs of seeds, both"
            " choose the same architecture and recipe; in two, the same architecture.",
        ),
        (
            ["A1", "A1", "A2"],
            "two of the three seeds choose a 1111. In one of the three pairs of seeds, both choose the same. All"
            " seeds choose the same architecture, A.",
        ),
        (
            ["A1", "A2", "B1"],
            "each of the three seeds chooses a different combination. In one of the three pairs of seeds, both"
            " choose the same architecture.",
        ),
        (
            ["A1", "A1", None, "A2", "A1", None],
            "three of the four seeds choose a 1111. In three of the six pairs of seeds, both choose the same. All"
            " seeds choose the same architecture, A. Not counted are two seeds, in which runs failed.",
        ),
        (["A1", None, "A1"], "both seeds choose a 1111. Not counted is one seed, in which a run failed."),
    ],
)
def test_what_seeds_choose_and_how_often_they_agree_is_said(choices: list[str | None], says: str) -> None:
    assert note(choices) == f"By validation accuracy, {says}"


def test_an_architecture_is_not_told_from_its_only_recipe() -> None:
    said = (
        "By validation accuracy, two of the three seeds choose a 1111. In one of the three pairs of seeds, both choose"
        " the same."
    )
    assert note(["A1", "A1", "B1"], ["A1", "B1"]) == said
    assert note(["A1", "A1", "A2"], ["A1", "A2"]) == said.replace("b 1111", "a 2222")


def test_each_seed_may_choose_another_architecture() -> None:
    said = "By validation accuracy, each of the three seeds chooses a different combination."
    assert note(["A1", "B1", "C1"]) == f"{said} No two seeds choose the same architecture."


@pytest.mark.parametrize("choices", [["A1"], ["A1", None]])
def test_of_fewer_than_two_seeds_nothing_is_said(choices: list[str | None]) -> None:
    assert note(choices) is None


def test_the_report_says_it_of_the_leaderboard_and_of_each_grid(full: MadeReport, two_seeds: MadeReport) -> None:
    families = {row.family for row in full.results.rows(ChoiceStability) if row.seeds > 1 and row.kind != "ladder"}
    assert len(families) > 1
    assert full.text.count("By validation accuracy,") == len(families)
    # The leaderboard of a study with one experiment is that experiment.
    assert len(two_seeds.results.study.experiments) == 1
    assert two_seeds.text.count("By validation accuracy,") == 1


def test_that_seeds_share_their_validation_images_is_said_where_they_do(full: MadeReport, one_seed: MadeReport) -> None:
    shared = "All seeds share the same validation images"
    assert full.text.count(shared) == 1
    assert shared not in one_seed.text, "nothing is said of the choice"


@dataclass(frozen=True)
class Titles(Canvas):
    """Keeps the titles of the panels instead of drawing a file."""

    titles: list[str] = field(default_factory=list)

    def draw(self, height: float, paint: Callable[[Figure], None]) -> None:
        figure = Figure()
        paint(figure)
        self.titles.extend(axes.get_title() for axes in figure.axes if axes.get_title())


def test_of_many_rows_that_validated_equally_well_those_with_the_lower_loss_are_drawn(tmp_path: Path) -> None:
    runs = runs_table(*((f"n{number}", "aaaa", [0.9, 0.8]) for number in range(14)))
    # The accuracies of the first row come in another order, so that their sum may differ in the last digit.
    runs.loc[:1, "validation_accuracy"] = [0.8, 0.9]
    losses = {run: 0.9 if run.startswith(("n0/", "n5/")) else 0.5 for run in runs["run"]}
    histories = histories_of(runs, losses).assign(loss=1.0, accuracy=0.5)
    canvas = Titles(STYLE, tmp_path / "curves.svg")
    draw_learning_curves(experiment_of(runs), runs, histories, ENGLISH_FIGURES, canvas)
    assert canvas.titles == [f"n{number} aaaa" for number in range(14) if number not in (0, 5)]
