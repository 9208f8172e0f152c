import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from analysis.made_up import experiment_of, runs_table
from cnnbench.analysis.costs import COSTS, cheapest, front, gather_costs
from cnnbench.analysis.latency import latencies_of
from cnnbench.analysis.resolved import ResolvedStudy

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


def _study() -> ResolvedStudy:
    runs = [
        {
            "architecture": row["architecture"],
            "recipe_hash": row["recipe_hash"],
            "recipe": RECIPE | ({"activation": {"name": "gelu"}} if row["run"].startswith("small/bbbb") else {}),
            "folder": f"results/{row['run']}",
        }
        for row in RUNS.to_dict("records")
    ]
    return ResolvedStudy({"title": "A study"}, "data", runs, [experiment_of(RUNS)])


def _costs() -> pd.DataFrame:
    measured = {
        "results/small/aaaa/seed0": {"hardware": {"name": "A"}, "milliseconds": {"1": 2.0, "256": 30.0}},
        "results/large/aaaa/seed0": {"hardware": {"name": "A"}, "milliseconds": {"1": 9.0, "256": 300.0}},
    }
    study = _study()
    return gather_costs(study, RUNS, latencies_of(study, measured)).set_index(["architecture", "recipe_hash"])


def test_a_latency_speaks_for_all_recipes_of_its_network_and_for_no_other() -> None:
    costs = _costs()
    assert costs.at[("large", "aaaa"), "latency_1_ms"] == 9.0
    assert costs.at[("large", "bbbb"), "latency_256_ms"] == 300.0
    assert costs.at[("small", "aaaa"), "latency_1_ms"] == 2.0
    assert math.isnan(costs.at[("small", "bbbb"), "latency_1_ms"]), "another activation is another network"


def test_energy_is_the_sum_of_the_meters_and_unknown_where_one_of_the_runs_was_not_read() -> None:
    costs = _costs()
    assert costs.at[("small", "aaaa"), "joules"] == pytest.approx(200.0)
    assert costs.at[("small", "aaaa"), "meters"] == "cpu"
    assert math.isnan(costs.at[("small", "bbbb"), "joules"]), "one of its runs has no reading"
    # The seed that diverged does not count.
    assert costs.at[("large", "aaaa"), "joules"] == pytest.approx((55 + 77) / 2)
    assert costs.at[("large", "aaaa"), "meters"] == "cpu gpu"
    assert math.isnan(costs.at[("large", "bbbb"), "joules"])


def test_failed_seeds_do_not_count_and_a_combination_without_a_result_is_on_no_front() -> None:
    costs = _costs()
    assert costs.at[("large", "aaaa"), "accuracy"] == pytest.approx(0.92)
    assert costs.at[("large", "aaaa"), "seeds"] == 2
    assert not costs.loc[("large", "bbbb"), [f"pareto_{cost}" for cost in COSTS]].any()


def test_the_front_is_what_no_other_row_beats() -> None:
    """Checked against the definition, pair by pair."""
    generator = np.random.default_rng(0)
    accuracies = generator.integers(70, 95, 30) / 100
    table = runs_table(*[(f"net{n}", "aaaa", [accuracy]) for n, accuracy in enumerate(accuracies)])
    table = table.assign(
        flops=generator.integers(1, 12, 30), cpu_joules=np.nan, gpu_joules=np.nan, images_per_second=1.0,
        peak_memory_bytes=1.0, peak_device_memory_bytes=np.nan, hardware="A",
    )  # fmt: skip
    study = ResolvedStudy({"title": "A study"}, "data", [], [experiment_of(table)])
    costs = gather_costs(study, table, {})
    for row in costs.itertuples():
        as_good = costs[(costs["accuracy"] >= row.accuracy) & (costs["flops"] <= row.flops)]
        better = as_good[(as_good["accuracy"] > row.accuracy) | (as_good["flops"] < row.flops)]
        assert row.pareto_flops == better.empty
    edge = front(costs, "flops")
    assert edge["flops"].is_monotonic_increasing
    assert edge["accuracy"].is_monotonic_increasing
    assert not costs["pareto_joules"].any(), "what was not measured has no front"


def test_the_cheapest_of_some_is_found() -> None:
    costs = _costs().reset_index()
    chosen = cheapest(costs, "flops", {("large", "aaaa"), ("small", "aaaa"), ("small", "bbbb")})
    assert chosen is not None
    assert (chosen["architecture"], chosen["recipe_hash"]) == ("small", "bbbb"), "of equals the more accurate"
    assert cheapest(costs, "flops", set()) is None
    assert cheapest(costs, "flops", {("large", "bbbb")}) is None
