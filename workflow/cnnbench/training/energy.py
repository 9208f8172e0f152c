"""How much energy a training takes, where the machine has a meter: RAPL for processors, NVML for NVIDIA's GPUs.

Both meters count everything that runs on the package or the card, so two trainings side by side are both charged with
the sum. Without a meter, or without the right to read it, the energy is unknown, which is not the same as zero.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

RAPL = Path("/sys/class/powercap")
SECONDS_BETWEEN_READINGS = 30.0
"""Processors' counters start again at zero after 60 kJ or more; at 500 W that is two minutes."""


@dataclass(frozen=True)
class Meter:
    """A counter of energy."""

    kind: str
    """`cpu` or `gpu`."""
    read: Callable[[], float]
    """Returns joules since some fixed moment."""
    wraps_at: float | None
    """Joules after which the counter starts again at zero; None if it does not."""

    def taken(self, before: float, now: float) -> float:
        """Return the joules between two readings, between which the counter starts again at most once."""
        return now - before if self.wraps_at is None or now >= before else now - before + self.wraps_at


class EnergyMeter:
    """Adds up what `meters` count while it is entered."""

    def __init__(self, meters: list[Meter]) -> None:
        self.joules: dict[str, float] = {meter.kind: 0.0 for meter in meters}
        """Energy by kind; empty where there is no meter."""
        self._meters = meters
        self._last: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "EnergyMeter":
        self._last = [meter.read() for meter in self._meters]
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._add()

    def _watch(self) -> None:
        while not self._stop.wait(SECONDS_BETWEEN_READINGS):
            self._add()

    def _add(self) -> None:
        for position, meter in enumerate(self._meters):
            now = meter.read()
            self.joules[meter.kind] += meter.taken(self._last[position], now)
            self._last[position] = now


def meters_of_this_machine(on_gpu: bool) -> list[Meter]:
    """Return the meters that can be read: of every processor package, and of the GPU if the training is on one."""
    return processor_meters(RAPL) + (_gpu_meters() if on_gpu else [])


def processor_meters(powercap: Path) -> list[Meter]:
    """Return a meter for each processor package below `powercap`, Linux's `/sys/class/powercap`; none if unreadable."""
    meters = []
    for package in sorted(powercap.glob("intel-rapl:*")):
        if package.name.count(":") > 1:  # a part of a package
            continue
        try:
            meters.append(
                Meter("cpu", _microjoules(package / "energy_uj"), _microjoules(package / "max_energy_range_uj")())
            )
            meters[-1].read()
        except (OSError, ValueError):  # for root only, on most systems
            return []
    return meters


def _microjoules(path: Path) -> Callable[[], float]:
    return lambda: int(path.read_text(encoding="ascii")) / 1e6


def _gpu_meters() -> list[Meter]:
    import pynvml

    try:
        pynvml.nvmlInit()
        card = _first_card()
        pynvml.nvmlDeviceGetTotalEnergyConsumption(card)
    except pynvml.NVMLError:  # no NVIDIA card, or one from before 2017
        return []
    return [Meter("gpu", lambda: pynvml.nvmlDeviceGetTotalEnergyConsumption(card) / 1e3, None)]


def _first_card() -> object:
    import pynvml

    first = os.environ.get("CUDA_VISIBLE_DEVICES", "").partition(",")[0].strip()
    if first.startswith("GPU-"):
        return pynvml.nvmlDeviceGetHandleByUUID(first)
    return pynvml.nvmlDeviceGetHandleByIndex(int(first) if first.isdigit() else 0)
