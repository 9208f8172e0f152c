"""Draw the confusion matrix of the architecture and recipe that lead the leaderboard, over all their seeds."""

from pathlib import Path

from cnnbench.analysis.confusion import confusion_matrix
from cnnbench.analysis.findings import find_lead
from cnnbench.analysis.leaderboard import leaderboard, runs_of
from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.figure_arguments import figure_parser
from cnnbench.reporting.figures.canvas import draw_note
from cnnbench.reporting.figures.confusion_matrix import draw_confusion_matrix
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    parser = figure_parser("draw_confusion_matrix", __doc__, of_experiment=False)
    parser.add_argument("--confusion", type=Path, required=True, help="the table of confusions, confusion.csv")
    arguments = parser.parse_args()
    runs, texts = read_table(arguments.runs), read_texts(arguments.catalogue, FIGURE)
    lead = find_lead(leaderboard(read_resolved_study(arguments.study), runs))
    if lead is None:
        draw_note(arguments.output, arguments.style, texts("No run was finished."))
    else:
        matrix = confusion_matrix(read_table(arguments.confusion), runs_of(lead.best, runs))
        draw_confusion_matrix(matrix, lead.best.name, texts, arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
