"""How a run ended."""

from typing import Literal

Status = Literal["done", "diverged", "out_of_memory"]
DONE: Status = "done"
