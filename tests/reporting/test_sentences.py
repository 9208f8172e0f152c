"""What the report's sentences claim, and what they leave open."""

from collections.abc import Sequence

import pandas as pd
import pytest
from analysis.made_up import answers_of, experiment_of, runs_table, study_of
from cnnbench.analysis.comparisons import compare
from cnnbench.analysis.leaderboard import find_lead, find_saving, leaderboard
from cnnbench.analysis.tables.comparisons import Comparison, GridEffect, Result, SmallestDifference, Verdict
from cnnbench.analysis.tables.runs import TrainingDiagnosis
from cnnbench.analysis.tables.values import Estimate
from cnnbench.reporting.phrases import lead_finding
from cnnbench.reporting.sections.experiment import answer, grid_note, training_note
from cnnbench.reporting.sections.findings import failure_finding, saving_finding, seeds_notice
from cnnbench.reporting.sections.leaderboard import smallest_difference_note
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
    results = leaderboard(study, runs)
    return results, compare(study, results, runs, answers_of(runs, images)).comparisons


def of_leaderboard(comparisons: Sequence[Comparison]) -> list[Comparison]:
    return [comparison for comparison in comparisons if comparison.kind == "leaderboard"]


def of_lead(images: int = 10_000, **accuracies: Accuracies) -> str:
    runs = runs_table(*((name, "aaaa", values) for name, values in accuracies.items()))
    results, comparisons = compared(study_of(experiment_of(runs)), runs, images)
    return both(lead_finding(find_lead(results), of_leaderboard(comparisons), ENGLISH))


def of_ladder(*accuracies: Accuracies) -> str:
    runs = runs_table(*[("small", f"step{position}", values) for position, values in enumerate(accuracies)])
    ladder = experiment_of(runs, "ladder")
    return both(answer(ladder, *compared(study_of(ladder), runs), ENGLISH))


def test_a_lead_that_holds_on_other_images_and_with_other_seeds_is_called_one() -> None:
    text = of_lead(large=[0.90, 0.902, 0.901], small=[0.80, 0.801, 0.802])
    assert text.startswith("large aaaa has the highest mean test accuracy: 90.10%.")
    assert "small aaaa comes second with 80.10 ± 0.25%, 10.00 points behind." in text
    assert "The difference is more than chance, both in training and in the test images (p < 0.001)." in text
    assert "(3 seeds)" in text


def test_a_lead_that_seeds_do_not_bear_settles_nothing() -> None:
    text = of_lead(large=[0.90, 0.92], small=[0.89, 0.915])
    assert "does not settle which of the two is better" in text
    assert "more than chance" not in text


def test_a_lead_that_the_test_images_do_not_bear_settles_nothing() -> None:
    text = of_lead(images=100, large=[0.940, 0.950, 0.960, 0.950], small=[0.930, 0.939, 0.950, 0.941])
    assert "does not settle which of the two is better" in text


def test_how_many_others_the_best_can_be_distinguished_from_is_counted() -> None:
    text = of_lead(
        best=[0.900, 0.902, 0.901], close=[0.9005, 0.9005, 0.9015], far=[0.70, 0.701, 0.702], failed=[None, None, None]
    )
    assert "It can be distinguished from 1 of 2 other results." in text


def test_one_seed_says_what_can_and_what_cannot_be_concluded() -> None:
    text = of_lead(large=[0.9], small=[0.8])
    assert "these two trained networks differ by more than chance in the test images" in text
    assert "whether they would differ if trained again is unknown" in text
    assert "±" not in text
    alike = of_lead(large=[0.9], small=[0.899])
    assert "chance in the test images alone may explain the difference (McNemar's exact test, p = " in alike


def test_results_without_a_common_seed_are_not_compared() -> None:
    text = of_lead(large=[0.9, None], small=[None, 0.8])
    assert "They have no finished seed in common, so they cannot be compared." in text
    assert "behind" not in text


