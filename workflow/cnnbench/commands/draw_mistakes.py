"""Draw the mistakes that the architecture and recipe that lead the leaderboard are surest of."""

from pathlib import Path

from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.figure_arguments import drawing_parser
from cnnbench.data.arrays import load_part
from cnnbench.reporting.figures.gallery import draw_mistakes
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    parser = drawing_parser("draw_mistakes", __doc__)
    parser.add_argument("--mistakes", type=Path, required=True, help="the table of mistakes, mistakes.csv")
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    arguments = parser.parse_args()
    texts = read_texts(arguments.catalogue, FIGURE)
    images, _ = load_part(arguments.dataset, "test")
    draw_mistakes(read_table(arguments.mistakes), images, texts, arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
