"""The environment in which jobs find this library and the Python that runs Snakemake."""

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path


def share_with_jobs(environment: MutableMapping[str, str]) -> None:
    """Let commands that inherit `environment` import this library, and find the present Python as `python`.

    A job with a conda environment of its own puts that one's Python in front.
    """
    _put_in_front(environment, "PYTHONPATH", Path(__file__).parents[1])
    _put_in_front(environment, "PATH", Path(sys.executable).parent)
    # A notebook sets a way to draw figures that jobs do not have.
    environment["MPLBACKEND"] = "agg"


def _put_in_front(environment: MutableMapping[str, str], name: str, folder: Path) -> None:
    environment[name] = os.pathsep.join(filter(None, [str(folder), environment.get(name)]))
