"""The section that ranks every architecture and recipe."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.choices import ChoiceStability, ValidationChoice
from cnnbench.analysis.tables.comparisons import Result, SmallestDifference, Standing
from cnnbench.reporting.choices import choice_note
from cnnbench.reporting.format import MISSING, count, percent
from cnnbench.reporting.phrases import bears_ranks, nothing_ruled_out, number_words, only_best
from cnnbench.reporting.sections.section import Section
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results


@dataclass(frozen=True)
class Place:
    """A line of the leaderboard."""

    result: Result
    standing: Standing
    source: str
    """Heading of the experiment that the result is named by."""
    ranks: str
    """The ranks that it may truly have."""
    marked: bool
    """Whether it may be the best, and others are surely not."""


@dataclass(frozen=True)
class LeaderboardContent:
    """What the section shows."""

    places: list[Place]
    ranked: bool
    """Whether the seeds suffice for possible ranks."""
    best: str | None
    """Which results may be the best, in words; None with nothing to compare."""
    smallest_difference: str | None
    """How small a difference the study could have found; None with nothing to compare."""
    choices: str | None
    """Whether seeds would choose the same by validation; None if fewer than two choose."""


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section."""
    headings = {name: text.heading for name, text in results.presentation.experiments.items()}
    places = places_of(results.rows(Result), results.rows(Standing), headings)
    content = LeaderboardContent(
        places=places,
        ranked=bears_ranks(place.result for place in places),
        best=marks_sentence(places, texts),
        smallest_difference=_smallest_difference(places, results.rows(SmallestDifference), texts),
        choices=_choices(results, texts),
    )
    return [Section("leaderboard", "leaderboard", texts("Leaderboard"), content)]


def places_of(results: Sequence[Result], standings: Sequence[Standing], headings: dict[str, str]) -> list[Place]:
    """Return the lines of the leaderboard.

    Args:
        results: what each architecture and recipe reached.
        standings: how each stands to the best one, in the same order.
        headings: the heading of each experiment.
    """
    if [result.combination for result in results] != [standing.combination for standing in standings]:
        raise ValueError(f"{Result.file} and {Standing.file} are not about the same results")
    some_are_not = any(standing.possibly_best is False for standing in standings)
    return [
        Place(
            result,
            standing,
            headings[result.experiment],
            _ranks(standing),
            marked=some_are_not and standing.possibly_best is True,
        )
        for result, standing in zip(results, standings, strict=True)
    ]


def marks_sentence(places: Sequence[Place], texts: Texts) -> str | None:
    """Say which results may be the best, where the leaderboard marks them; None with nothing to compare.

    Args:
        places: the lines of the leaderboard.
        texts: the report's words.
    """
    done = [place for place in places if place.result.done]
    if len(done) < 2:
        return None
    if not bears_ranks(place.result for place in done):
        return texts(
            "No result can be ruled out as the best, and no ranks are given: with a single seed, how far accuracies"
            " vary from training to training is unknown."
        )
    marked = [place for place in done if place.marked]
    if not marked:
        return nothing_ruled_out(texts)
    if len(marked) == 1:
        return only_best(marked[0].result.name, len(done), texts)
    return texts(
        "With 95% confidence, the best of these {all} results is among the {number} marked ones.",
        all=number_words(len(done), texts),
        number=number_words(len(marked), texts),
    )


def smallest_difference_note(smallest: Sequence[SmallestDifference], images: int, texts: Texts) -> str:
    """Say how small a difference between two results this study could have detected.

    Args:
        smallest: between two recipes of one architecture, then between two architectures; of each that of the present
            number of seeds, then those of other numbers; none with one seed.
        images: test images.
        texts: the report's words.
    """
    if not smallest:
        return texts(
            "With fewer than two finished seeds on each side, no difference, however large, can be distinguished from"
            " chance in training."
        )
    sentences = []
    for same_architecture in (True, False):
        rows = [row for row in smallest if row.same_architecture == same_architecture]
        for present in [row for row in rows if row.present]:
            more = [row for row in rows if row.seeds > present.seeds]
            sentences += [_detected(present, images, texts), _with_more_seeds(more, texts)]
    return " ".join(filter(None, sentences))


def _detected(present: SmallestDifference, images: int, texts: Texts) -> str:
    from cnnbench.analysis.inference.power import REALISTIC

    sides = texts("two recipes of one architecture") if present.same_architecture else texts("two architectures")

    if present.difference is None:
        return texts.plural(
            "With {seeds} seeds and {images} test images, no realistic difference between {sides}, up to {most}"
            " points, could have been detected reliably ({n:,} comparison).",
            "With {seeds} seeds and {images} test images, no realistic difference between {sides}, up to {most}"
            " points, could have been detected reliably ({n:,} comparisons at once).",
            present.comparisons,
            seeds=present.seeds,
            images=count(images),
            most=percent(REALISTIC, 0),
            sides=sides,
        )
    return texts.plural(
        "With {seeds} seeds and {images} test images, this study would detect a true difference of {difference} points"
        " between {sides} in four of five cases ({n:,} comparison).",
        "With {seeds} seeds and {images} test images, this study would detect a true difference of {difference} points"
        " between {sides} in four of five cases ({n:,} comparisons at once).",
        present.comparisons,
        seeds=present.seeds,
        images=count(images),
        difference=percent(present.difference),
        sides=sides,
    )


def _with_more_seeds(more: Sequence[SmallestDifference], texts: Texts) -> str:
    """Say what more seeds would detect; empty without a larger number."""
    if not more:
        return ""
    detected = [
        texts("{difference} points with {seeds} seeds", difference=percent(row.difference), seeds=row.seeds)
        for row in more
        if row.difference is not None
    ]
    if not detected:
        return texts("Nor would {seeds} seeds be enough.", seeds=more[-1].seeds)
    return texts(
        "The smallest difference that would be detected is {differences}.", differences=texts.listing(detected)
    )


def _choices(results: "Results", texts: Texts) -> str | None:
    """Say whether seeds would choose the same by validation, and that other validation images are another matter."""
    note = choice_note(
        "leaderboard", "leaderboard", results.rows(ValidationChoice), results.rows(ChoiceStability), texts
    )
    if note is None or results.study.division == "per_seed" or results.study.folds is not None:
        return note
    return f"{note} " + texts("All seeds share the same validation images; with other ones, they may agree less often.")


def _ranks(standing: Standing) -> str:
    best, worst = standing.best_rank, standing.worst_rank
    if best is None or worst is None:
        return MISSING
    return count(best) if best == worst else f"{count(best)}{MISSING}{count(worst)}"


def _smallest_difference(places: Sequence[Place], smallest: Sequence[SmallestDifference], texts: Texts) -> str | None:
    done = [place.result for place in places if place.result.done]
    if len(done) < 2:
        return None
    of_leaderboard = [row for row in smallest if row.kind == "leaderboard"]
    return smallest_difference_note(of_leaderboard, done[0].test_images, texts)
