"""Draw pages of a report as the README's pictures. It needs the packages of the tests."""

import argparse
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.reporting.pictures import draw_pictures


def main() -> None:
    """Read the command line, draw the pages and print the files with their sizes."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.draw_pictures", description=__doc__)
    parser.add_argument("--report", type=Path, required=True, help="the report's .pdf file")
    parser.add_argument("--pages", type=int, nargs="+", required=True, help="numbers of the pages, from 1")
    parser.add_argument("--folder", type=Path, required=True, help="where the pictures go")
    arguments = parser.parse_args()
    for path in draw_pictures(arguments.report, arguments.pages, arguments.folder):
        print(f"{path}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