def test_a_study_of_one_seed_is_warned_about() -> None:
    assert "Two more seeds would tell" in (seeds_notice([7], ENGLISH) or "")
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
    # Equal differences of three seeds have no spread: 2 of 8 ways to set their signs are as extreme.
    assert text.endswith(
        "Chance may explain the difference (p = 0.25): this study does not settle which of the two is better."
    )


def test_ladder_steps_are_called_what_their_comparisons_bear() -> None:
    text = of_ladder(
        [0.800, 0.810, 0.820], [0.900, 0.911, 0.919], [0.91, 0.90, 0.92], [0.700, 0.691, 0.710], [None] * 3
    )
    claim, _, evidence = text.partition(". ")
    assert claim == "Small: “small step1” raised the test accuracy; “small step3” lowered it"
    assert "Raised: “small step1” +10.00 ± 0.25 points (3 seeds, p < 0.001)." in evidence
    assert "Lowered: “small step3” −20.97" in evidence
    assert "chance may explain it: “small step2” 0.00" in evidence
    assert "Not measured, for lack of finished runs: “small step4” (against “small step3”)." in evidence


def test_a_ladder_of_one_seed_claims_no_effect() -> None:
    text = of_ladder([0.80], [0.90])
    assert "no step has an effect that this study can distinguish from chance" in text
    assert "Measured with one seed only: “small step1” +10.00 points. Whether such a difference would show" in text


def effect(verdict: Verdict, with_factor: str = "", n: int = 3) -> GridEffect:
    half_width = 0.002 if n > 1 else None
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
        difference=Estimate(n, -0.0123, half_width),
        p_images=0.003,
        p_seeds=0.006,
        p=0.006,
        p_holm=0.012,
        verdict=verdict,
    )


def test_effects_of_keys_are_named_only_if_they_are_more_than_chance() -> None:
    text = plain(grid_note([effect("worse"), effect("undecided"), effect("better", "learning_rate")], ENGLISH) or "")
    main = "batch size 128 against 32 −1.23 ± 0.20 points (3 seeds, p = 0.012)"
    assert f"Averaged over all else, these differ by more than chance: {main}." in text
    assert "interact by more than chance: batch size 128 against 32, with learning rate 0.01 rather than" in text
    assert text.count("points") == 2


@pytest.mark.parametrize(
    ("effects", "words"),
    [
        ([effect("undecided")], "Averaged over all else, no key has an effect that can be distinguished from chance."),
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


def smallest(comparisons: int, seeds: int, difference: float, *, present: bool) -> SmallestDifference:
    return SmallestDifference("leaderboard", "leaderboard", comparisons, present, seeds, difference)


def test_the_smallest_difference_is_told_with_what_more_seeds_would_give() -> None:
    found = [smallest(11, seeds, d, present=present) for present, seeds, d in
             ((True, 3, 0.0157), (False, 3, 0.0157), (False, 5, 0.0046), (False, 10, 0.0027))]  # fmt: skip
    text = plain(smallest_difference_note(found, 18_800, ENGLISH))
    assert (
        "With 3 seeds and 18,800 test images, this study would detect a difference of 1.57 points from the best" in text
    )
    assert "1.57 points with 3, 0.46 points with 5 and 0.27 points with 10." in text


def test_too_few_seeds_for_any_difference_are_said_to_be() -> None:
    few = [smallest(59, 2, 3.2, present=True), smallest(59, 3, 0.02, present=False)]
    assert "2 seeds are too few for 59 comparisons at once" in smallest_difference_note(few, 1000, ENGLISH)
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
        "the validation loss ended more than 5% above its minimum while the training loss kept falling): A (2 of 3)."
        in note
    )
    assert "so longer training may change the result): B (3 of 3)." in note
    assert note.endswith("than on the validation images): B.")
    assert training_note([diagnosis("C")], ENGLISH) is None


def test_a_sentence_names_the_first_of_many_rows() -> None:
    note = training_note([diagnosis(f"row {number}", overfitted=1) for number in range(10)], ENGLISH) or ""
    assert "row 7 (1 of 3) and 2 more rows." in note
    assert "row 8" not in note
