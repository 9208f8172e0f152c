"""The section about calibration: whether networks are as sure as they are right."""

import math
from typing import Any

import pandas as pd

from cnnbench.analysis.calibration import CalibrationTables, shown_rows
from cnnbench.analysis.intervals import Estimate
from cnnbench.reporting.format import percent, percent_estimate, points, points_estimate
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.wording import Finding


def calibration_section(tables: CalibrationTables, texts: Texts) -> dict[str, Any] | None:
    """Return the values for the template of the section; None without a finished run."""
    table = tables.calibration
    if table.empty:
        return None
    words = {
        "over-confident": texts("over-confident"),
        "under-confident": texts("under-confident"),
        "mixed": texts("differs by seed"),
        "one seed": texts("one seed: open"),
    }
    return {
        "finding": calibration_finding(table, texts),
        "count": calibration_count(table, texts),
        "rows": [_row(row, words) for row in table.to_dict("records")],
        "shown": len(shown_rows(table)),
    }


def calibration_finding(table: pd.DataFrame, texts: Texts) -> Finding:
    """Say whether the most accurate combination is too sure, and which is closest to as sure as it is right."""
    leader = table.to_dict("records")[0]
    closest = table.to_dict("records")[int(table["calibration_error"].to_numpy().argmin())]
    gap, named = _estimate(leader, "gap"), {"name": leader["name"]}
    if leader["reading"] == "over-confident":
        headline = texts("{name}, the most accurate, is surer than it is right, in every seed.", **named)
    elif leader["reading"] == "under-confident":
        headline = texts("{name}, the most accurate, is right more often than it is sure, in every seed.", **named)
    elif leader["reading"] == "mixed":
        headline = texts("{name}, the most accurate, is too sure in some seeds and not sure enough in others.", **named)
    else:
        headline = texts("Whether {name}, the most accurate, is too sure cannot be told from one seed.", **named)
    evidence = texts(
        "Its mean confidence is {confidence}%, its accuracy {accuracy}%: a difference of {gap} points.",
        confidence=percent(leader["confidence"]),
        accuracy=percent(leader["accuracy"]),
        gap=points(gap.mean) if gap.half_width is None else points_estimate(gap),
    )
    least = texts(
        "The lowest expected calibration error is that of {name}, {error} points.",
        name=closest["name"],
        error=percent_estimate(_estimate(closest, "calibration_error")),
    )
    return Finding(headline, f"{evidence} {least}")


def calibration_count(table: pd.DataFrame, texts: Texts) -> str | None:
    """Say how many combinations are too sure, and how many not sure enough; None with one or without a second seed."""
    repeated = table[table["reading"] != "one seed"]
    if len(repeated) < 2:
        return None
    return texts(
        "Of {all} combinations with two seeds or more, {over} are over-confident in every seed, {under}"
        " under-confident in every seed; in {mixed} the seeds differ.",
        all=len(repeated),
        over=int((repeated["reading"] == "over-confident").sum()),
        under=int((repeated["reading"] == "under-confident").sum()),
        mixed=int((repeated["reading"] == "mixed").sum()),
    )


def _row(row: dict[Any, Any], words: dict[str, str]) -> dict[str, Any]:
    estimates = {name: _estimate(row, name) for name in ("accuracy", "confidence", "gap", "calibration_error")}
    kind = row["reading"]
    return {**row, **estimates, "reading": words[kind]}


def _estimate(row: dict[Any, Any], name: str) -> Estimate:
    half_width = row[f"{name}_half_width"]
    return Estimate(row["seeds"], row[name], None if math.isnan(half_width) else half_width)
