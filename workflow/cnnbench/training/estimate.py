"""What a study will cost: from operations, which are counted, and speeds, which were measured."""

import csv
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import keras
import numpy as np

from cnnbench.data.size import DatasetSize
from cnnbench.files import write_atomically
from cnnbench.models.network.build import ImageFacts, build_network, main_head
from cnnbench.models.network.complexity import count_flops
from cnnbench.models.registry import architectures
from cnnbench.study.expansion import ExpandedExperiment, Run, recipe_hash
from cnnbench.study.recipe import Recipe
from cnnbench.training import machine
from cnnbench.training.feeding import feed_by_index
from cnnbench.training.loop import jit_compile
from cnnbench.training.optimizer import make_optimizer

TRAINING_PASSES = 3
"""A training step costs about three forward passes: one for the forward pass, two for the backward pass."""

MEASURED_BATCH = 64
MEASURED_SECONDS = 1.5
"""How long a measured training lasts, at least."""
MEASURED_TIMES = 5

IMPORT_SECONDS = 8.0
"""Time to start Python and import TensorFlow, twice: for training and for prediction."""

GPU_START_SECONDS = 30.0
"""Assumed time of a run on a GPU before its first update."""


@dataclass(frozen=True)
class Speed:
    """How fast a machine trained an architecture."""

    architecture: str
    machine: str
    flops: int
    """Operations of one forward pass of one image, in the network that was measured."""
    images_per_second: float
    """Training images per second, once under way."""
    start_seconds: float
    """Time to build the network and to get through its first update."""

    @property
    def flops_per_second(self) -> float:
        """Operations per second in forward and backward passes."""
        return TRAINING_PASSES * self.flops * self.images_per_second


@dataclass(frozen=True)
class ExpectedCost:
    """What one run is expected to cost."""

    flops: float
    """Operations of all its forward and backward passes."""
    seconds: float
    """Time on the machine whose speeds were measured."""


def measure_speeds(runs: Iterable[Run], size: DatasetSize, threads: int, say: Callable[[str], None]) -> list[Speed]:
    """Train every architecture among `runs` for a few updates on random images, with its first recipe there."""
    speeds = []
    for name, recipe in {run.architecture: run.recipe for run in reversed(list(runs))}.items():
        speed = _measure(name, recipe, size, threads)
        say(f"{name}: {speed.images_per_second:,.0f} images/s, first update after {speed.start_seconds:.0f} s")
        speeds.append(speed)
    return sorted(speeds, key=lambda speed: speed.architecture)


def study_costs(runs: Mapping[str, Run], size: DatasetSize, speeds: Mapping[str, Speed]) -> dict[str, ExpectedCost]:
    """Return the cost of every run by its id.

    An architecture without a measured speed is assumed to be as fast as the median of the others.
    """
    shapes = {_shape(run): run for run in runs.values()}
    flops = {
        shape: count_flops(main_head(_network(run.architecture, run.recipe, size))) for shape, run in shapes.items()
    }
    return {id: _cost(run, flops[_shape(run)], size, speeds) for id, run in runs.items()}


def estimate_lines(
    experiments: Iterable[ExpandedExperiment], costs: Mapping[str, ExpectedCost], machine_name: str, gpu_flops: float
) -> Iterator[str]:
    """Yield the lines of a table of costs, by experiment and in total.

    Args:
        experiments: the study's experiments.
        costs: the cost of every run by its id.
        machine_name: what the speeds behind `costs` were measured on.
        gpu_flops: assumed operations per second of a GPU.
    """
    yield f"{'':28}{'runs':>6}{'operations':>14}{'hours':>9}{'GPU hours':>12}"
    for expanded in experiments:
        rows = {(row.architecture, recipe_hash(row.recipe)) for row in expanded.rows}
        chosen = [cost for id, cost in costs.items() if tuple(id.split("/")[:2]) in rows]
        yield _line(expanded.experiment.name, chosen, gpu_flops)
    yield _line("all, shared runs once", list(costs.values()), gpu_flops)
    yield f"Hours: one run after the other, as measured on {machine_name}."
    yield (
        f"GPU hours: assumed, not measured: {gpu_flops / 1e12:g} x 10^12 operations a second and"
        f" {GPU_START_SECONDS:g} s to start a run."
    )


