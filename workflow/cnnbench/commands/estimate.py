"""Estimate what a study costs: runs, operations, hours."""

import argparse
import os
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.data.size import dataset_size
from cnnbench.planning import make_plan
from cnnbench.storage import free_space, shown_bytes
from cnnbench.study.config_file import read_config
from cnnbench.training.backend import set_up_backend

REFERENCE = Path(__file__).parents[3] / "config" / "speed.csv"
MEASURED = Path("results/speed.csv")


def main() -> None:
    """Read the command line and print the estimate."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.estimate", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the study's config file")
    parser.add_argument("--measure", action="store_true", help=f"measure this machine, and keep that in {MEASURED}")
    parser.add_argument(
        "--teraflops", type=float, default=10.0, help="operations, in 10^12 a second, that a GPU is taken to sustain"
    )
    arguments = parser.parse_args()
    plan = make_plan(read_config(arguments.config), str(arguments.config), os.environ)
    runs, threads = plan.runs, os.cpu_count() or 1
    set_up_backend(next(iter(runs.values())).recipe.backend, threads)
    # Imports Keras, which reads the backend's settings once and for all.
    from cnnbench.training.estimate import estimate_lines, measure_speeds, read_speeds, study_costs, write_speeds

    size = dataset_size(plan.study.dataset, Path("results/data", plan.dataset))
    if arguments.measure:
        write_speeds(measure_speeds(runs.values(), size, threads, lambda line: print(line, flush=True)), MEASURED)
    speeds = read_speeds(MEASURED if MEASURED.is_file() else REFERENCE)
    machine = next(iter(speeds.values())).machine
    costs = study_costs(runs, size, speeds)
    for line in estimate_lines(plan.experiments, costs, machine, arguments.teraflops * 1e12):
        print(line)
    folder = Path("results/data")
    missing = [name for name in plan.datasets if not (folder / name / "dataset.json").is_file()]
    needed, free = shown_bytes(len(missing) * size.bytes), shown_bytes(free_space(folder))
    print(f"Disk: datasets to be prepared: {len(missing)}, which need {needed}; {free} are free for {folder}.")


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
