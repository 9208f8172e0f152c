"""Rank the architectures of the survey, and see how much hangs on the weights."""

import argparse
from pathlib import Path

from cnnbench.analysis.survey.robustness import survey_ranking, survey_weights
from cnnbench.analysis.survey.table import read_survey_table
from cnnbench.analysis.tables.survey import SurveyedArchitecture, SurveyWeight
from cnnbench.analysis.tables.table import write_frame, write_rows
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.provenance import job
from cnnbench.study.survey_settings import Survey


def main() -> None:
    """Read the command line and write `survey.csv` and `survey_weights.csv`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.rank_survey", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    parser.add_argument("--settings", required=True, help="the survey's settings as JSON")
    parser.add_argument("--table", type=Path, required=True, help="the published figures, a CSV file")
    add_code(parser)
    arguments = parser.parse_args()
    with job(arguments.code):
        settings = Survey.model_validate_json(arguments.settings)
        ranked = survey_ranking(read_survey_table(arguments.table), settings)
        write_frame(arguments.folder, SurveyedArchitecture, ranked)
        write_rows(arguments.folder, SurveyWeight, survey_weights(ranked, settings))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
