"""Draw how the keys of a grid act together."""

from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.commands.figure_arguments import figure_parser
from cnnbench.reporting.figures.grid_effects import draw_grid_effects
from cnnbench.reporting.texts import FIGURE, read_texts


def main() -> None:
    """Read the command line and draw."""
    arguments = figure_parser("draw_grid_effects", __doc__).parse_args()
    experiment = read_resolved_study(arguments.study).experiment(arguments.experiment)
    texts = read_texts(arguments.catalogue, FIGURE)
    draw_grid_effects(experiment, read_table(arguments.runs), texts, arguments.style, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
