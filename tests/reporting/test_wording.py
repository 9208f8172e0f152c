from collections.abc import Sequence

import pandas as pd
from analysis.made_up import entry, experiment_of, runs_table
from cnnbench.analysis.course import Course
from cnnbench.analysis.effects import step_effects
from cnnbench.analysis.findings import find_lead
from cnnbench.reporting.wording import (
    Finding,
    course_note,
    failure_finding,
    ladder_finding,
    lead_finding,
    seeds_warning,
)


def plain(finding: Finding) -> str:
    return f"{finding.headline} {finding.detail}".replace("\N{NO-BREAK SPACE}", " ")


def of_lead(**accuracies: Sequence[float | None]) -> str:
    return plain(lead_finding(find_lead([entry(name, values) for name, values in accuracies.items()])))


def of_ladder(*accuracies: Sequence[float | None]) -> str:
    runs = runs_table(*[("small", f"step{position}", values) for position, values in enumerate(accuracies)])
    return plain(ladder_finding("Small", step_effects(experiment_of(runs, "ladder"), runs)))


def test_a_clear_lead_is_called_one() -> None:
    text = of_lead(large=[0.90, 0.902, 0.901], small=[0.80, 0.801, 0.802])
    assert text.startswith("large has the highest mean test accuracy: 90.10%.")
    assert "small comes second with 80.10 ± 0.25%, 10.00 points behind." in text
    assert "95% intervals do not overlap." in text
    assert "(3 seeds)" in text


def test_overlapping_intervals_settle_nothing() -> None:
    assert "does not settle which of the two is better" in of_lead(large=[0.90, 0.92], small=[0.89, 0.91])


def test_a_lead_within_the_chance_of_the_test_part_is_qualified() -> None:
    text = of_lead(large=[0.9010, 0.9011, 0.9009], small=[0.8970, 0.8971, 0.8969])
    assert "with 10,000 test images another draw of as many could move an accuracy by ±0.59 points" in text


def test_one_seed_gets_no_interval_and_no_claim() -> None:
    text = of_lead(large=[0.9], small=[0.8])
    assert "whether this is more than chance cannot be told" in text
    assert "±" not in text
    assert "Two more seeds would tell" in (seeds_warning([7]) or "")
    assert seeds_warning([0, 1]) is None


def test_failed_seeds_of_the_best_are_named() -> None:
    assert "(2 of 3 seeds)" in of_lead(large=[0.90, None, 0.91], small=[0.8, 0.8, 0.8])


def test_nothing_finished_is_said_plainly() -> None:
    assert of_lead(large=[None], small=[None]).startswith("No run was finished.")


def test_ladder_steps_are_called_what_their_intervals_bear() -> None:
    text = of_ladder([0.80, 0.81, 0.82], [0.90, 0.911, 0.919], [0.91, 0.90, 0.92], [0.70, 0.69, 0.71], [None] * 3)
    claim, _, evidence = text.partition(". ")
    assert claim == "Small: “small step1” raised the test accuracy; “small step3” lowered the test accuracy"
    assert "Raised: “small step1” +10.00 ± 0.25 points (3 seeds)." in evidence
    assert "Lowered: “small step3” −21.00" in evidence
    assert "the interval holds zero: “small step2” 0.00" in evidence
    assert "Not measured, for lack of finished runs: “small step4” (against “small step3”)." in evidence


def test_a_ladder_of_one_seed_claims_no_effect() -> None:
    text = of_ladder([0.80], [0.90])
    assert "no step has an effect that this study can tell from chance" in text
    assert (
        "“small step1” +10.00 points; whether such a difference is more than chance in training cannot be told" in text
    )


def test_failures_are_counted_by_kind() -> None:
    runs = pd.DataFrame({"status": ["done", "diverged", "out_of_memory", "diverged"], "title": ["A", "B", "C", "B"]})
    finding = failure_finding(runs)
    assert finding is not None
    assert plain(finding).startswith("3 of 4 runs were not finished. Diverged: 2 (B); Out of memory: 1 (C).")
    assert failure_finding(runs.head(1)) is None


def test_the_course_of_training_is_told_only_if_there_is_something_to_tell() -> None:
    note = (course_note(Course(finished=9, still_improving=1, overfitted=7)) or "").replace("\N{NO-BREAK SPACE}", " ")
    assert "In 1 of 9 finished runs the last epoch was the best" in note
    assert "In 7 of 9 finished runs the validation loss ended more than 5% above its lowest value" in note
    assert course_note(Course(finished=9, still_improving=0, overfitted=0)) is None
