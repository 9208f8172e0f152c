import math
from typing import Any

import numpy as np
import pytest
from analysis.made_up import experiment_of, results_of_runs, runs_table
from cnnbench.analysis.costs import gather_costs
from cnnbench.analysis.latency import latencies_of
from cnnbench.analysis.tables.costs import COSTS, Cost, cheapest, front
from cnnbench.analysis.tables.values import Combination
from cnnbench.study.study_file import StudyFile, StudyRun

RUNS = runs_table(
    ("small", "aaaa", [0.80, 0.82, 0.84]),
    ("small", "bbbb", [0.83, 0.85, 0.84]),
    ("large", "aaaa", [0.90, None, 0.94]),
    ("large", "bbbb", [None, None, None]),
).assign(
    cpu_joules=[100.0, 200.0, 300.0, 10.0, np.nan, 30.0, 5.0, 6.0, 7.0, np.nan, np.nan, np.nan],
    gpu_joules=[np.nan] * 6 + [50.0, 60.0, 70.0] + [np.nan] * 3,
    images_per_second=100.0,
    peak_memory_bytes=1e9,
    peak_device_memory_bytes=np.nan,
    hardware="A machine",
)
RECIPE: dict[str, Any] = {
    "backend": "tensorflow",
    "precision": "float32",
    "input": {"mode": "none", "size": None},
    "stem": "original",
    "activation": {"name": "own"},
    "epochs": 3,
}


def _study() -> StudyFile:
    runs = [
        StudyRun(
            id=row["run"],
            architecture=row["architecture"],
            title=row["title"],
            recipe_hash=row["recipe_hash"],
            seed=row["seed"],
            recipe=RECIPE | ({"activation": {"name": "gelu"}} if row["run"].startswith("small/bbbb") else {}),
            dataset="data",
            folder=f"results/{row['run']}",
        )
        for row in RUNS.to_dict("records")
    ]
    return StudyFile("data", runs, [experiment_of(RUNS)])


def _costs() -> dict[tuple[str, str], Cost]:
    measured = {
        "results/small/aaaa/seed0": {"hardware": {"name": "A"}, "milliseconds": {"1": 2.0, "256": 30.0}},
        "results/large/aaaa/seed0": {"hardware": {"name": "A"}, "milliseconds": {"1": 9.0, "256": 300.0}},
    }
    costs = gather_costs(results_of_runs(RUNS), RUNS, latencies_of(_study(), measured))
    return {(row.architecture, row.recipe_hash): row for row in costs}


def test_a_latency_speaks_for_all_recipes_of_its_network_and_for_no_other() -> None:
    costs = _costs()
    assert costs["large", "aaaa"].latency_1_ms == 9.0
    assert costs["large", "bbbb"].latency_256_ms == 300.0
    assert (costs["small", "aaaa"].latency_1_ms, costs["small", "aaaa"].machine) == (2.0, "A")
    assert math.isnan(costs["small", "bbbb"].latency_1_ms), "another activation is another network"
    assert costs["small", "bbbb"].machine == ""


def test_energy_is_the_sum_of_the_meters_and_unknown_where_one_of_the_runs_was_not_read() -> None:
    costs = _costs()
    assert costs["small", "aaaa"].joules == pytest.approx(200.0)
    assert costs["small", "aaaa"].meters == "cpu"
    assert math.isnan(costs["small", "bbbb"].joules), "one of its runs has no reading"
    # The seed that diverged does not count.
    assert costs["large", "aaaa"].joules == pytest.approx((55 + 77) / 2)
    assert costs["large", "aaaa"].meters == "cpu gpu"
    assert math.isnan(costs["large", "bbbb"].joules)


def test_a_study_read_by_the_meter_of_the_gpu_alone_says_so() -> None:
    runs = RUNS.assign(gpu_joules=7.0, cpu_joules=np.nan)
    assert {row.meters for row in gather_costs(results_of_runs(runs), runs, {})} == {"gpu", ""}


def test_failed_seeds_do_not_count_and_a_combination_without_a_result_is_on_no_front() -> None:
    costs = _costs()
    assert costs["large", "aaaa"].accuracy.mean == pytest.approx(0.92)
    assert costs["large", "aaaa"].accuracy.n == 2
    assert not any(costs["large", "bbbb"].on_front(cost) for cost in COSTS)


def test_the_front_is_what_no_other_row_beats() -> None:
    """Checked against the definition, pair by pair."""
    generator = np.random.default_rng(0)
    accuracies = generator.integers(70, 95, 30) / 100
    table = runs_table(*[(f"net{n}", "aaaa", [accuracy]) for n, accuracy in enumerate(accuracies)])
    table = table.assign(
        flops=generator.integers(1, 12, 30), cpu_joules=np.nan, gpu_joules=np.nan, images_per_second=1.0,
        peak_memory_bytes=1.0, peak_device_memory_bytes=np.nan, hardware="A",
    )  # fmt: skip
    costs = gather_costs(results_of_runs(table), table, {})
    for row in costs:
        as_good = [it for it in costs if it.accuracy.mean >= row.accuracy.mean and it.flops <= row.flops]
        better = [it for it in as_good if it.accuracy.mean > row.accuracy.mean or it.flops < row.flops]
        assert row.pareto_flops == (better == [])
    edge = front(costs, "flops")
    assert [row.flops for row in edge] == sorted(row.flops for row in edge)
    assert [row.accuracy.mean for row in edge] == sorted(row.accuracy.mean for row in edge)
    assert not any(row.pareto_joules for row in costs), "what was not measured has no front"


def test_the_cheapest_of_some_is_found() -> None:
    costs = list(_costs().values())
    names = [("large", "aaaa"), ("small", "aaaa"), ("small", "bbbb")]
    chosen = cheapest(costs, "flops", {Combination(*name) for name in names})
    assert chosen is not None
    assert (chosen.architecture, chosen.recipe_hash) == ("small", "bbbb"), "of equals the more accurate"
    assert cheapest(costs, "flops", set()) is None
    assert cheapest(costs, "flops", {Combination("large", "bbbb")}) is None
