"""Write down all runs of a study: what is computed with."""

import argparse
import json
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.models.registry import architectures
from cnnbench.study.expansion import expand, study_file
from cnnbench.study.load import load_study
from cnnbench.study.study_file import write_study_file


def main() -> None:
    """Read the command line and write `study.json`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.expand_study", description=__doc__)
    parser.add_argument("--study", required=True, help="the study's config as JSON")
    parser.add_argument("--datasets", default="{}", help="folder of the prepared data of each seed, as JSON")
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    arguments = parser.parse_args()
    study = load_study(json.loads(arguments.study), "--study")
    datasets = {int(seed): name for seed, name in json.loads(arguments.datasets).items()}
    write_study_file(arguments.folder, study_file(study, expand(study, architectures(), "--study"), datasets))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
