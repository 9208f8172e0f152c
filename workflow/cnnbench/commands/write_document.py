"""Write one document of a study."""

import argparse
from pathlib import Path

import cnnbench.reporting.documents
from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.provenance import job
from cnnbench.registry import registered_one
from cnnbench.reporting.results import Results
from cnnbench.reporting.translation import read_texts


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.write_document", description=__doc__)
    parser.add_argument("document", help="name of the document's module in cnnbench.reporting.documents")
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder with its tables and figures")
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    parser.add_argument("--templates", type=Path, required=True, help="the folder of the report's templates")
    parser.add_argument("--catalogue", type=Path, help="the report's messages in another language, a .po file")
    parser.add_argument("--output", type=Path, required=True, help="the file to write")
    add_code(parser)
    arguments = parser.parse_args()
    with job(arguments.code):
        document = registered_one(cnnbench.reporting.documents, arguments.document, "DOCUMENT")
        results, texts = Results(arguments.folder, arguments.dataset), read_texts(arguments.catalogue)
        document.write(results, texts, arguments.templates, arguments.output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
