"""Draw samples of a prepared dataset."""

import argparse
from pathlib import Path

from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.data.contact_sheet import draw_contact_sheet
from cnnbench.provenance import job


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.draw_contact_sheet", description=__doc__)
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    parser.add_argument("--output", type=Path, required=True, help="the picture to write")
    add_code(parser)
    arguments = parser.parse_args()
    with job(arguments.code):
        draw_contact_sheet(arguments.dataset, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
