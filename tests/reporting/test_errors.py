"""What the section about errors says and shows is what the networks answered."""

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.errors import (
    Agreement,
    ClassAccuracy,
    ConfusedPair,
    ErrorCounts,
    HardestImage,
    Vote,
    VoteVerdict,
)
from cnnbench.analysis.tables.runs import RunRecord, finished_runs_of
from cnnbench.reporting.sections import errors
from cnnbench.reporting.sections.errors import agreement_note, error_finding
from reporting.altered import with_rows
from reporting.conftest import MadeReport, make_report
from reporting.factory import ENGLISH
from reporting.scenarios import ONE_SEED, TWO_SEEDS
from sklearn.metrics import confusion_matrix

NARROW = "\N{NO-BREAK SPACE}"


def _predictions(made: MadeReport) -> dict[str, tuple[Any, Any]]:
    """Return what each finished run read the test images as, and their labels, from the runs' own files."""
    found = {}
    for run in made.results.study.runs:
        with np.load(made.root / run.folder / "predictions.npz") as file:
            if len(file["labels"]):
                found[run.id] = file["probabilities"].argmax(axis=1), file["labels"]
    return found


def _leading(made: MadeReport) -> list[str]:
    best = max(made.results.rows(Result), key=lambda result: result.accuracy.mean if result.done else 0)
    return finished_runs_of(made.results.frame(RunRecord), best.architecture, best.recipe_hash)


def test_the_most_confused_pair_is_named_with_its_counts_both_ways(full: MadeReport) -> None:
    predictions, classes = _predictions(full), full.results.dataset["classes"]
    counts = sum(confusion_matrix(labels, read) for read, labels in (predictions[run] for run in _leading(full)))
    both = np.triu(np.asarray(counts) + np.asarray(counts).T, k=1)
    first, second = np.unravel_index(both.argmax(), both.shape)
    readings = 3 * 400
    there, back = counts[first, second], counts[second, first]
    assert (
        f"confuses “{classes[first]}” and “{classes[second]}” most: over its finished seeds, it reads"
        f" “{classes[first]}” as “{classes[second]}” in {there} of {readings:,} readings"
        f" ({100 * there / readings:.1f}%) and “{classes[second]}” as “{classes[first]}” in {back} of {readings:,}"
        f" readings ({100 * back / readings:.1f}%)."
    ) in full.text
    assert f"{classes[first]} and {classes[second]} {there} {100 * there / readings:.1f} {back}" in full.text


def test_the_images_that_all_miss_are_counted_and_shown_with_their_answers(full: MadeReport) -> None:
    predictions = _predictions(full)
    read = np.stack([answers for answers, _ in predictions.values()])
    labels = next(iter(predictions.values()))[1]
    missed = np.flatnonzero((read != labels).all(axis=0))
    assert (
        f"Of 18,800 test images, {len(missed)} are misread by every one of the {len(read)} finished networks."
        in full.text
    )
    hardest, classes = full.results.rows(HardestImage), full.results.dataset["classes"]
    assert len(hardest) == 48
    assert {row.image for row in hardest} <= set(missed)
    for row in hardest:
        names, counts = np.unique([classes[answer] for answer in read[:, row.image]], return_counts=True)
        assert json.loads(row.answers) == dict(zip(names.tolist(), counts.tolist(), strict=True))
        assert (row.agreeing, row.true) == (counts.max(), classes[labels[row.image]])


COUNTS = ErrorCounts(
    images=1000, networks=3, networks_per_image=3, seeds=2, missed_by_any_seed=9, missed_by_every_seed=2,
    missed_by_all=1,
)  # fmt: skip
VOTE = Vote(
    vote="all", name="", networks=3, accuracy=0.912, best_name="LeNet-5", best_seed=2, best_accuracy=0.9, vote_only=30,
    best_only=20, p_value=0.2, p_adjusted=0.2, verdict="undecided",
)  # fmt: skip


def _class(name: str, support: int) -> ClassAccuracy:
    return ClassAccuracy(name, support, 2 * support, 0.9, 0.8, 0.95, 0.9, 0.9, "LeNet-5", 0.9, "LeNet-5", 1)


@pytest.mark.parametrize(
    ("verdict", "p", "evidence", "says"),
    [
        (
            "better",
            0.0004,
            f"p{NARROW}<{NARROW}0.001",
            "vote reads 91.20% correctly, more than the best single network, LeNet-5, seed 2, with 90.00%",
        ),
        (
            "worse",
            0.0311,
            f"p{NARROW}={NARROW}0.031",
            "vote reads 91.20% correctly, less than the best single network, LeNet-5, seed 2, with 90.00%",
        ),
        (
            "undecided",
            0.2,
            f"p{NARROW}={NARROW}0.20",
            "Whether their majority vote (91.20%) is better than the best single network, LeNet-5, seed 2",
        ),
    ],
)
def test_a_vote_is_called_what_its_exact_test_bears(verdict: VoteVerdict, p: float, evidence: str, says: str) -> None:
    vote = replace(VOTE, p_adjusted=p, verdict=verdict)
    finding = error_finding("LeNet-5", COUNTS, [], [], [vote], ENGLISH)
    assert says in finding.detail
    images = "30 images only the vote reads correctly; 20 images only that network reads correctly"
    assert f"({images}; exact test, {evidence})" in finding.detail
    assert "Of 1,000 test images, 1 is misread by every one of the three finished networks." in finding.detail
    assert finding.headline == "LeNet-5 misreads no test image."


