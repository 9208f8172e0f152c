"""The section about accuracy and cost: where nothing better costs less."""

import math
from collections.abc import Collection
from typing import Any

import pandas as pd

from cnnbench.analysis.costs import cheapest, front
from cnnbench.analysis.intervals import Estimate
from cnnbench.reporting.format import magnitude, percent
from cnnbench.reporting.texts import Texts
from cnnbench.reporting.wording import Finding

MOST = 8
"""How many combinations a sentence names."""


def costs_section(costs: pd.DataFrame, alike: Collection[tuple[str, str]], texts: Texts) -> dict[str, Any] | None:
    """Return the values for the template of the section; None without a finished run.

    Args:
        costs: as `analysis/costs.py:gather_costs` returns it.
        alike: architecture and recipe hash of those that cannot be told apart from the best; empty if that is unknown.
        texts: the report's words.
    """
    done = costs[costs["seeds"] > 0]
    if done.empty:
        return None
    findings = [front_finding(done, texts), cheapest_finding(done, alike, texts)]
    return {
        "findings": [finding for finding in findings if finding is not None],
        "notes": machine_notes(done, texts),
        "rows": [_with_estimate(row) for row in done.to_dict("records")],
        "energy": bool(done["joules"].notna().any()),
        "device_memory": bool(done["peak_device_memory_bytes"].notna().any()),
    }


def front_finding(done: pd.DataFrame, texts: Texts) -> Finding:
    """Say who is on the front of accuracy against operations."""
    best = done.iloc[int(done["accuracy"].to_numpy().argmax())]
    if len(done) == 1:
        return Finding(
            texts("{name} is the only finished combination.", name=best["name"]),
            texts("There is nothing to weigh its cost against."),
        )
    if done["flops"].nunique() == 1:
        return Finding(
            texts("All combinations need the same number of operations."),
            texts(
                "{name} is the most accurate on average, {accuracy}%.",
                name=best["name"],
                accuracy=percent(best["accuracy"]),
            ),
        )
    edge = front(done, "flops")
    if len(edge) == 1:
        return Finding(
            texts("{name} is the most accurate on average and needs the fewest operations.", name=best["name"]),
            texts("No other combination needs fewer, and none is as accurate: {best}.", best=_point(best, texts)),
        )
    headline = texts(
        "{n} of {all} combinations are on the front of accuracy against operations: no more accurate one needs fewer.",
        n=len(edge),
        all=len(done),
    )
    points = [_point(row, texts) for _, row in edge.iterrows()]
    if len(points) > MOST:
        detail = texts(
            "They reach from {first} to {last}; the table marks all of them.", first=points[0], last=points[-1]
        )
    else:
        detail = texts("From the fewest operations up: {points}.", points=texts.listing(points))
    return Finding(headline, detail)


def cheapest_finding(done: pd.DataFrame, alike: Collection[tuple[str, str]], texts: Texts) -> Finding | None:
    """Say which of those that cannot be told apart from the best needs the fewest operations; None if unknown."""
    chosen = cheapest(done, "flops", alike)
    if chosen is None:
        return None
    best = done.iloc[int(done["accuracy"].to_numpy().argmax())]
    if chosen["flops"] == best["flops"]:
        return Finding(
            texts("Nothing with fewer operations than {name} keeps up with it.", name=best["name"]),
            texts("All combinations that cannot be told apart from it by this study need as many or more."),
        )
    return Finding(
        texts(
            "{name} needs the fewest operations of all that cannot be told apart from the best.", name=chosen["name"]
        ),
        texts("It is {chosen}, against {best}.", chosen=_point(chosen, texts), best=_point(best, texts)),
    )


def machine_notes(done: pd.DataFrame, texts: Texts) -> list[str]:
    """Say on what was measured, and which costs are not to be compared for that."""
    trained_on = sorted({name for names in done["hardware"] for name in names.split("; ")} - {""})
    timed_on = sorted(set(done.loc[done["latency_1_ms"].notna(), "machine"]) - {""})
    notes = []
    if len(trained_on) > 1:
        notes.append(
            texts(
                "Not all runs were trained on the same hardware, but on {machines}: compare training time, images a"
                " second and energy only between runs on the same.",
                machines=texts.listing(trained_on),
            )
        )
    if len(timed_on) > 1:
        notes.append(
            texts(
                "The time to read images was measured on different hardware, {machines}: compare it only between rows"
                " on the same.",
                machines=texts.listing(timed_on),
            )
        )
    elif timed_on:
        notes.append(texts("The time to read images was measured on {machine}.", machine=timed_on[0]))
    if done["latency_1_ms"].isna().any():
        notes.append(
            texts("Where the time to read images is missing, the run whose network was to be timed had failed.")
        )
    return [*notes, *_energy_notes(done, texts)]


def _energy_notes(done: pd.DataFrame, texts: Texts) -> list[str]:
    meters = set(done.loc[done["joules"].notna(), "meters"])
    if not meters:
        return [texts("Energy is unknown: no meter could be read where the networks were trained.")]
    notes = [
        {
            "cpu": texts(
                "Energy is that of the processor package (RAPL): all of it, with whatever else ran there, and without"
                " memory, disks and power supply."
            ),
            "gpu": texts("Energy is that of the GPU's whole card (NVML), without the machine around it."),
            "cpu gpu": texts(
                "Energy is that of the processor package (RAPL) and of the GPU's card (NVML): all of both, with"
                " whatever else ran there, and without the rest of the machine."
            ),
        }[kind]
        for kind in sorted(meters)
    ]
    if len(meters) > 1:
        notes.append(texts("Not all runs were read by the same meters: such energies do not compare."))
    return notes


def _point(row: "pd.Series[Any]", texts: Texts) -> str:
    return texts(
        "{name} ({operations} operations, {accuracy}%)",
        name=row["name"],
        operations=magnitude(row["flops"]),
        accuracy=percent(row["accuracy"]),
    )


def _with_estimate(row: dict[Any, Any]) -> dict[Any, Any]:
    half_width = None if math.isnan(row["accuracy_half_width"]) else row["accuracy_half_width"]
    return row | {"estimate": Estimate(row["seeds"], row["accuracy"], half_width)}
