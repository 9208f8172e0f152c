"""What all tests share, and which of them need TensorFlow."""

import os
import sys
from pathlib import Path

import pytest
from cnnbench.environment import share_with_jobs

TESTS = Path(__file__).parent
# Folders and files all of whose tests need TensorFlow; single tests elsewhere carry the marker themselves.
NEED_TENSORFLOW = ("evaluation/test_latency.py", "evaluation/test_network.py", "models", "training", "workflow")
DO_NOT = (
    "training/test_environment_variables.py",
    "training/test_learning.py",
    "training/test_supervision.py",
    "workflow/test_rules.py",
)

# Commands that tests start find the library and this Python, as Snakemake's jobs do.
share_with_jobs(os.environ)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let `make check` leave out what takes long."""
    parser.addoption(
        "--without-tensorflow",
        action="store_true",
        help="leave out the tests that need TensorFlow; any other test that imports it fails",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Put stand-ins in front of TensorFlow and Keras, here and for the commands that tests start."""
    if config.getoption("without_tensorflow"):
        stand_ins = str(TESTS / "without_tensorflow")
        sys.path.insert(0, stand_ins)
        os.environ["PYTHONPATH"] = os.pathsep.join([stand_ins, os.environ["PYTHONPATH"]])


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import test files that import TensorFlow."""
    ignored = config.getoption("without_tensorflow") and collection_path.suffix == ".py"
    return True if ignored and _needs_tensorflow(collection_path) else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests of whole files, and leave out all that are marked."""
    for item in items:
        if _needs_tensorflow(item.path):
            item.add_marker("tensorflow")
    if config.getoption("without_tensorflow"):
        left_out = [item for item in items if item.get_closest_marker("tensorflow")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what was left out."""
    if config.getoption("without_tensorflow"):
        terminalreporter.write_line(
            f"Left out, because they need TensorFlow: {', '.join(NEED_TENSORFLOW)} (except {', '.join(DO_NOT)}), and"
            " single tests. `make test` runs everything."
        )


def _needs_tensorflow(path: Path) -> bool:
    return all(path != TESTS / name for name in DO_NOT) and any(
        path.is_relative_to(TESTS / name) for name in NEED_TENSORFLOW
    )
