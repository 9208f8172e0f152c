"""Print where the report of a study will lie, after checking that its file can be read and results can be written."""

import argparse
import os
from pathlib import Path

from cnnbench.commands.arguments import user_errors_without_traceback
from cnnbench.storage import require_cache, require_working_folders
from cnnbench.study.config_file import read_config
from cnnbench.study.load import load_study


def main() -> None:
    """Read the command line and print the path."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.report_path", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the study's config file")
    config = parser.parse_args().config
    require_working_folders(os.environ)
    require_cache(os.environ)
    study = load_study(read_config(config), str(config))
    print(f"results/studies/{study.name}/report.pdf")


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
