"""Write down what documents say of a study: title, authors, questions, config."""

import argparse
import json
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.study.expansion import presentation
from cnnbench.study.load import load_study
from cnnbench.study.study_file import write_presentation


def main() -> None:
    """Read the command line and write `presentation.json`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.present_study", description=__doc__)
    parser.add_argument("--study", required=True, help="the study's config as JSON")
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    parser.add_argument("--outdated", default="{}", help="runs by other code, counted by architecture, as JSON")
    arguments = parser.parse_args()
    study = load_study(json.loads(arguments.study), "--study")
    write_presentation(arguments.folder, presentation(study, json.loads(arguments.outdated)))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
