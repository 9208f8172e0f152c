"""Write the report."""

import argparse
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.reporting.report import write_report
from cnnbench.reporting.sources import read_sources
from cnnbench.reporting.texts import read_texts


def main() -> None:
    """Read the command line and write the PDF file."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.write_report", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder with its tables and figures")
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    parser.add_argument("--templates", type=Path, required=True, help="the folder of the report's templates")
    parser.add_argument("--catalogue", type=Path, help="the report's messages in another language, a .po file")
    parser.add_argument("--output", type=Path, required=True, help="the .pdf file to write")
    arguments = parser.parse_args()
    sources, texts = read_sources(arguments.folder, arguments.dataset), read_texts(arguments.catalogue)
    write_report(sources, texts, arguments.templates, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
