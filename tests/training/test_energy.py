"""Energy is what the machine's meters count; where there is none it is unknown, not zero."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cnnbench.training.energy import EnergyMeter, Meter, meters_of_this_machine, processor_meters


def _package(powercap: Path, name: str, microjoules: str) -> Path:
    folder = powercap / name
    folder.mkdir(parents=True)
    (folder / "energy_uj").write_text(microjoules)
    (folder / "max_energy_range_uj").write_text("262143328850\n")
    return folder


def _readings(*joules: float) -> Meter:
    values: Iterator[float] = iter(joules)
    return Meter("cpu", lambda: next(values), wraps_at=1000.0)


def test_all_packages_count_and_their_parts_do_not_count_twice(tmp_path: Path) -> None:
    packages = [_package(tmp_path, name, "1000000\n") for name in ("intel-rapl:0", "intel-rapl:1")]
    _package(tmp_path, "intel-rapl:0:0", "5000000\n")
    with EnergyMeter(processor_meters(tmp_path)) as energy:
        packages[0].joinpath("energy_uj").write_text("3500000\n")
        packages[1].joinpath("energy_uj").write_text("2000000\n")
    assert energy.joules == {"cpu": pytest.approx(3.5)}


def test_a_counter_that_starts_again_is_followed() -> None:
    with EnergyMeter([_readings(990.0, 20.0)]) as energy:
        pass
    assert energy.joules == {"cpu": 30.0}


def test_without_a_readable_meter_energy_is_absent(tmp_path: Path) -> None:
    _package(tmp_path, "intel-rapl:0", "no number")
    for powercap in (tmp_path, tmp_path / "none"):
        with EnergyMeter(processor_meters(powercap)) as energy:
            pass
        assert energy.joules == {}


def test_a_machine_without_a_gpu_has_no_meter_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import pynvml

    def fails() -> None:
        raise pynvml.NVMLError(pynvml.NVML_ERROR_LIBRARY_NOT_FOUND)

    monkeypatch.setattr(pynvml, "nvmlInit", fails)
    assert all(meter.kind == "cpu" for meter in meters_of_this_machine(on_gpu=True))


def test_the_gpu_that_is_visible_is_the_one_that_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    import pynvml

    counters = {0: 1_000.0, 3: 7_000.0}
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,0")
    monkeypatch.setattr(pynvml, "nvmlInit", lambda: None)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetHandleByIndex", lambda index: index)
    monkeypatch.setattr(pynvml, "nvmlDeviceGetTotalEnergyConsumption", lambda card: counters[card])
    with EnergyMeter([meter for meter in meters_of_this_machine(on_gpu=True) if meter.kind == "gpu"]) as energy:
        counters[3] += 250.0
        counters[0] += 999.0
    assert energy.joules == {"gpu": pytest.approx(0.25)}
