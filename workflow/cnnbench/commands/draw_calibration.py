"""Draw how often networks are right against how sure they are."""

import argparse
from pathlib import Path

from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.reporting.figures.calibration import draw_calibration
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.draw_calibration", description=__doc__)
    parser.add_argument("--calibration", type=Path, required=True, help="the table of calibration, calibration.csv")
    parser.add_argument("--reliability", type=Path, required=True, help="the table of its bins, reliability.csv")
    parser.add_argument("--style", type=Path, required=True, help="the matplotlib style sheet")
    parser.add_argument("--catalogue", type=Path, help="the report's messages in another language, a .po file")
    parser.add_argument("--output", type=Path, required=True, help="the .svg file to write")
    arguments = parser.parse_args()
    calibration, reliability = read_table(arguments.calibration), read_table(arguments.reliability)
    texts = read_texts(arguments.catalogue, FIGURE)
    draw_calibration(calibration, reliability, texts, arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
