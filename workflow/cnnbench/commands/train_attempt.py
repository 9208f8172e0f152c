"""Train one run in this very process; `cnnbench.commands.train` starts it and survives it."""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.study.recipe import Recipe
from cnnbench.training.backend import set_up_backend
from cnnbench.training.failures import is_out_of_memory, memory_message
from cnnbench.training.interruption import Interruption
from cnnbench.training.results import RunSettings
from cnnbench.training.supervision import MEMORY_RAN_OUT, MESSAGE


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.train_attempt", description=__doc__)
    add_run_arguments(parser)
    parser.add_argument("--images-at-once", type=int, help="images to compute at once, in place of the recipe's number")
    parser.add_argument(
        "--end-with-input", action="store_true", help="end, after a checkpoint, when standard input is closed"
    )
    arguments = parser.parse_args()
    interruption = Interruption()
    interruption.listen()
    if arguments.end_with_input:
        interruption.listen_for_end_of(sys.stdin.fileno())
    settings = settings_of(arguments, arguments.images_at_once)
    set_up_backend(settings.recipe.backend, settings.threads)
    try:
        # Imports Keras, which reads the backend's settings once and for all.
        from cnnbench.training.run import train_run

        train_run(settings, arguments.folder, say_of(arguments), interruption)
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        print(f"{MESSAGE}{memory_message(error)[:200]}", file=sys.stderr)
        sys.exit(MEMORY_RAN_OUT)


def add_run_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says which run to train, and how."""
    parser.add_argument("--run", required=True, help="architecture, recipe and seed as JSON")
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    parser.add_argument("--folder", type=Path, required=True, help="the run's folder")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--code", default="", help="fingerprint of the code, kept with the result")
    parser.add_argument("--checkpoint-minutes", type=float, default=10.0, help="longest time between checkpoints")
    parser.add_argument("--time-limit-minutes", type=float, help="longest training time; without it, there is no limit")


def settings_of(arguments: argparse.Namespace, images_at_once: int | None = None) -> RunSettings:
    """Return what the arguments of a run say is to be trained."""
    run = json.loads(arguments.run)
    return RunSettings(
        run["architecture"],
        Recipe.from_canonical(run["recipe"]),
        run["seed"],
        arguments.dataset,
        arguments.threads,
        arguments.code,
        arguments.checkpoint_minutes,
        arguments.time_limit_minutes,
        images_at_once,
    )


def say_of(arguments: argparse.Namespace) -> Callable[[str], None]:
    """Return what prints the run's lines of progress, each with its name."""
    run = json.loads(arguments.run)
    label = f"{run['architecture']} {arguments.folder.parent.name} seed {run['seed']}"

    def say(line: str) -> None:
        # Whoever reads the lines may be gone before this process: a scheduler ends both at once.
        with suppress(BrokenPipeError):
            print(f"[{label}] {line}", flush=True)

    return say


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
