"""The section that ranks every architecture and recipe."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.comparisons import Result, SmallestDifference, Standing
from cnnbench.reporting.format import count, percent
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
    leading: bool
    """Whether it is in the first of several groups."""


@dataclass(frozen=True)
class LeaderboardContent:
    """What the section shows."""

    places: list[Place]
    smallest_difference: str | None
    """How small a difference the study could have found; None with nothing to compare."""


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section."""
    headings = {name: text.heading for name, text in results.presentation.experiments.items()}
    places = places_of(results.rows(Result), results.rows(Standing), headings)
    content = LeaderboardContent(places, _smallest_difference(places, results.rows(SmallestDifference), texts))
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
    several = len({standing.group for standing in standings} - {None}) > 1
    return [
        Place(result, standing, headings[result.experiment], several and standing.group == 1)
        for result, standing in zip(results, standings, strict=True)
    ]


def smallest_difference_note(smallest: Sequence[SmallestDifference], images: int, texts: Texts) -> str:
    """Say how small a difference between the best and another result this study could have detected.

    Args:
        smallest: that of the present number of seeds, then those of other numbers; none with one seed.
        images: test images.
        texts: the report's words.
    """
    if not smallest:
        return texts(
            "With fewer than two finished seeds on each side, no difference, however large, can be distinguished from"
            " chance in training."
        )
    present, *others = smallest
    if present.difference < 1:
        note = texts.plural(
            "With {seeds} seeds and {images} test images, this study would detect a difference of"
            " {difference} points from the best in four of five cases ({n:,} comparison).",
            "With {seeds} seeds and {images} test images, this study would detect a difference of"
            " {difference} points from the best in four of five cases ({n:,} comparisons at once).",
            present.comparisons,
            seeds=present.seeds,
            images=count(images),
            difference=percent(present.difference),
        )
    else:
        note = texts(
            "{seeds} seeds are too few for {comparisons} comparisons at once: no difference could be detected"
            " reliably.",
            seeds=present.seeds,
            comparisons=present.comparisons,
        )
    more = texts.listing(
        texts(
            "{difference} points with {seeds}",
            difference=percent(other.difference) if other.difference < 1 else ">\N{NO-BREAK SPACE}100",
            seeds=other.seeds,
        )
        for other in others
    )
    return (
        f"{note} {texts('By number of seeds, the smallest such difference would be {differences}.', differences=more)}"
    )


def _smallest_difference(places: Sequence[Place], smallest: Sequence[SmallestDifference], texts: Texts) -> str | None:
    done = [place.result for place in places if place.result.done]
    if len(done) < 2:
        return None
    of_leaderboard = [row for row in smallest if row.kind == "leaderboard"]
    return smallest_difference_note(of_leaderboard, done[0].test_images, texts)
