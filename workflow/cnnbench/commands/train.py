"""Train one run."""

import argparse
import json
from contextlib import suppress
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.study.recipe import Recipe
from cnnbench.training.backend import set_up_backend


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.train", description=__doc__)
    parser.add_argument("--run", required=True, help="architecture, recipe and seed as JSON")
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    parser.add_argument("--folder", type=Path, required=True, help="the run's folder")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--code", default="", help="fingerprint of the code, kept with the result")
    parser.add_argument("--checkpoint-minutes", type=float, default=10.0, help="longest time between checkpoints")
    arguments = parser.parse_args()
    run = json.loads(arguments.run)
    recipe = Recipe.model_validate(run["recipe"])
    set_up_backend(recipe.backend, arguments.threads)
    # Imports Keras, which reads the backend's settings once and for all.
    from cnnbench.training.interruption import Interruption
    from cnnbench.training.run import RunSettings, train_run

    label = f"{run['architecture']} {arguments.folder.parent.name} seed {run['seed']}"
    settings = RunSettings(
        run["architecture"],
        recipe,
        run["seed"],
        arguments.dataset,
        arguments.threads,
        arguments.code,
        arguments.checkpoint_minutes,
    )
    interruption = Interruption()
    interruption.listen()
    train_run(settings, arguments.folder, lambda line: _say(f"[{label}] {line}"), interruption)


def _say(line: str) -> None:
    # Whoever reads the lines may be gone before this process: a scheduler ends both at once.
    with suppress(BrokenPipeError):
        print(line, flush=True)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
