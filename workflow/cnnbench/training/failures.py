"""Failures that are results: they become rows of the report instead of stopping the study."""

_OUT_OF_MEMORY_MARKS = ("RESOURCE_EXHAUSTED", "ResourceExhaustedError", "Out of memory", "OOM when allocating")


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether `error` means that a run did not fit in memory.

    The backends raise their own types, which must not be imported here; their messages contain gRPC's status names.
    """
    text = f"{type(error).__name__}: {error}"
    return isinstance(error, MemoryError) or any(mark in text for mark in _OUT_OF_MEMORY_MARKS)
