"""What the report says of how training went."""

from collections.abc import Sequence

from cnnbench.analysis.course import RISE, RowCourse
from cnnbench.reporting.texts import Texts

MOST = 8
"""How many rows a sentence names."""


def course_note(rows: Sequence[RowCourse], texts: Texts) -> str | None:
    """Say which rows of an experiment overfitted, still improved, or underfitted; None if none did."""
    overfitted = [_share(row, row.course.overfitted, texts) for row in rows if row.course.overfitted]
    improving = [_share(row, row.course.still_improving, texts) for row in rows if row.course.still_improving]
    underfitted = [row.label for row in rows if row.underfitted]
    notes = []
    if overfitted:
        notes.append(
            texts(
                "Overfitted, the validation loss ended more than {rise:.0%} above its lowest value while the training"
                " loss went on falling: {rows}.",
                rise=RISE,
                rows=_named(overfitted, texts),
            )
        )
    if improving:
        notes.append(
            texts(
                "Still improving, the last epoch was the best on the validation part, so that training for longer may"
                " change the result: {rows}.",
                rows=_named(improving, texts),
            )
        )
    if underfitted:
        notes.append(
            texts(
                "Underfitted, besides still improving in every seed the network read the training images, as they were"
                " shown to it, no better than the validation images: {rows}.",
                rows=_named(underfitted, texts),
            )
        )
    return " ".join(notes) or None


def _share(row: RowCourse, runs: int, texts: Texts) -> str:
    return texts("{row} ({runs} of {finished})", row=row.label, runs=runs, finished=row.course.finished)


def _named(rows: list[str], texts: Texts) -> str:
    """List the first rows, and say how many more there are."""
    more = len(rows) - MOST
    if more <= 0:
        return texts.listing(rows)
    return texts.listing([*rows[:MOST], texts.plural("{n} more row", "{n} more rows", more)])
