"""Keras's own settings, which a file or earlier code may have changed for the whole process."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras

_SETTINGS = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
    "max_epochs": None,
    "max_steps_per_epoch": None,
}


@contextmanager
def numerics(precision: str) -> Iterator[None]:
    """Let what is built and trained within this context depend on the run alone.

    Args:
        precision: Keras's dtype policy, e.g. `float32` or `mixed_bfloat16`.
    """
    # The policy comes last: as long as none is set, it follows `floatx`.
    wanted = {**_SETTINGS, "dtype_policy": precision}
    before = {name: getattr(keras.config, name)() for name in wanted}
    _set(wanted)
    try:
        yield
    finally:
        _set(before)


def _set(settings: dict[str, object]) -> None:
    for name, value in settings.items():
        getattr(keras.config, f"set_{name}")(value)