def test_no_image_is_counted_as_none() -> None:
    finding = error_finding("LeNet-5", replace(COUNTS, missed_by_all=0), [], [], [VOTE], ENGLISH)
    assert finding.detail.startswith("No test image is misread by every one of the three finished networks.")


@pytest.mark.parametrize(
    ("vote_only", "best_only", "says"),
    [
        (8, 0, "(8 images only the vote reads correctly; exact test, p"),
        (0, 1, "(1 image only that network reads correctly; exact test, p"),
        (0, 0, "(exact test, p"),
    ],
)
def test_images_that_there_are_not_are_not_counted(vote_only: int, best_only: int, says: str) -> None:
    vote = replace(VOTE, vote_only=vote_only, best_only=best_only)
    assert says in error_finding("LeNet-5", COUNTS, [], [], [vote], ENGLISH).detail


def test_a_share_of_few_readings_is_told_with_their_number() -> None:
    pair = ConfusedPair("leading", "2", "4", 1 / 56, 1, 1 / 72, 1, 1 / 40)
    classes = [_class("2", 36), _class("4", 20)]
    headline = error_finding("LeNet-5", COUNTS, [pair], classes, [VOTE], ENGLISH).headline
    assert "reads “2” as “4” in 1 of 72 readings (1.4%) and “4” as “2” in 1 of 40 readings (2.5%)." in headline
    one_way = replace(pair, second_as_first=0, second_as_first_share=0.0)
    headline = error_finding("LeNet-5", COUNTS, [one_way], classes, [VOTE], ENGLISH).headline
    assert headline.endswith("it reads “2” as “4” in 1 of 72 readings (1.4%).")


@pytest.mark.parametrize(("verdict", "said"), [("better", True), ("worse", False), ("undecided", False)])
def test_a_vote_beats_any_choice_of_a_network_only_if_it_is_better(
    two_seeds: MadeReport, verdict: VoteVerdict, said: bool, tmp_path: Path
) -> None:
    votes = [replace(vote, verdict=verdict) for vote in two_seeds.results.rows(Vote)]
    (section,) = errors.sections(with_rows(two_seeds.results, Vote, votes, tmp_path / "study"), ENGLISH)
    assert section.content.a_vote_is_better == said


def test_who_votes_is_said_without_a_choice_by_test_accuracy(two_seeds: MadeReport) -> None:
    assert [vote.vote for vote in two_seeds.results.rows(Vote)] == ["all", "experiment", "seeds", "seeds"]
    assert "No vote picks its networks by their test accuracy." in two_seeds.text
    assert re.search(r"All finished networks 4 \d+\.\d\d ", two_seeds.text)
    assert "One network per row of A small and a large network 2" in two_seeds.text


def _agreement(second_rank: int, overlap: float) -> Agreement:
    return Agreement(1, "ResNet-50", second_rank, "LeNet-5" if second_rank > 1 else "ResNet-50", 1, 0.95, overlap)


def test_agreement_is_told_of_the_two_best_or_else_of_two_seeds() -> None:
    seeds, best_two = _agreement(1, 0.25), _agreement(2, 0.5)
    assert agreement_note([seeds, best_two], COUNTS, ENGLISH) == (
        "ResNet-50 and LeNet-5, first and second on the leaderboard, give the same class to 95.0% of the test images."
        " Of the images that at least one of the two misreads, both misread 50.0%."
    )
    assert agreement_note([seeds], COUNTS, ENGLISH).startswith("Two seeds of ResNet-50 give the same class to 95.0%")


def test_networks_without_a_mistake_have_none_in_common() -> None:
    assert agreement_note([_agreement(2, math.nan)], COUNTS, ENGLISH).endswith("Neither misreads any.")


def test_networks_of_other_folds_are_not_said_to_have_read_the_same_images() -> None:
    folds = replace(COUNTS, networks=6, networks_per_image=3)
    detail = error_finding("LeNet-5", folds, [], [], [replace(VOTE, vote="experiment")], ENGLISH).detail
    assert detail == "Of 1,000 test images, 1 is misread by every finished network that was tested on it."
    alone = replace(COUNTS, networks=3, networks_per_image=1, missed_by_all=0)
    for said in (error_finding("LeNet-5", alone, [], [], [], ENGLISH).detail, agreement_note([], alone, ENGLISH)):
        assert said == "No two finished networks were tested on the same images."


def test_a_study_of_one_network_says_what_it_cannot_show(tmp_path: Path) -> None:
    (grid,) = TWO_SEEDS.config["experiments"]
    config = {**TWO_SEEDS.config, "seeds": [0], "experiments": [{**grid, "architectures": ["lenet5"]}]}
    made = make_report(replace(TWO_SEEDS, config=config), tmp_path)
    for sentence in (
        "With only one finished network, this study cannot say whether others misread the same images.",
        "Images that every network misreads are not shown: there is only one finished network.",
        "There is only one finished network, so there is none to compare its answers with.",
        "With one finished network there is no vote.",
    ):
        assert sentence in made.text
    assert "Who votes" not in made.text
    assert "Agreement between architectures" not in made.text


def test_a_study_without_a_finished_run_has_no_section_about_errors(tmp_path: Path) -> None:
    made = make_report(replace(ONE_SEED, fails=lambda architecture, recipe, seed: "diverged"), tmp_path)
    assert "Errors" not in made.pages[1]
    assert "Which characters are confused" not in made.text
