"""Collect the results of a study's runs in tables, and rank them."""

import argparse
from pathlib import Path

from cnnbench.analysis.answers import read_answers
from cnnbench.analysis.collect import collect
from cnnbench.analysis.leaderboard import leaderboard
from cnnbench.analysis.tables.comparisons import Result
from cnnbench.analysis.tables.runs import ClassMetrics, ConfusionCell, Epoch, RunRecord, TrainingDiagnosis
from cnnbench.analysis.tables.table import write_frame, write_rows
from cnnbench.analysis.training_diagnosis import diagnose_training
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.provenance import job
from cnnbench.study.study_file import read_study_file


def main() -> None:
    """Read the command line and write the tables of the runs, the leaderboard and the diagnosis of training."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.aggregate", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder")
    add_code(parser)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    with job(arguments.code):
        study = read_study_file(folder)
        tables = collect(study, Path())
        write_frame(folder, RunRecord, tables.runs)
        write_frame(folder, Epoch, tables.histories)
        write_frame(folder, ClassMetrics, tables.per_class)
        write_frame(folder, ConfusionCell, tables.confusion)
        write_rows(folder, Result, leaderboard(study, tables.runs, read_answers(folder / "answers.npz")))
        write_rows(folder, TrainingDiagnosis, diagnose_training(study, tables.runs, tables.histories))


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
