"""All tables of a simulation, computed on several cores, and their place in a page."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing import get_context

import numpy as np

from cnnbench.analysis.inference.simulation.scenarios import Scenario
from cnnbench.analysis.inference.simulation.statements import Statements, examine
from cnnbench.analysis.inference.simulation.tables import TABLES, Table
from cnnbench.errors import UserError

BEGIN = "<!-- Written by `make calibrate-statistics`, down to the next such line. -->"
END = "<!-- End of what `make calibrate-statistics` writes. -->"
REPETITIONS = 1000
"""Studies for a row, so that the standard error of a coverage of 95 % is 0.7 points."""
_BATCH = 20
"""Studies drawn from one random state: the same for any number of processes."""


@dataclass(frozen=True)
class Batch:
    """A few studies of one row of a table."""

    scenario: Scenario
    studies: int
    random_state: tuple[int, ...]
    """Seed of the draws: that of the calibration, and the places of table, row and batch."""


def simulate(batch: Batch) -> list[Statements]:
    """Return the statements of a batch of studies."""
    random = np.random.default_rng(batch.random_state)
    return [examine(batch.scenario, random) for _ in range(batch.studies)]


def calibrate(
    repetitions: int,
    seed: int,
    processes: int,
    tables: Sequence[Table] = TABLES,
    follow: Callable[[Iterable[list[Statements]], int], Iterable[list[Statements]]] = lambda found, total: found,
) -> str:
    """Draw all studies and return the tables as Markdown; the same for any number of processes.

    Args:
        repetitions: studies for a row; some tables draw a part of that (`Table.share`).
        seed: of the draws.
        processes: how many studies are computed at a time.
        tables: what to compute.
        follow: passes on the results of the batches, of which there are `total`, as they come: for a progress bar.
    """
    batches = list(_batches(tables, repetitions, seed))
    # New processes, not copies of this one: they find the environment that limits the threads of matrix products.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        found = list(follow(pool.map(simulate, batches), len(batches)))
    studies = chain.from_iterable(found)
    return "\n".join(
        table.markdown([list(islice(studies, table.studies(repetitions))) for _ in table.rows]) for table in tables
    )


def _batches(tables: Sequence[Table], repetitions: int, seed: int) -> Iterator[Batch]:
    for table_place, table in enumerate(tables):
        for row_place, row in enumerate(table.rows):
            studies = table.studies(repetitions)
            for start in range(0, studies, _BATCH):
                state = (seed, table_place, row_place, start)
                yield Batch(row.scenario, min(_BATCH, studies - start), state)


def between_markers(page: str, text: str) -> str:
    """Return a page with `text` in place of what stood between its two markers.

    Raises:
        UserError: the page has not both markers once, in their order.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise UserError(f"the page lacks a marker; wanted: the two lines {BEGIN!r} and {END!r}, in this order")
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"
