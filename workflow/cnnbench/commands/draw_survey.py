"""Draw what the survey compares, and how much hangs on its weights."""

import argparse
from pathlib import Path

from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.reporting.figures.survey import draw_survey_profiles, draw_survey_weights
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw both figures."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.draw_survey", description=__doc__)
    parser.add_argument("--ranking", type=Path, required=True, help="the survey's table of architectures")
    parser.add_argument("--weights", type=Path, required=True, help="the survey's table of weights")
    parser.add_argument("--style", type=Path, required=True, help="the matplotlib style sheet")
    parser.add_argument("--catalogue", type=Path, help="the report's messages in another language, a .po file")
    parser.add_argument("--profiles-output", type=Path, required=True, help="the .svg file of the architectures")
    parser.add_argument("--weights-output", type=Path, required=True, help="the .svg file of the weights")
    arguments = parser.parse_args()
    ranking, weights = read_table(arguments.ranking), read_table(arguments.weights)
    texts = read_texts(arguments.catalogue, FIGURE)
    draw_survey_profiles(ranking, weights, texts, arguments.style, arguments.profiles_output)
    draw_survey_weights(ranking, weights, texts, arguments.style, arguments.weights_output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
