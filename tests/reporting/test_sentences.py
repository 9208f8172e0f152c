"""What the report's sentences claim, and what they leave open."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import pytest
from analysis.made_up import answers_of, experiment_of, runs_table, study_of
from cnnbench.analysis.comparisons import compare
from cnnbench.analysis.leaderboard import find_lead, find_saving, leaderboard
from cnnbench.analysis.tables.comparisons import (
    Comparison,
    GridEffect,
    Result,
    SmallestDifference,
    Standing,
    Verdict,
)
from cnnbench.analysis.tables.runs import TrainingDiagnosis
from cnnbench.analysis.tables.values import NO_ESTIMATE, Estimate
from cnnbench.reporting.phrases import bears_ranks, best_finding, best_sentence, lead_finding, number_words
from cnnbench.reporting.sections.experiment import answer, grid_note, training_note
from cnnbench.reporting.sections.findings import failure_finding, saving_finding, seeds_notice
from cnnbench.reporting.sections.leaderboard import marks_sentence, places_of, smallest_difference_note
from cnnbench.reporting.sections.section import Finding
from cnnbench.study.study_file import StudyFile
from reporting.factory import ENGLISH

Accuracies = Sequence[float | None]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def both(finding: Finding) -> str:
    return plain(f"{finding.headline} {finding.detail}")


def compared(study: StudyFile, runs: pd.DataFrame, images: int = 10_000) -> tuple[list[Result], list[Comparison]]:
    """Return the leaderboard and all comparisons of a study."""
    answers = answers_of(runs, images)
    results = leaderboard(study, runs, answers)
    return results, compare(study, results, runs, answers).comparisons


def of_leaderboard(comparisons: Sequence[Comparison]) -> list[Comparison]:
    return [comparison for comparison in comparisons if comparison.kind == "leaderboard"]


def of_lead(images: int = 10_000, **accuracies: Accuracies) -> str:
    runs = runs_table(*((name, "aaaa", values) for name, values in accuracies.items()))
    results, comparisons = compared(study_of(experiment_of(runs)), runs, images)
    return both(lead_finding(find_lead(results), of_leaderboard(comparisons), ENGLISH))


def of_ladder(*accuracies: Accuracies) -> str:
    runs = runs_table(*[("small", f"step{position}", values) for position, values in enumerate(accuracies)])
    ladder = experiment_of(runs, "ladder")
    return both(answer(ladder, *compared(study_of(ladder), runs), [], ENGLISH))


def test_a_lead_that_is_more_than_chance_is_called_one() -> None:
    text = of_lead(large=[0.90, 0.902, 0.901], small=[0.80, 0.801, 0.802])
    assert text.startswith("large aaaa has the highest mean test accuracy: 90.10%. The 95% interval is 8")
    assert "% (3 seeds). small aaaa comes second with 80.10%: a difference of +10.00 points (95% interval +" in text
    assert "This is more than chance in training and in the test images would explain (p < 0.001)." in text
    assert "seeds would be needed" not in text


def test_a_lead_that_seeds_do_not_bear_settles_nothing() -> None:
    text = of_lead(large=[0.90, 0.92], small=[0.89, 0.915])
    assert "this comparison does not settle which of the two is better." in text
    assert "more than chance" not in text


def test_a_lead_that_the_test_images_do_not_bear_settles_nothing() -> None:
    text = of_lead(images=100, large=[0.940, 0.950, 0.960, 0.950], small=[0.930, 0.939, 0.950, 0.941])
    assert "does not settle which of the two is better" in text


def with_seeds_needed(comparison: Comparison, seeds: int | None) -> Comparison:
    return replace(comparison, verdict="undecided", p_holm=0.4, seeds_needed=seeds)


@pytest.mark.parametrize(("seeds", "said"), [(12, True), (None, False)])
def test_an_open_lead_says_how_many_seeds_would_settle_it_where_that_is_known(seeds: int | None, said: bool) -> None:
    runs = runs_table(("large", "aaaa", [0.90, 0.92]), ("small", "aaaa", [0.89, 0.915]))
    results, comparisons = compared(study_of(experiment_of(runs)), runs)
    own = [with_seeds_needed(comparison, seeds) for comparison in of_leaderboard(comparisons)]
    text = both(lead_finding(find_lead(results), own, ENGLISH))
    needed = "To detect a true difference of this size, 12 seeds would be needed (80% power)."
    assert (needed in text) == said
    assert ("needed" in text) == said


def standing(name: str, possibly_best: bool | None, ranks: tuple[int | None, int | None] = (1, 5)) -> Standing:
    return Standing(name, name, name, "aaaa", possibly_best, *ranks, NO_ESTIMATE, math.nan, None)


@pytest.mark.parametrize(
    ("possible", "says"),
    [
        (5, "No result can be ruled out as the best."),
        (1, "With 95% confidence, A is the best of the five results."),
        (2, "With 95% confidence, the best of the five results is one of these two: A and B."),
    ],
)
def test_results_that_may_be_the_best_are_named(possible: int, says: str) -> None:
    standings = [standing(name, place < possible) for place, name in enumerate("ABCDE")]
    assert best_sentence([*standings, standing("failed", None)], ENGLISH) == says


def test_of_many_results_that_may_be_the_best_the_number_is_told() -> None:
    standings = [standing(f"A{place}", place < 7) for place in range(60)]
    assert best_sentence(standings, ENGLISH) == (
        "With 95% confidence, the best of the 60 results is one of seven; the other 53 are ruled out."
    )


def of_study(possibly_best: Sequence[bool], **accuracies: Accuracies) -> str:
    """Return what is said of a study whose results, best first, may be the best or not."""
    runs = runs_table(*((name, "aaaa", values) for name, values in accuracies.items()))
    results, comparisons = compared(study_of(experiment_of(runs)), runs)
    standings = [
        replace(standing(result.name, possible), architecture=result.architecture)
        for result, possible in zip(results, possibly_best, strict=True)
    ]
    return both(best_finding(find_lead(results), of_leaderboard(comparisons), standings, ENGLISH))


def test_a_second_that_is_ruled_out_as_the_best_is_not_said_to_be_open_too() -> None:
    accuracies = {"a": [0.90, 0.92], "b": [0.89, 0.915], "c": [0.7, 0.71]}
    out = of_study([True, False, False], **accuracies)
    assert "b aaaa comes second with 90.25%: a difference of +0.75 points" in out
    assert out.endswith("With 95% confidence, a aaaa is the best of the three results.")
    assert "settle" not in out
    possible = of_study([True, True, False], **accuracies)
    assert "this comparison does not settle which of the two is better" in possible
    assert possible.endswith("the best of the three results is one of these two: a aaaa and b aaaa.")


def test_ranks_need_two_results_with_two_seeds() -> None:
    def borne(*accuracies: Accuracies) -> bool:
        runs = runs_table(*((f"a{place}", "aaaa", values) for place, values in enumerate(accuracies)))
        return bears_ranks(compared(study_of(experiment_of(runs)), runs)[0])

    assert not borne([0.9], [0.8], [0.7])
    assert not borne([0.9, 0.91], [0.8, None])
    assert borne([0.9, 0.91], [0.8, 0.81])


def marks(accuracies: Sequence[Accuracies], possibly_best: Sequence[bool | None]) -> tuple[str | None, list[bool]]:
    """Return what the leaderboard says of these results, best first, and which of them it marks."""
    runs = runs_table(*((f"a{place}", "aaaa", values) for place, values in enumerate(accuracies)))
    results, _ = compared(study_of(experiment_of(runs)), runs)
    standings = [
        replace(standing(result.name, possible), architecture=result.architecture)
        for result, possible in zip(results, possibly_best, strict=True)
    ]
    places = places_of(results, standings, {"experiment": "Heading"})
    return marks_sentence(places, ENGLISH), [place.marked for place in places]


def test_the_leaderboard_marks_what_may_be_the_best_if_something_may_not() -> None:
    four = [[0.9, 0.91], [0.89, 0.9], [0.7, 0.71], [0.6, 0.61]]
    says, marked = marks(four, [True, True, False, False])
    assert says == "With 95% confidence, the best of these four results is among the two marked ones."
    assert marked == [True, True, False, False]
    says, marked = marks(four, [True, False, False, False])
    assert says == "With 95% confidence, a0 aaaa is the best of the four results."
    assert marked == [True, False, False, False]
    assert marks(four, [True] * 4) == ("No result can be ruled out as the best.", [False] * 4)


def test_one_seed_bears_no_set_and_no_ranks() -> None:
    says, marked = marks([[0.9], [0.8]], [True, True])
    assert says is not None
    assert (
        "no ranks are given: with a single seed, how far accuracies vary from training to training is unknown" in says
    )
    assert marked == [False, False]
    assert marks([[0.9, 0.9], [None]], [True, None]) == (None, [False, False])


def test_numbers_up_to_ten_are_words() -> None:
    assert [number_words(number, ENGLISH) for number in (1, 4, 10, 11, 1200)] == ["one", "four", "ten", "11", "1,200"]


def test_one_seed_says_what_can_and_what_cannot_be_concluded() -> None:
    text = of_lead(large=[0.9], small=[0.8])
    assert "these two trained networks differ by more than chance in the test images" in text
    assert "whether they would differ if trained again is unknown" in text
    assert "is for other test images, and how far the accuracy varies between seeds is unknown" in text
    alike = of_lead(large=[0.9], small=[0.899])
    assert "chance in the test images alone may explain the difference (p = " in alike


def test_results_without_a_common_seed_are_not_compared() -> None:
    text = of_lead(large=[0.9, None], small=[None, 0.8])
    assert "They have no finished seed in common, so they cannot be compared." in text
    assert "a difference of" not in text


def test_a_study_of_one_seed_is_warned_about() -> None:
    notice = seeds_notice([7], ENGLISH) or ""
    assert "intervals and tests are about other test images only" in notice
    assert "That needs at least two seeds" in notice
    assert seeds_notice([0, 1], ENGLISH) is None


def test_failed_seeds_of_the_best_are_named() -> None:
    assert "(2 of 3 seeds)" in of_lead(large=[0.90, None, 0.91], small=[0.8, 0.8, 0.8])


def test_nothing_finished_or_nothing_to_compare_with_is_said_plainly() -> None:
    assert of_lead(large=[None], small=[None]).startswith("No run was finished.")
    assert "There is no other finished result to compare it with." in of_lead(large=[0.9, 0.91])
    assert "There is no other finished result to compare it with." in of_lead(large=[0.9, 0.91], small=[None, None])


def test_a_saving_says_whether_its_loss_is_more_than_chance() -> None:
    runs = runs_table(("large", "aaaa", [0.90, 0.92, 0.91]), ("small", "aaaa", [0.80, 0.82, 0.81]))
    study = study_of(experiment_of(runs))
    results, comparisons = compared(study, runs)
    saving = find_saving(results)
    assert saving is not None
    text = both(saving_finding(saving, of_leaderboard(comparisons), ENGLISH))
    start = "small aaaa needs the fewest operations: 1.00 k per image. large aaaa needs 50 times as many"
    assert text.startswith(start)
    assert "10.00 points less than large aaaa." in text
    # Two equal seeds do not mean that seeds do not matter.
    (comparison,) = of_leaderboard(comparisons)
    assert comparison.verdict == "better"
    assert "This is more than chance in training and in the test images would explain (p " in text
    assert both(saving_finding(saving, [], ENGLISH)).endswith("10.00 points less than large aaaa.")


def test_ladder_steps_are_called_what_their_comparisons_bear() -> None:
    text = of_ladder(
        [0.800, 0.810, 0.820], [0.900, 0.911, 0.919], [0.91, 0.90, 0.92], [0.700, 0.691, 0.710], [None] * 3
    )
    claim, _, evidence = text.partition(". ")
    assert claim == "Small: “small step1” raised the test accuracy; “small step3” lowered it"
    assert "Raised: “small step1” +10.00 points (+" in evidence
    assert "; 3 seeds, p < 0.001). Lowered: “small step3” −20.97 points (−" in evidence
    assert "No clear effect; chance may explain it: “small step2” 0.00 points (−" in evidence
    assert "Not measured, for lack of finished runs: “small step4” (against “small step3”)." in evidence


@pytest.mark.parametrize(
    ("needed", "says"),
    [
        ([9], "To detect a true effect of this size, 9 seeds would be needed (80% power)."),
        ([None], ""),
        (
            [9, 40],
            "To detect true effects of these sizes, this many seeds would be needed (80% power):"
            " 9 for “small step1” and 40 for “small step2”.",
        ),
        (
            [9, None],
            "To detect true effects of these sizes, this many seeds would be needed (80% power): 9 for “small step1”.",
        ),
        ([None, None], ""),
    ],
)
def test_open_steps_say_how_many_seeds_would_settle_them_where_that_is_known(
    needed: Sequence[int | None], says: str
) -> None:
    steps = [("small", f"step{place}", [0.80, 0.81]) for place in range(len(needed) + 1)]
    runs = runs_table(*steps)
    ladder = experiment_of(runs, "ladder")
    results, comparisons = compared(study_of(ladder), runs)
    own = [comparison for comparison in comparisons if comparison.kind == "ladder"]
    open_ = [with_seeds_needed(comparison, seeds) for comparison, seeds in zip(own, needed, strict=True)]
    text = both(answer(ladder, results, open_, [], ENGLISH))
    assert says in text
    assert ("would be needed" in text) == bool(says)


def test_a_ladder_of_one_seed_claims_no_effect() -> None:
    text = of_ladder([0.80], [0.90])
    assert "no step has an effect that this study can distinguish from chance" in text
    assert (
        "Measured with one seed only, so that the 95% intervals are for other test images: “small step1” +10.00 points"
        in text
    )
    assert "Whether such a difference would show if trained again is unknown." in text
    assert "p = " not in text
    assert "p < " not in text


def effect(verdict: Verdict, with_factor: str = "", n: int = 3) -> GridEffect:
    low, high = (-0.0143, -0.0103) if n else (math.nan, math.nan)
    with_levels = ("0.01", "0.001") if with_factor else ("", "")
    return GridEffect(
        experiment="grid",
        factor="batch_size",
        level="128",
        reference="32",
        with_factor=with_factor,
        with_level=with_levels[0],
        with_reference=with_levels[1],
        blocks=2,
        blocks_planned=2,
        difference=Estimate(n, -0.0123, low, high),
        p=0.006,
        p_holm=0.012,
        verdict=verdict,
    )


def test_effects_of_keys_are_named_only_if_they_are_more_than_chance() -> None:
    text = plain(grid_note([effect("worse"), effect("undecided"), effect("better", "learning_rate")], ENGLISH) or "")
    main = "batch size 128 against 32 −1.23 points (−1.43 … −1.03; 3 seeds, p = 0.012)"
    assert f"Averaged over everything else, these values differ by more than chance: {main}." in text
    assert "interact by more than chance: batch size 128 against 32, with learning rate 0.01 rather than" in text
    assert text.count("points") == 2


@pytest.mark.parametrize(
    ("effects", "words"),
    [
        (
            [effect("undecided")],
            "Averaged over everything else, no key has an effect that can be distinguished from chance.",
        ),
        ([effect("one_seed", n=1)], "With fewer than two seeds, no effect of a key can be distinguished from chance"),
        (
            [effect("not_measured", n=0)],
            "With fewer than two seeds, no effect of a key can be distinguished from chance",
        ),
    ],
)
def test_effects_of_keys_that_are_open_are_said_to_be(effects: list[GridEffect], words: str) -> None:
    assert words in (grid_note(effects, ENGLISH) or "")


def test_a_grid_without_values_has_no_note_on_keys() -> None:
    assert grid_note([], ENGLISH) is None


def smallest(
    comparisons: int, seeds: int, difference: float | None, *, present: bool, same: bool = True
) -> SmallestDifference:
    return SmallestDifference("leaderboard", "leaderboard", same, comparisons, present, seeds, difference)


def test_the_smallest_difference_is_told_with_what_more_seeds_would_give() -> None:
    found = [smallest(66, seeds, d, present=present) for present, seeds, d in
             ((True, 3, 0.0157), (False, 3, 0.0157), (False, 5, 0.0046), (False, 10, 0.0027))]  # fmt: skip
    assert plain(smallest_difference_note(found, 18_800, ENGLISH)) == (
        "With 3 seeds and 18,800 test images, this study would detect a true difference of 1.57 points between two"
        " recipes of one architecture in four of five cases (66 comparisons at once). The smallest difference that"
        " would be detected is 0.46 points with 5 seeds and 0.27 points with 10 seeds."
    )


def test_two_architectures_have_a_smallest_difference_of_their_own() -> None:
    found = [smallest(6, 3, 0.01, present=True), smallest(6, 3, 0.05, present=True, same=False)]
    assert plain(smallest_difference_note(found, 1000, ENGLISH)) == (
        "With 3 seeds and 1,000 test images, this study would detect a true difference of 1.00 points between two"
        " recipes of one architecture in four of five cases (6 comparisons at once). With 3 seeds and 1,000 test"
        " images, this study would detect a true difference of 5.00 points between two architectures in four of five"
        " cases (6 comparisons at once)."
    )


def test_a_study_with_the_most_seeds_is_told_of_no_others() -> None:
    found = [smallest(1, seeds, 0.01, present=seeds == 12) for seeds in (12, 3, 5, 10)]
    assert smallest_difference_note(found, 100, ENGLISH).endswith("in four of five cases (1 comparison).")


def test_absurd_differences_are_said_in_words() -> None:
    few = [smallest(1770, 2, None, present=True), smallest(1770, 3, None, present=False),
           smallest(1770, 5, 0.029, present=False)]  # fmt: skip
    assert plain(smallest_difference_note(few, 1000, ENGLISH)) == (
        "With 2 seeds and 1,000 test images, no realistic difference between two recipes of one architecture, up to 20"
        " points, could have been detected reliably (1,770 comparisons at once). The smallest difference that would be"
        " detected is 2.90 points with 5 seeds."
    )
    assert smallest_difference_note(few[:2], 1000, ENGLISH).endswith("Nor would 3 seeds be enough.")
    assert "no difference, however large" in smallest_difference_note([], 1000, ENGLISH)


def test_failures_are_counted_by_kind() -> None:
    runs = pd.DataFrame({"status": ["done", "diverged", "out_of_memory", "diverged"], "title": ["A", "B", "C", "B"]})
    finding = failure_finding(runs, ENGLISH)
    assert finding is not None
    assert both(finding).startswith("3 of 4 runs were not finished. Diverged: 2 (B); Out of memory: 1 (C).")
    assert failure_finding(runs.head(1), ENGLISH) is None


def diagnosis(
    label: str, overfitted: int = 0, still_improving: int = 0, underfitted: bool = False
) -> TrainingDiagnosis:
    return TrainingDiagnosis("grid", label, 3, still_improving, overfitted, underfitted)


def test_training_that_was_too_short_or_too_long_is_named() -> None:
    rows = [diagnosis("A", overfitted=2), diagnosis("B", still_improving=3, underfitted=True), diagnosis("C")]
    note = training_note(rows, ENGLISH) or ""
    assert (
        "Possible overfitting (validation loss ended more than 5% above its minimum, while training loss fell further):"
        " A (2 of 3)." in note
    )
    assert "so longer training may change the result): B (3 of 3)." in note
    assert "Possible underfitting (" in note
    assert note.endswith("no higher than on the validation images): B.")
    assert training_note([diagnosis("C")], ENGLISH) is None


def test_a_sentence_names_the_first_of_many_rows() -> None:
    note = training_note([diagnosis(f"row {number}", overfitted=1) for number in range(10)], ENGLISH) or ""
    assert "row 7 (1 of 3) and 2 more rows." in note
    assert "row 8" not in note
