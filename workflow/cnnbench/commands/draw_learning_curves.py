"""Draw loss and accuracy over the epochs for an experiment's rows."""

from pathlib import Path

from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.figure_arguments import figure_parser
from cnnbench.reporting.figures.learning_curves import draw_learning_curves
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    parser = figure_parser("draw_learning_curves", __doc__)
    parser.add_argument("--histories", type=Path, required=True, help="the table of epochs, histories.csv")
    arguments = parser.parse_args()
    experiment = read_resolved_study(arguments.study).experiment(arguments.experiment)
    texts = read_texts(arguments.catalogue, FIGURE)
    runs, histories = read_table(arguments.runs), read_table(arguments.histories)
    draw_learning_curves(experiment, runs, histories, texts, arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
