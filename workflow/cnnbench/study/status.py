"""How a run ended."""

from typing import Literal

Status = Literal["done", "diverged", "did_not_learn", "out_of_memory", "timed_out"]
DONE: Status = "done"
