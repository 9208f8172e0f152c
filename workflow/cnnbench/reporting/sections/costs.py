"""The section about accuracy and cost: where nothing better costs less."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnbench.analysis.tables.comparisons import Result, Standing
from cnnbench.analysis.tables.costs import Cost, cheapest, front
from cnnbench.analysis.tables.values import Combination
from cnnbench.reporting.format import magnitude, percent
from cnnbench.reporting.phrases import bears_ranks, number_words
from cnnbench.reporting.sections.section import Finding, Section
from cnnbench.reporting.translation import Texts

if TYPE_CHECKING:
    from cnnbench.reporting.results import Results

MOST = 8
"""How many combinations a sentence names."""


@dataclass(frozen=True)
class CostsContent:
    """What the section shows."""

    findings: list[Finding]
    notes: list[str]
    """On what was measured, and which costs cannot be compared."""
    rows: list[Cost]
    """The combinations with a finished run."""
    energy: bool
    """Whether an energy was measured."""
    device_memory: bool
    """Whether memory on a GPU was measured."""
    figure: str


def sections(results: "Results", texts: Texts) -> list[Section]:
    """Return the section; none without a finished run."""
    done = [row for row in results.rows(Cost) if row.done]
    if not done:
        return []
    standings = results.rows(Standing) if bears_ranks(results.rows(Result)) else []
    possibly_best = {standing.combination for standing in standings if standing.possibly_best}
    findings = [front_finding(done, texts), cheapest_finding(done, possibly_best, texts)]
    content = CostsContent(
        findings=[finding for finding in findings if finding is not None],
        notes=machine_notes(done, texts),
        rows=done,
        energy=not all(math.isnan(row.joules) for row in done),
        device_memory=not all(math.isnan(row.peak_device_memory_bytes) for row in done),
        figure=results.figure("costs"),
    )
    return [Section("costs", "costs", texts("Accuracy and cost"), content)]


def front_finding(done: Sequence[Cost], texts: Texts) -> Finding:
    """Say which combinations are on the front of accuracy against operations.

    Args:
        done: the combinations with a finished run, the most accurate first.
        texts: the report's words.
    """
    best, edge = done[0], front(done, "flops")
    if len(done) == 1:
        return Finding(
            texts("{name} is the only finished combination.", name=best.name),
            texts("There is nothing to compare its cost with."),
        )
    if len({row.flops for row in done}) == 1:
        return Finding(
            texts("All combinations need the same number of operations."),
            texts(
                "{name} is the most accurate on average, with {accuracy}%.",
                name=best.name,
                accuracy=percent(best.accuracy.mean),
            ),
        )
    if len(edge) == 1:
        return Finding(
            texts("{name} is the most accurate on average and needs the fewest operations.", name=best.name),
            texts(
                "It reads {accuracy}% correctly with {operations} operations per image.",
                accuracy=percent(best.accuracy.mean),
                operations=magnitude(best.flops),
            ),
        )
    if len(edge) == len(done):
        return Finding(
            texts(
                "Every combination is on the front of accuracy against operations: the more accurate one is, the more"
                " operations it needs."
            ),
            _edge_words(edge, texts),
        )
    headline = texts(
        "The front of accuracy against operations has {number} of {all} combinations: whatever is more accurate than"
        " one of them needs more operations.",
        number=number_words(len(edge), texts),
        all=number_words(len(done), texts),
    )
    return Finding(headline, _edge_words(edge, texts))


def cheapest_finding(done: Sequence[Cost], possibly_best: Collection[Combination], texts: Texts) -> Finding | None:
    """Say which of those that may be the best needs the fewest operations.

    Args:
        done: the combinations with a finished run, the most accurate first.
        possibly_best: those that may be the best; none where seeds are too few to say.
        texts: the report's words.

    Returns:
        None where that is not known, or where the most accurate one needs the fewest operations of all.
    """
    best, chosen = done[0], cheapest(done, "flops", possibly_best)
    if chosen is None:
        return None
    if chosen.flops < best.flops:
        return Finding(
            texts("{name} needs the fewest operations of all that may be the best.", name=chosen.name),
            texts(
                "Compare {chosen} with {best}, the most accurate on average.",
                chosen=_point(chosen, texts),
                best=_point(best, texts),
            ),
        )
    cheaper = [row for row in done if row.flops < best.flops]
    if not cheaper:
        return None
    return Finding(
        texts("Nothing that needs fewer operations than {name} may be the best.", name=best.name),
        texts.plural(
            "The only combination with fewer is ruled out (95% confidence).",
            "All {number} combinations with fewer are ruled out (95% confidence).",
            len(cheaper),
            number=number_words(len(cheaper), texts),
        ),
    )


def machine_notes(done: Sequence[Cost], texts: Texts) -> list[str]:
    """Say on what was measured, and which costs cannot be compared for that reason."""
    trained_on = sorted({name for row in done for name in row.hardware.split("; ")} - {""})
    timed = [row for row in done if not math.isnan(row.latency_1_ms)]
    timed_on = sorted({row.machine for row in timed} - {""})
    notes = []
    if len(trained_on) > 1:
        notes.append(
            texts(
                "The runs were trained on different hardware, {machines}: compare training time, images per second and"
                " energy only between runs on the same hardware.",
                machines=texts.listing(trained_on),
            )
        )
    if len(timed_on) > 1:
        notes.append(
            texts(
                "Inference was timed on different hardware, {machines}: compare these times only between rows on the"
                " same hardware.",
                machines=texts.listing(timed_on),
            )
        )
    elif timed_on:
        notes.append(texts("Inference was timed on {machine}.", machine=timed_on[0]))
    if len(timed) < len(done):
        notes.append(texts("Where the inference time is missing, the run whose network was to be timed had failed."))
    return [*notes, *_energy_notes(done, texts)]


def _energy_notes(done: Sequence[Cost], texts: Texts) -> list[str]:
    meters = {row.meters for row in done} - {""}
    if not meters:
        return [texts("Energy is unknown: no meter could be read where the networks were trained.")]
    words = {
        "cpu": texts(
            "Energy is that of the processor package (RAPL), including whatever else ran on it, but without memory,"
            " disks and power supply."
        ),
        "gpu": texts("Energy is that of the whole GPU card (NVML), without the rest of the machine."),
        "cpu gpu": texts(
            "Energy is that of the processor package (RAPL) and the GPU card (NVML), including whatever else ran on"
            " them, but without the rest of the machine."
        ),
    }
    notes = [words[kind] for kind in sorted(meters)]
    if len(meters) > 1:
        notes.append(
            texts("Not all runs were read by the same meters: energies from different meters cannot be compared.")
        )
    return notes


def _edge_words(edge: Sequence[Cost], texts: Texts) -> str:
    """Name the combinations on the front."""
    points = [_point(row, texts) for row in edge]
    if len(points) > MOST:
        return texts(
            "They range from {first} to {last}; the table marks all of them.", first=points[0], last=points[-1]
        )
    return texts("From the fewest operations up: {points}.", points=texts.listing(points))


def _point(row: Cost, texts: Texts) -> str:
    return texts(
        "{name} ({operations} operations, {accuracy}%)",
        name=row.name,
        operations=magnitude(row.flops),
        accuracy=percent(row.accuracy.mean),
    )
