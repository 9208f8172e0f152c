"""What the commands that write a document have in common."""

import argparse
from pathlib import Path

from cnnbench.reporting.sources import Sources, read_sources
from cnnbench.reporting.texts import Texts, read_texts


def read_document_arguments(name: str, description: str | None) -> tuple[Sources, Texts, Path, Path]:
    """Read the command line; return what the document is made from, its words, the templates' folder and the output."""
    parser = argparse.ArgumentParser(prog=f"cnnbench.commands.{name}", description=description)
    parser.add_argument("--folder", type=Path, required=True, help="the study's folder with its tables and figures")
    parser.add_argument("--dataset", type=Path, required=True, help="folder of the prepared dataset")
    parser.add_argument("--templates", type=Path, required=True, help="the folder of the report's templates")
    parser.add_argument("--catalogue", type=Path, help="the report's messages in another language, a .po file")
    parser.add_argument("--output", type=Path, required=True, help="the file to write")
    arguments = parser.parse_args()
    sources, texts = read_sources(arguments.folder, arguments.dataset), read_texts(arguments.catalogue)
    return sources, texts, arguments.templates, arguments.output
