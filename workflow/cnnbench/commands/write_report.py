"""Write the report."""

import argparse
from pathlib import Path

from cnnbench.analysis.resolved import read_resolved_study
from cnnbench.analysis.tables import read_table
from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.files import read_json
from cnnbench.reporting.context import Sources
from cnnbench.reporting.report import write_report
from cnnbench.reporting.survey import SurveyTables

_INPUTS = {
    "study": "the resolved study, study.json",
    "runs": "the table of runs",
    "histories": "the table of epochs",
    "per-class": "the table of classes",
    "confusion": "the table of confusions",
    "dataset": "the data's dataset.json",
    "contact-sheet": "the picture with samples of the data",
    "figures": "the folder of the figures",
    "templates": "the folder of the report's templates",
    "output": "the .pdf file to write",
}


def main() -> None:
    """Read the command line and write the PDF file."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.write_report", description=__doc__)
    for name, description in _INPUTS.items():
        parser.add_argument(f"--{name}", type=Path, required=True, help=description)
    parser.add_argument("--augmentation", type=Path, help="the picture of changed images, of a study that has some")
    parser.add_argument(
        "--survey", type=Path, nargs=3, help="the survey's ranking, weights and outcome, of a study that has one"
    )
    arguments = parser.parse_args()
    sources = Sources(
        study=read_resolved_study(arguments.study),
        runs=read_table(arguments.runs),
        histories=read_table(arguments.histories),
        per_class=read_table(arguments.per_class),
        confusion=read_table(arguments.confusion),
        dataset=read_json(arguments.dataset),
        contact_sheet=arguments.contact_sheet,
        augmentation=arguments.augmentation,
        survey=SurveyTables(*map(read_table, arguments.survey)) if arguments.survey else None,
        figures=arguments.figures,
    )
    write_report(sources, arguments.templates, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