def read_speeds(path: Path) -> dict[str, Speed]:
    """Return the measured speeds in the CSV file `path` by architecture."""
    with path.open(encoding="utf-8", newline="") as file:
        speeds = [
            Speed(
                row["architecture"],
                row["machine"],
                int(row["flops"]),
                float(row["images_per_second"]),
                float(row["start_seconds"]),
            )
            for row in csv.DictReader(file)
        ]
    return {speed.architecture: speed for speed in speeds}


def write_speeds(speeds: Iterable[Speed], path: Path) -> None:
    """Write measured speeds as a CSV file."""
    with write_atomically(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Speed)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(speed) for speed in speeds)


def _measure(name: str, recipe: Recipe, size: DatasetSize, threads: int) -> Speed:
    images = np.random.default_rng(0).integers(0, 256, (MEASURED_BATCH, *size.shape)).astype(np.uint8)
    started = time.perf_counter()
    network = _network(name, recipe, size)
    model = feed_by_index(network, images, recipe)
    model.compile(make_optimizer(recipe), jit_compile=jit_compile())
    _train(model, size.classes, 1)
    start_seconds = time.perf_counter() - started
    hardware = machine.hardware(threads)
    return Speed(
        architecture=name,
        machine=f"{hardware['name']}, {threads} threads" if hardware["device"] == "CPU" else hardware["name"],
        flops=count_flops(main_head(network)),
        images_per_second=round(_images_per_second(model, size.classes), 1),
        start_seconds=round(IMPORT_SECONDS + start_seconds, 1),
    )


def _images_per_second(model: keras.Model, classes: int) -> float:
    """Double the steps until training lasts long enough to be measured; the fastest of several repetitions counts."""
    steps, seconds = 1, 0.0
    while seconds < MEASURED_SECONDS:
        steps *= 2
        seconds = _train(model, classes, steps)
    return MEASURED_BATCH * steps / min(_train(model, classes, steps) for _ in range(MEASURED_TIMES))


def _train(model: keras.Model, classes: int, steps: int) -> float:
    """Train for some updates and return how many seconds they took."""
    order = np.tile(np.arange(MEASURED_BATCH, dtype=np.int32), steps)
    labels = (order % classes).astype(np.int32)
    started = time.perf_counter()
    model.fit([order, labels], labels, MEASURED_BATCH, verbose=0, shuffle=False)
    return time.perf_counter() - started


def _network(name: str, recipe: Recipe, size: DatasetSize) -> keras.Model:
    images = ImageFacts(size.shape, mean=44.0, standard_deviation=84.0)
    return build_network(architectures()[name], size.classes, images, recipe)


def _shape(run: Run) -> tuple[str, str, str]:
    """Return what determines the operations of a run's network."""
    return run.architecture, run.recipe.stem, run.recipe.input.model_dump_json()


def _cost(run: Run, flops: int, size: DatasetSize, speeds: Mapping[str, Speed]) -> ExpectedCost:
    like = [speeds[run.architecture]] if run.architecture in speeds else list(speeds.values())
    passes = run.recipe.epochs * (TRAINING_PASSES * size.training + size.validation) + size.test
    start = statistics.median(speed.start_seconds for speed in like)
    rate = statistics.median(speed.flops_per_second for speed in like)
    return ExpectedCost(float(passes * flops), start + passes * flops / rate)


def _line(name: str, costs: list[ExpectedCost], gpu_flops: float) -> str:
    flops, seconds = sum(cost.flops for cost in costs), sum(cost.seconds for cost in costs)
    gpu_seconds = flops / gpu_flops + GPU_START_SECONDS * len(costs)
    return f"{name:28}{len(costs):>6}{flops:>14.2e}{seconds / 3600:>9.1f}{gpu_seconds / 3600:>12.1f}"
