"""Ctrl-C ends a command in one line."""

import signal
import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "code",
    ["raise KeyboardInterrupt", "class A:\n def __del__(self): raise KeyboardInterrupt\nA()\nprint('goes on')"],
    ids=["anywhere", "where Python would forget it"],
)
def test_ctrl_c_ends_a_command_in_one_line(code: str) -> None:
    command = [sys.executable, "-c", f"import cnnbench.commands\n{code}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGINT
    assert (done.stdout, done.stderr) == ("", "interrupted\n")
