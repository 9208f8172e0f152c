"""Draw how far the networks of the study agree, and whether they make the same mistakes."""

from pathlib import Path

from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.figure_arguments import drawing_parser
from cnnbench.reporting.figures.agreement import draw_agreement
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    parser = drawing_parser("draw_agreement", __doc__)
    parser.add_argument("--agreement", type=Path, required=True, help="the table of pairs, agreement.csv")
    arguments = parser.parse_args()
    texts = read_texts(arguments.catalogue, FIGURE)
    draw_agreement(read_table(arguments.agreement), texts, arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
