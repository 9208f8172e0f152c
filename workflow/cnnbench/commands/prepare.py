"""Prepare a dataset: fetch it if need be, check it, divide it, write arrays."""

import argparse
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from cnnbench.commands.arguments import add_code, user_errors_without_traceback
from cnnbench.data.arrays import read_source
from cnnbench.data.download import fetch
from cnnbench.data.duplicates import Duplicates
from cnnbench.data.prepare import prepare
from cnnbench.data.sample import write_sample
from cnnbench.data.size import known_size
from cnnbench.data.sources.facts import facts_line
from cnnbench.provenance import job
from cnnbench.storage import require_space
from cnnbench.study.dataset import PreparedDataset


def main() -> None:
    """Read the command line and prepare."""
    parser = argparse.ArgumentParser(prog="cnnbench.commands.prepare", description=__doc__)
    parser.add_argument("--dataset", required=True, help="what to divide, and how, as JSON")
    parser.add_argument("--path", default="", help="where the user's own images are")
    parser.add_argument("--archives", default="[]", help="paths and URLs of the archive as JSON, for emnist")
    parser.add_argument("--sha256", default="", help="expected SHA-256 of the archive")
    parser.add_argument("--downloads", type=Path, default=Path("resources"), help="where downloads are kept")
    parser.add_argument("--folder", type=Path, required=True, help="where to write")
    add_code(parser)
    arguments = parser.parse_args()
    settings = PreparedDataset.from_preparation(json.loads(arguments.dataset), arguments.path or None)
    started = time.monotonic()
    if size := known_size(settings):
        require_space(arguments.folder, size.bytes, "the prepared dataset")
    with TemporaryDirectory() as temporary:
        archive = None
        if settings.name == "sample":
            archive = Path(temporary, "sample.zip")
            write_sample(archive)
        elif archives := json.loads(arguments.archives):
            archive = fetch(archives, arguments.sha256 or None, arguments.downloads)
        with job(arguments.code):
            content = prepare(settings, archive, arguments.folder)
    source = read_source(arguments.folder)
    sizes = ", ".join(f"{sum(counts):,} {part}" for part, counts in content["counts"].items())
    print(f"{source['title']}: {sizes} images of {len(content['classes'])} classes; {time.monotonic() - started:.1f} s")
    print(facts_line(source))
    duplicates = [Duplicates(**found) for found in content["duplicates"]]
    print("\n".join(str(found) for found in duplicates if found.images) or "No image occurs in two parts")


if __name__ == "__main__":
    with user_errors_without_traceback():
        main()
