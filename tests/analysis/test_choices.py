"""What each seed would choose by its validation images, and how often two seeds choose the same."""

from collections.abc import Mapping, Sequence
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from analysis.made_up import answers_of, experiment_of, histories_of, runs_table, study_of
from cnnbench.analysis.choices import Choices, choose_by_validation, pairs_alike
from cnnbench.analysis.leaderboard import leaderboard
from cnnbench.analysis.tables.choices import ChoiceStability, ValidationChoice
from cnnbench.study.study_file import StudyFile

Validation = Sequence[float | None]


def runs_of(*combinations: tuple[str, str, Validation]) -> pd.DataFrame:
    """Return a table of runs with validation accuracies; those on the test images are the other way round."""
    runs = runs_table(*combinations)
    return runs.assign(accuracy=1 - runs["validation_accuracy"])


def chosen(runs: pd.DataFrame, losses: Mapping[str, float] | None = None, study: StudyFile | None = None) -> Choices:
    study = study or study_of(experiment_of(runs))
    return choose_by_validation(
        study, leaderboard(study, runs, answers_of(runs, 100)), runs, histories_of(runs, losses)
    )


def of_family(rows: Choices, family: str = "leaderboard") -> tuple[list[ValidationChoice], list[ChoiceStability]]:
    return (
        [row for row in rows.validation_choices if row.family == family],
        [row for row in rows.choice_stability if row.family == family],
    )


BY_HAND = runs_of(
    ("large", "aaaa", [0.90, 0.80, 0.90, 0.70, 0.50]),
    ("large", "bbbb", [0.80, 0.90, 0.80, 0.60, 0.60]),
    ("small", "aaaa", [0.70, 0.70, 0.70, 0.80, 0.90]),
)
"""The seeds choose large aaaa, large bbbb, large aaaa, small aaaa, small aaaa."""


def test_each_seed_chooses_the_highest_validation_accuracy_whatever_the_test_images_say() -> None:
    choices, _ = of_family(chosen(BY_HAND))
    assert [(row.seed, row.chosen.name, row.validation_accuracy) for row in choices] == [
        (0, "large aaaa", 0.9),
        (1, "large bbbb", 0.9),
        (2, "large aaaa", 0.9),
        (3, "small aaaa", 0.8),
        (4, "small aaaa", 0.9),
    ]
    assert [row.chosen_title for row in choices] == ["Large", "Large", "Large", "Small", "Small"]
    assert {row.equals for row in choices} == {0}


def test_how_often_seeds_agree_by_hand() -> None:
    _, (stability,) = of_family(chosen(BY_HAND))
    assert stability == ChoiceStability(
        kind="leaderboard",
        family="leaderboard",
        combinations=3,
        architectures=2,
        seeds=5,
        seeds_left_out=0,
        same_combination=2,
        same_architecture=3,
        pairs=10,
        # Seeds 0 and 2, and seeds 3 and 4.
        pairs_same_combination=2,
        # Of the seeds 0, 1 and 2 every two, and seeds 3 and 4.
        pairs_same_architecture=4,
    )


def test_the_share_of_pairs_is_how_often_another_seed_chooses_as_one_did() -> None:
    choices = np.random.default_rng(0).integers(0, 3, 8).tolist()
    ordered = list(permutations(choices, 2))
    assert 2 * pairs_alike(choices) == sum(one == other for one, other in ordered)
    assert len(ordered) == 8 * 7


@pytest.mark.parametrize("lower", ["large/aaaa/seed0", "small/aaaa/seed0"])
def test_ties_go_to_the_lower_validation_loss(lower: str) -> None:
    runs = runs_of(("large", "aaaa", [0.9]), ("small", "aaaa", [0.9]))
    ((choice,), _) = of_family(chosen(runs, {lower: 0.4}))
    assert (f"{choice.chosen.architecture}/aaaa/seed0", choice.validation_loss, choice.equals) == (lower, 0.4, 0)


def test_a_full_tie_goes_to_the_first_of_the_config_and_is_told() -> None:
    runs = runs_of(("large", "aaaa", [0.9]), ("small", "aaaa", [0.9]), ("other", "aaaa", [0.9]))
    # On the test images the last is the best, so it leads the leaderboard.
    runs["accuracy"] = [0.1, 0.2, 0.3]
    ((choice,), _) = of_family(chosen(runs))
    assert (choice.chosen.architecture, choice.equals) == ("large", 2)


def test_a_seed_in_which_a_candidate_failed_is_left_out() -> None:
    runs = runs_of(
        ("large", "aaaa", [0.9, None, 0.7]), ("small", "aaaa", [0.8, 0.8, 0.8]), ("other", "aaaa", [None] * 3)
    )
    choices, (stability,) = of_family(chosen(runs))
    assert [(row.seed, row.chosen.architecture) for row in choices] == [(0, "large"), (2, "small")]
    assert (stability.combinations, stability.seeds, stability.seeds_left_out) == (2, 2, 1)


def test_one_seed_tells_nothing_of_another() -> None:
    _, (stability,) = of_family(chosen(runs_of(("large", "aaaa", [0.9]), ("small", "aaaa", [0.8]))))
    assert (stability.seeds, stability.pairs, stability.pairs_same_combination) == (1, 0, 0)


@pytest.mark.parametrize(
    "runs",
    [
        runs_of(("large", "aaaa", [0.9, 0.9])),
        runs_of(("large", "aaaa", [0.9, 0.9]), ("small", "aaaa", [None, None])),
        runs_of(("large", "aaaa", [None, 0.9]), ("small", "aaaa", [0.9, None])),
        runs_table(("large", "aaaa", [None]), ("small", "aaaa", [None])),
    ],
)
def test_without_a_choice_there_are_no_rows(runs: pd.DataFrame) -> None:
    assert chosen(runs) == Choices([], [])


def test_each_experiment_chooses_from_its_own_rows_under_their_labels() -> None:
    large = experiment_of(BY_HAND[BY_HAND["architecture"] == "large"], "ladder", "steps")
    every = experiment_of(BY_HAND, "grid", "all")
    found = chosen(BY_HAND, study=study_of(large, every))
    steps, (stability,) = of_family(found, "steps")
    assert {row.kind for row in steps} == {"ladder"}
    assert [row.chosen.name for row in steps] == [f"large {r}" for r in ("aaaa", "bbbb", "aaaa", "aaaa", "bbbb")]
    assert (stability.architectures, stability.same_architecture) == (1, 5)
    assert stability.pairs_same_combination == 3 + 1
    named = {row.chosen.name for row in of_family(found)[0]}
    # The leaderboard names a step of a ladder with its architecture.
    assert named == {"Large · large aaaa", "Large · large bbbb", "small aaaa"}
    assert [row.chosen.combination for row in of_family(found)[0]] == [
        row.chosen.combination for row in of_family(found, "all")[0]
    ]


def test_two_rows_of_one_recipe_are_one_candidate() -> None:
    runs = runs_of(("large", "aaaa", [0.9, 0.8]), ("small", "aaaa", [0.8, 0.9]))
    once = experiment_of(runs)
    twice = type(once)(once.name, once.kind, [*once.rows, *once.rows])
    choices, (stability,) = of_family(chosen(runs, study=study_of(twice)), "experiment")
    assert stability.combinations == 2
    assert {row.equals for row in choices} == {0}
