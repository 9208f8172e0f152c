"""Write the embedded sample as an archive in EMNIST's layout."""

import argparse
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.data.sample import write_sample


def main() -> None:
    """Read the command line and write the archive."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.make_sample", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="the zip archive to write")
    write_sample(parser.parse_args().output)


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
