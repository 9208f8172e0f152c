"""Draw one figure of a study."""

import argparse
from pathlib import Path

import cnnbench.reporting.figures
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.provenance import job
from cnnbench.registry import registered_one
from cnnbench.reporting.figures.canvas import Canvas
from cnnbench.reporting.results import Results
from cnnbench.reporting.translation import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.draw_figure", description=__doc__)
    parser.add_argument("figure", help="name of the figure's module in cnnbench.reporting.figures")
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder with its tables")
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    parser.add_argument("--subject", default="", help="name of the experiment to draw; of others, nothing")
    parser.add_argument("--style", type=Path, required=True, help="the matplotlib style sheet")
    parser.add_argument("--catalogue", type=Path, help="the report's messages in another language, a .po file")
    parser.add_argument("--output", type=Path, required=True, help="the picture to write")
    add_code(parser)
    arguments = parser.parse_args()
    with job(arguments.code):
        # Imported by its name, so that the command's code is that of one figure and not of all.
        figure = registered_one(cnnbench.reporting.figures, arguments.figure, "FIGURE")
        results, texts = Results(arguments.folder, arguments.dataset), read_texts(arguments.catalogue, FIGURE)
        figure.draw(results, arguments.subject, texts, Canvas(arguments.style, arguments.output))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
