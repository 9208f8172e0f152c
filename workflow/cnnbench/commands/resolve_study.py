"""Write a study with all its runs in full."""

import argparse
import json
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.files import write_json
from cnnbench.models.registry import architectures
from cnnbench.study.expansion import expand, resolved_study
from cnnbench.study.load import load_study


def main() -> None:
    """Read the command line and write `study.json`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.resolve_study", description=__doc__)
    parser.add_argument("--study", required=True, help="the study's config as JSON")
    parser.add_argument("--output", type=Path, required=True, help="the study.json to write")
    arguments = parser.parse_args()
    study = load_study(json.loads(arguments.study), "--study")
    write_json(arguments.output, resolved_study(study, expand(study, architectures(), "--study")))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
