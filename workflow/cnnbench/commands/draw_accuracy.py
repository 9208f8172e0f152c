"""Draw the test accuracy of an experiment's rows."""

from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.figure_arguments import figure_parser
from cnnbench.reporting.figures.accuracy import draw_accuracy
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    arguments = figure_parser("draw_accuracy", __doc__).parse_args()
    experiment = read_resolved_study(arguments.study).experiment(arguments.experiment)
    texts = read_texts(arguments.catalogue, FIGURE)
    draw_accuracy(experiment, read_table(arguments.runs), texts, arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
