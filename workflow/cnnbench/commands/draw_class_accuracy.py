"""Draw how well each class is read."""

from pathlib import Path

from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.figure_arguments import drawing_parser
from cnnbench.reporting.figures.class_accuracy import draw_class_accuracy
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    parser = drawing_parser("draw_class_accuracy", __doc__)
    parser.add_argument("--class-accuracy", type=Path, required=True, help="the table, class_accuracy.csv")
    arguments = parser.parse_args()
    texts = read_texts(arguments.catalogue, FIGURE)
    draw_class_accuracy(read_table(arguments.class_accuracy), texts, arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
