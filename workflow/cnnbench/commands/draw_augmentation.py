"""Draw what augmentation makes of training images."""

import argparse
import json
from pathlib import Path

from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.provenance import job
from cnnbench.study.recipe import Augmentation
from cnnbench.training.backend import set_up_backend


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.draw_augmentation", description=__doc__)
    parser.add_argument("--settings", required=True, help="the settings to draw: a list of augmentations as JSON")
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--output", type=Path, required=True, help="the picture to write")
    add_code(parser)
    arguments = parser.parse_args()
    with job(arguments.code):
        settings = [Augmentation.model_validate(setting) for setting in json.loads(arguments.settings)]
        set_up_backend("tensorflow", arguments.threads)
        # Imports Keras, which reads the backend's settings once and for all.
        from cnnbench.training.augmentation_sheet import draw_augmentation

        draw_augmentation(arguments.dataset, settings, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
