"""Bring the catalogues of the report's languages up to date with its code and templates."""

import argparse
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.reporting.catalogue import catalogue_problems, find_messages, update_catalogue


def main() -> None:
    """Read the command line, write every catalogue anew, and say what is left to translate."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.update_catalogues", description=__doc__)
    parser.add_argument("--root", type=Path, default=Path(), help="the project's folder")
    root = parser.parse_args().root
    messages = find_messages(root)
    for path in sorted((root / "report" / "translations").glob("*.po")):
        update_catalogue(path, messages)
        problems = catalogue_problems(path, messages)
        print(*problems, f"{path}: {len(messages)} messages, {len(problems)} to mend", sep="\n")


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
