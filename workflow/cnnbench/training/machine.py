"""What a run was computed on: hardware and memory."""

import os
import platform
from pathlib import Path
from typing import Any

import keras
import psutil


def hardware(threads: int) -> dict[str, Any]:
    """Return the device that computes, and the size of the machine it is in."""
    accelerator = _accelerator()
    return {
        "device": "GPU" if accelerator else "CPU",
        "name": accelerator or _processor(),
        "cores": os.cpu_count(),
        "threads": threads,
        "memory_bytes": psutil.virtual_memory().total,
    }


def peak_device_memory_bytes() -> int | None:
    """Return the most memory that this process has held on the accelerator; None without one."""
    if not _accelerator():
        return None
    if keras.backend.backend() == "jax":
        import jax

        return int(jax.devices()[0].memory_stats()["peak_bytes_in_use"])
    import tensorflow

    return int(tensorflow.config.experimental.get_memory_info("GPU:0")["peak"])


def has_accelerator() -> bool:
    """Say whether the backend computes on a GPU."""
    return _accelerator() is not None


def _accelerator() -> str | None:
    """Return the name of the first GPU that the backend computes on, or None."""
    if keras.backend.backend() == "jax":
        import jax

        device = jax.devices()[0]
        return None if device.platform == "cpu" else str(device.device_kind)
    import tensorflow

    gpus = tensorflow.config.list_physical_devices("GPU")
    return tensorflow.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU") if gpus else None


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
