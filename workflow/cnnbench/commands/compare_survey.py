"""Set what was reached here beside what the survey knew."""

import argparse
from pathlib import Path

from cnnbench.analysis.latency import read_latencies
from cnnbench.analysis.survey.outcome import survey_correlation, survey_outcome
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import Epoch, RunRecord
from cnnbench.analysis.tables.survey import SurveyCorrelation, SurveyedArchitecture, SurveyOutcome
from cnnbench.analysis.tables.table import read_frame, read_rows, write_rows
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.provenance import job
from cnnbench.study.study_file import read_study_file


def main() -> None:
    """Read the command line and write `survey_outcome.csv` and `survey_correlation.csv`."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.compare_survey", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    parser.add_argument("--latencies", type=Path, nargs="*", default=[], help="latency.json of one run per network")
    add_code(parser)
    arguments = parser.parse_args()
    with job(arguments.code):
        folder: Path = arguments.folder
        study = read_study_file(folder)
        outcome = survey_outcome(
            read_frame(folder, SurveyedArchitecture),
            study,
            read_rows(folder, Result),
            read_frame(folder, RunRecord),
            read_frame(folder, Epoch),
            read_latencies(study, arguments.latencies),
        )
        write_rows(folder, SurveyOutcome, outcome)
        write_rows(folder, SurveyCorrelation, [survey_correlation(outcome)])


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
