"""Draw test accuracy against what it costs."""

import argparse
from pathlib import Path

from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.reporting.figures.costs import draw_costs
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.draw_costs", description=__doc__)
    parser.add_argument("--costs", type=Path, required=True, help="the table of costs")
    parser.add_argument("--style", type=Path, required=True, help="the matplotlib style sheet")
    parser.add_argument("--catalogue", type=Path, help="the report's messages in another language, a .po file")
    parser.add_argument("--output", type=Path, required=True, help="the .svg file to write")
    arguments = parser.parse_args()
    texts = read_texts(arguments.catalogue, FIGURE)
    draw_costs(read_table(arguments.costs), texts, arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
