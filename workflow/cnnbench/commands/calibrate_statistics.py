"""Measure on simulated studies how often the report's statements hold, and write that into docs/statistics.md."""

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

from tqdm import tqdm

from cnnbench.analysis.inference.simulation.calibration import REPETITIONS, between_markers, calibrate
from cnnbench.analysis.inference.simulation.statements import Statements
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.files import write_atomically


def main() -> None:
    """Read the command line, simulate and write the tables."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.calibrate_statistics", description=__doc__)
    parser.add_argument("--page", type=Path, default=Path("docs/statistics.md"), help="the page with the two markers")
    parser.add_argument(
        "--repetitions",
        type=int,
        default=REPETITIONS,
        help="studies for a row of the first table; a fifth of that for the others",
    )
    parser.add_argument("--seed", type=int, default=0, help="of the draws")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="studies computed at a time")
    arguments = parser.parse_args()
    page = arguments.page.read_text(encoding="utf-8")
    between_markers(page, "")  # A page without markers is refused before the work, not after it.
    # Each process has one core: its matrix products must not use more.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    text = calibrate(arguments.repetitions, arguments.seed, arguments.processes, follow=_with_progress)
    with write_atomically(arguments.page) as temporary:
        temporary.write_text(between_markers(page, text), encoding="utf-8")
    print(arguments.page)


def _with_progress(found: Iterable[list[Statements]], total: int) -> Iterable[list[Statements]]:
    shown: Iterable[list[Statements]] = tqdm(found, total=total, unit="batch", smoothing=0.05)
    return shown


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
