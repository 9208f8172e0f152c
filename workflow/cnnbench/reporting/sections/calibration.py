"""The section about calibration: whether networks are as sure as they are right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.calibration import Calibration, Reading, shown_rows
from cnnbench.reporting.format import percent, percent_estimate, points, points_interval
from cnnbench.reporting.phrases import number_words
from cnnbench.reporting.sections.section import Finding, Section
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results


@dataclass(frozen=True)
class CalibrationRow:
    """A line of the table."""

    calibration: Calibration
    reading: str
    """What the gaps of all seeds have in common, in words."""


@dataclass(frozen=True)
class CalibrationContent:
    """What the section shows."""

    finding: Finding
    count: str | None
    """How many combinations are over- or under-confident; None where there are no two to count."""
    rows: list[CalibrationRow]
    shown: int
    """Architectures in the figure."""
    figure: str


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section; none without a finished run."""
    table = results.rows(Calibration)
    if not table:
        return []
    content = CalibrationContent(
        finding=calibration_finding(table, texts),
        count=calibration_count(table, texts),
        rows=[CalibrationRow(row, _reading_words(row.reading, texts)) for row in table],
        shown=len(shown_rows(table)),
        figure=results.figure("calibration"),
    )
    return [Section("calibration", "calibration", texts("Calibration"), content)]


def calibration_finding(table: Sequence[Calibration], texts: Texts) -> Finding:
    """Say whether the most accurate combination is over-confident, and which has the lowest calibration error.

    Args:
        table: the combinations with a finished run, the most accurate first.
        texts: the report's words.
    """
    leader, closest = table[0], min(table, key=lambda row: row.calibration_error.mean)
    values = {"confidence": percent(leader.confidence.mean), "accuracy": percent(leader.accuracy.mean)}
    if leader.gap.has_interval:
        evidence = texts(
            "Its mean confidence is {confidence}%, its accuracy {accuracy}%: a difference of {gap} points (95% interval"
            " {interval}).",
            gap=points(leader.gap.mean),
            interval=points_interval(leader.gap),
            **values,
        )
    else:
        evidence = texts(
            "Its mean confidence is {confidence}%, its accuracy {accuracy}%: a difference of {gap} points.",
            gap=points(leader.gap.mean),
            **values,
        )
    error = percent_estimate(closest.calibration_error)
    if len(table) == 1:
        least = texts("Its expected calibration error is {error} points.", error=error)
    else:
        least = texts(
            "{name} has the lowest expected calibration error: {error} points.", name=closest.name, error=error
        )
    return Finding(_headline(leader, texts), f"{evidence} {least}")


def calibration_count(table: Sequence[Calibration], texts: Texts) -> str | None:
    """Say how many combinations are over-confident and how many under-confident; None without two to count.

    Those with one finished seed are not counted.
    """
    readings = [row.reading for row in table if row.reading != "one_seed"]
    if len(readings) < 2:
        return None
    over, under, mixed = (readings.count(reading) for reading in ("over_confident", "under_confident", "mixed"))
    everything = number_words(len(readings), texts)
    if over == len(readings):
        return texts(
            "Each of the {all} combinations with at least two seeds is over-confident in every seed.", all=everything
        )
    if under == len(readings):
        return texts(
            "Each of the {all} combinations with at least two seeds is under-confident in every seed.", all=everything
        )
    if mixed == len(readings):
        return texts(
            "Each of the {all} combinations with at least two seeds is over-confident in some seeds and under-confident"
            " in others.",
            all=everything,
        )
    counts = []
    if over:
        counts.append(
            texts.plural(
                "one is over-confident in every seed",
                "{number} are over-confident in every seed",
                over,
                number=number_words(over, texts),
            )
        )
    if under:
        counts.append(
            texts.plural(
                "one is under-confident in every seed",
                "{number} are under-confident in every seed",
                under,
                number=number_words(under, texts),
            )
        )
    if mixed:
        counts.append(
            texts.plural("one differs by seed", "{number} differ by seed", mixed, number=number_words(mixed, texts))
        )
    return texts(
        "Of the {all} combinations with at least two seeds, {counts}.", all=everything, counts=texts.listing(counts)
    )


def _headline(leader: Calibration, texts: Texts) -> str:
    match leader.reading:
        case "over_confident":
            return texts(
                "{name}, the most accurate, is over-confident in every seed: right less often than its confidence"
                " implies.",
                name=leader.name,
            )
        case "under_confident":
            return texts(
                "{name}, the most accurate, is under-confident in every seed: right more often than its confidence"
                " implies.",
                name=leader.name,
            )
        case "mixed":
            return texts(
                "Whether {name}, the most accurate, is over-confident or under-confident differs by seed.",
                name=leader.name,
            )
        case "one_seed":
            return texts("One seed cannot show whether {name}, the most accurate, is over-confident.", name=leader.name)


def _reading_words(reading: Reading, texts: Texts) -> str:
    words: dict[Reading, str] = {
        "over_confident": texts("over-confident"),
        "under_confident": texts("under-confident"),
        "mixed": texts("differs by seed"),
        "one_seed": texts("one seed: open"),
    }
    return words[reading]
