"""What all tests share."""

import os

from cnnbench.environment import share_with_jobs

# Commands that tests start find the library and this Python, as Snakemake's jobs do.
share_with_jobs(os.environ)
