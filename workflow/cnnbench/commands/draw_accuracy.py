"""Draw the test accuracy of an experiment's rows."""

from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.figure_arguments import figure_parser
from cnnbench.reporting.figures.accuracy import draw_accuracy


def main() -> None:
    """Read the command line and draw."""
    arguments = figure_parser("draw_accuracy", __doc__).parse_args()
    experiment = read_resolved_study(arguments.study).experiment(arguments.experiment)
    draw_accuracy(experiment, read_table(arguments.runs), arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
