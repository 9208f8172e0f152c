"""Rank the architectures of the survey, and see how much hangs on the weights."""

import argparse
from pathlib import Path

from cnnbench.analysis.survey.survey import survey_ranking, survey_weights
from cnnbench.analysis.survey.table import read_survey_table
from cnnbench.analysis.tables import write_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.study.survey import Survey


def main() -> None:
    """Read the command line and write the two tables."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.rank_survey", description=__doc__)
    parser.add_argument("--settings", required=True, help="the survey's settings as JSON")
    parser.add_argument("--table", type=Path, required=True, help="the published figures, a CSV file")
    parser.add_argument("--ranking", type=Path, required=True, help="the table of architectures to write")
    parser.add_argument("--weights", type=Path, required=True, help="the table of weights to write")
    arguments = parser.parse_args()
    settings = Survey.model_validate_json(arguments.settings)
    ranked = survey_ranking(read_survey_table(arguments.table), settings)
    write_table(arguments.ranking, ranked)
    write_table(arguments.weights, survey_weights(ranked, settings))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
