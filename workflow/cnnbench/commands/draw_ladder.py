"""Draw what each step of a ladder does."""

from pathlib import Path

from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.figure_arguments import figure_parser
from cnnbench.reporting.figures.ladder import draw_ladder
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    parser = figure_parser("draw_ladder", __doc__)
    parser.add_argument("--comparisons", type=Path, required=True, help="the table of comparisons, comparisons.csv")
    arguments = parser.parse_args()
    experiment = read_resolved_study(arguments.study).experiment(arguments.experiment)
    texts = read_texts(arguments.catalogue, FIGURE)
    runs, comparisons = read_table(arguments.runs), read_table(arguments.comparisons)
    draw_ladder(experiment, runs, comparisons, texts, arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
