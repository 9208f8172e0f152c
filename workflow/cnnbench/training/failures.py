"""Failures that are results: they become rows of the report instead of stopping the study."""

_OUT_OF_MEMORY_MARKS = (
    *("resource_exhausted", "resourceexhaustederror", "out of memory", "oom when allocating", "bad_alloc"),
    *("cannot allocate memory", "_status_alloc_failed", "cuda_error_out_of_memory"),
)


def is_out_of_memory(error: BaseException) -> bool:
    """Say whether `error` means that a run did not fit in memory.

    The backends raise their own types, which must not be imported here; their messages contain gRPC's status names.
    """
    return isinstance(error, MemoryError) or speaks_of_memory(f"{type(error).__name__}: {error}")


def memory_message(error: BaseException) -> str:
    """Return the line of an error's message that says that memory ran out; the first one, if none does."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return next(filter(speaks_of_memory, lines), lines[0])


def speaks_of_memory(text: str) -> bool:
    """Say whether the message `text` of a library says that memory ran out."""
    return any(mark in text.lower() for mark in _OUT_OF_MEMORY_MARKS)
